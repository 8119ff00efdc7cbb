/** The live view in VS Code itself: from stores to the screen, what it takes, scrolling, memory; and the passes over a whole segment. */
import type { Result } from './bench.ts';
import { change, tall } from './live/change.ts';
import { latency } from './live/latency.ts';
import { memoryGrowth } from './live/memory.ts';
import { exact, keys, wheel } from './live/scroll.ts';
import { search } from './live/search.ts';
import { slow } from './live/slow.ts';
import { typed } from './live/typed.ts';
import { Bench } from './live/workbench.ts';
import { runParts } from './parts.ts';

let bench: Bench | undefined;

/** In one workbench after another, but where a part failed: nobody knows what it left open. */
const inBench = (work: (bench: Bench) => Promise<Result[]>) => async (): Promise<Result[]> => {
  bench ??= await Bench.start();
  try {
    return await work(bench);
  } catch (error) {
    await bench[Symbol.asyncDispose]();
    bench = undefined;
    throw error;
  }
};

const parts = {
  latency: inBench(latency),
  change: inBench(change),
  tall: inBench(tall),
  wheel: inBench(wheel),
  keys: inBench(keys),
  exact: inBench(exact),
  typed: inBench(typed),
  slow: inBench(slow),
  memory: inBench(memoryGrowth),
  search,
};

/** `only`: names of parts; all when empty. */
export async function run(only: readonly string[]): Promise<Result[]> {
  try {
    return await runParts(parts, only);
  } finally {
    await bench?.[Symbol.asyncDispose]();
  }
}
