/** Types: declarations, decoding, debug info. */
import type { Result } from './bench.ts';
import { runParts } from './parts.ts';
import { declarations } from './types/declarations.ts';
import { decoding } from './types/decoding.ts';

export async function run(only: readonly string[] = []): Promise<Result[]> {
  return runParts({ declarations, decoding }, only);
}
