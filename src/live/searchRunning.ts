/** What every long call of a search is given, and how it is told. */
import type { Segment } from '../../api.d.ts';
import type { ByteSource, Control } from '../native/addon.ts';
import { isLost } from './refused.ts';
import type { Sources } from './sources.ts';

/** A search tells how far it has come, and ends early when it is cancelled. */
export interface Running {
  readonly signal?: AbortSignal | undefined;
  /** `done` 0 to 1; ten times a second at most. */
  readonly onProgress?: ((done: number, found: number) => void) | undefined;
}

/** Uses the segment's open source, and once more by another way where the process that the first one went through has ended. */
export type Access = <T>(use: (source: ByteSource) => T | Promise<T>) => Promise<T>;

export function accessTo(sources: Sources, segment: Segment): Access {
  return async (use) => {
    try {
      return await use(sources.open(segment, false));
    } catch (error) {
      if (!isLost(error)) throw error;
      sources.close(segment.id);
      return use(sources.open(segment, false));
    }
  };
}

const PROGRESS_MS = 100;

/** Runs a call of the addon that takes a Control: passes a cancel on to it, and its progress to `running`. */
export async function controlled<T>({ signal, onProgress }: Running, call: (control: Control) => Promise<T>): Promise<T> {
  const control: Control = new Int32Array(new SharedArrayBuffer(12));
  const cancel = (): void => void Atomics.store(control, 0, 1);
  const tell = (): void => onProgress?.(Atomics.load(control, 1) / 10_000, Atomics.load(control, 2));
  const timer = setInterval(tell, PROGRESS_MS);
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
      if (now - last < PROGRESS_MS) return;
      last = now;
      onProgress?.(done, found);
    },
  };
}
