/** Writers: who stores, what watching costs, and the lines of addresses. */
import type { Result } from './bench.ts';
import { runParts } from './parts.ts';
import { attribution } from './writers/attribution.ts';
import { cost, others } from './writers/cost.ts';
import { symbols } from './writers/symbols.ts';

/** `only`: names of parts; all when empty. */
export const run = (only: readonly string[]): Promise<Result[]> => runParts({ attribution, cost, others, symbols }, only);
