/** Locks: who waits for them. */
import type { Result } from './bench.ts';
import { waiters } from './locks/waiters.ts';
import { runParts } from './parts.ts';

/** `only`: names of parts; all when empty. */
export const run = (only: readonly string[]): Promise<Result[]> => runParts({ waiters }, only);
