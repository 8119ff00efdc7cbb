/** The scan of the whole machine on load A: beside today's tools, its growth, and how the extension host feels it. */
import { runParts, type Parts } from './parts.ts';
import { atRest, eventLoop } from './scan/behaviour.ts';
import type { Result } from './bench.ts';
import { compare } from './scan/compare.ts';
import { explorer } from './scan/explorer.ts';
import { growth } from './scan/growth.ts';
import { startLoad } from './scan/load.ts';
import { addon } from './scan/ours.ts';

const PROCESSES = 500;
const MAPPINGS = 200;
const ROUNDS = 9;
const EXPLORER_ROUNDS = 5;

async function onLoad(work: (load: Awaited<ReturnType<typeof startLoad>>) => Promise<Result[]>): Promise<Result[]> {
  await using load = await startLoad(PROCESSES, MAPPINGS);
  return await work(load);
}

const parts: Parts = {
  compare: () => onLoad((load) => compare(addon(), load, ROUNDS)),
  loop: () => onLoad(eventLoop),
  rest: () => onLoad(atRest),
  growth: () => growth(addon(), ROUNDS),
  explorer: () => explorer(EXPLORER_ROUNDS),
};

/** `only`: names of parts; all when empty. */
export const run = (only: readonly string[]): Promise<Result[]> => runParts(parts, only);
