/** Types: declarations, decoding, what is found in debug info. */
import type { Result } from './bench.ts';
import { runParts } from './parts.ts';
import { declarations } from './types/declarations.ts';
import { debugInfo } from './types/debugInfo.ts';
import { decoding } from './types/decoding.ts';
import { suggest } from './types/suggest.ts';

/** `only`: names of parts; all when empty. Decoding is last: a million values that nobody needs any more are collected while others compute. */
export const run = (only: readonly string[]): Promise<Result[]> =>
  runParts({ declarations, suggest, names: debugInfo, decoding }, only);
