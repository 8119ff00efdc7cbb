/** Long work whose half is worth nothing. */
import { cancelled, controlled, throwIfAborted, type Running } from '../live/control.ts';
import type { Control } from '../native/addon.ts';

export { throwIfAborted } from '../live/control.ts';

export interface Watched extends Running {
  /** Asked ten times a second; what it throws ends the call and is what `whole` rejects with. */
  readonly check?: (() => Promise<void>) | undefined;
}

const CHECK_MS = 100;

/** Runs `work` with a Control. ECANCELED where the signal ended it, also when it had come to its end by then. */
export async function whole<T>(work: (control: Control) => Promise<T>, { check, ...running }: Watched = {}): Promise<T> {
  const { signal } = running;
  throwIfAborted(signal);
  const failed = new AbortController();
  const ending = AbortSignal.any([failed.signal, ...(signal ? [signal] : [])]);
  const timer = setInterval(() => void check?.().catch((error: unknown) => failed.abort(error)), CHECK_MS);
  try {
    const result = await controlled({ ...running, signal: ending }, work);
    if (!ending.aborted) return result;
  } catch (error) {
    // The addon's own ECANCELED says less than why it was ended.
    if (!ending.aborted) throw error;
  } finally {
    clearInterval(timer);
  }
  throw failed.signal.aborted ? failed.signal.reason : cancelled();
}
