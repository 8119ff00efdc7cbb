/** Types: declarations, decoding, what is found in debug info. */
import type { Result } from './bench.ts';
import { runParts } from './parts.ts';
import { declarations } from './types/declarations.ts';
import { debugInfo } from './types/debugInfo.ts';
import { decoding } from './types/decoding.ts';
import { suggest } from './types/suggest.ts';

/** `only`: names of parts; all when empty. */
export const run = (only: readonly string[]): Promise<Result[]> =>
  runParts({ declarations, decoding, suggest, names: debugInfo }, only);
