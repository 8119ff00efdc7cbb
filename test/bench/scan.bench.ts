/** The scan of the whole machine on load A: beside today's tools, its growth, and how the extension host feels it. */
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

const parts: Record<string, () => Promise<Result[]>> = {
  compare: () => onLoad((load) => compare(addon(), load, ROUNDS)),
  loop: () => onLoad(eventLoop),
  rest: () => onLoad(atRest),
  growth: () => growth(addon(), ROUNDS),
  explorer: () => explorer(EXPLORER_ROUNDS),
};

/** `only`: names of parts; all when empty. */
export async function run(only: readonly string[]): Promise<Result[]> {
  const unknown = only.find((name) => !(name in parts));
  if (unknown !== undefined) throw new Error(`there is no part '${unknown}': choose from ${Object.keys(parts).join(', ')}`);
  const results: Result[] = [];
  for (const [name, part] of Object.entries(parts)) {
    if (only.length > 0 && !only.includes(name)) continue;
    try {
      results.push(...(await part()));
    } catch (error) {
      // Minutes of measuring are not thrown away for one part.
      console.error(error);
      results.push({ what: name, text: `not measured: ${error instanceof Error ? error.message : String(error)}`, holds: false });
    }
  }
  return results;
}
