/** Who writes: functions and lines of code. */
import type { Result } from './bench.ts';
import { runParts } from './parts.ts';
import { symbols } from './writers/symbols.ts';

/** `only`: names of parts; all when empty. */
export const run = (only: readonly string[]): Promise<Result[]> => runParts({ symbols }, only);
