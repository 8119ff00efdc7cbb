/** Locks: their states, who waits for them, and what the open view takes. */
import type { Result } from './bench.ts';
import { states } from './locks/states.ts';
import { view } from './locks/view.ts';
import { waiters } from './locks/waiters.ts';
import { runParts } from './parts.ts';

/** `only`: names of parts; all when empty. */
export const run = (only: readonly string[]): Promise<Result[]> => runParts({ states, waiters, view }, only);
