/** The word by which a long call of the addon tells how far it is, and is told to end. */
import type { Control } from '../native/addon.ts';
import { shmError, type ShmError } from '../native/errors.ts';

/** Who waits for long work: may give it up, and is told how far it has come. */
export interface Running {
  readonly signal?: AbortSignal | undefined;
  /** `done` 0 to 1; `found`: hits, or whatever the work counts. Ten times a second at most. */
  readonly onProgress?: ((done: number, found: number) => void) | undefined;
}

const TELL_MS = 100;
/** What the addon counts to. */
const WHOLE = 10_000;

export function newControl(): Control {
  return new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT));
}

/** Runs a call of the addon that takes a Control. Cancelled, it ends soon with what it has: see `throwIfAborted` where that is worth nothing. */
export async function controlled<T>({ signal, onProgress }: Running, call: (control: Control) => Promise<T>): Promise<T> {
  const control = newControl();
  const cancel = (): void => void Atomics.store(control, 0, 1);
  const tell = (): void => onProgress?.(Math.min(1, Math.max(0, Atomics.load(control, 1) / WHOLE)), Atomics.load(control, 2));
  const timer = setInterval(tell, TELL_MS);
  signal?.addEventListener('abort', cancel);
  if (signal?.aborted) cancel();
  try {
    return await call(control);
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', cancel);
  }
}

/** Passes progress on ten times a second at most. */
export function paced({ signal, onProgress }: Running): Running {
  let last = performance.now();
  return {
    signal,
    onProgress: (done, found) => {
      const now = performance.now();
      if (now - last < TELL_MS) return;
      last = now;
      onProgress?.(done, found);
    },
  };
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled();
}

export function cancelled(): ShmError {
  return shmError('ECANCELED', 'It was cancelled.');
}
