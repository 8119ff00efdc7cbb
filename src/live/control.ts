/** The word by which a long native call tells how far it is, and is told to end. */
import { shmError } from '../native/errors.ts';

/** Who waits for long work: may give it up, and is told how far it has come. */
export interface Running {
  readonly signal: AbortSignal;
  /** `done` 0 to 1; `found`: hits, or whatever the work counts. */
  readonly onProgress: (done: number, found: number) => void;
}

/** Told so often, ms. */
const TELL_MS = 100;
/** What a native call counts to. */
const WHOLE = 10_000;

/**
 * Runs `work` with a Control of src/native/addon.ts that follows `running`. A call that was cancelled ends soon with what it has; whether that
 * is of use is up to the caller: see `refuseCancelled`.
 */
export async function controlled<T>(running: Running, work: (control: Int32Array) => Promise<T>): Promise<T> {
  const control = new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT));
  const cancel = (): void => void Atomics.store(control, 0, 1);
  if (running.signal.aborted) cancel();
  running.signal.addEventListener('abort', cancel);
  let told = '';
  const timer = setInterval(() => {
    const done = Atomics.load(control, 1) / WHOLE;
    const found = Atomics.load(control, 2);
    const state = `${done} ${found}`;
    if (state !== told) running.onProgress(Math.min(1, done), found);
    told = state;
  }, TELL_MS);
  try {
    return await work(control);
  } finally {
    clearInterval(timer);
    running.signal.removeEventListener('abort', cancel);
  }
}

/** For work whose half is worth nothing. */
export function refuseCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw shmError('ECANCELED', 'It was cancelled.');
}
