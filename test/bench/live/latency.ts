/** From a store in a C program to its value on the page. */
import type { Frame } from 'playwright-core';
import type { Result } from '../bench.ts';
import { percentile, times } from './figures.ts';
import { KiB, makeObject, stampInto, type SharedObject } from './objects.ts';
import type { Shown } from './probe.ts';
import { pause, type Bench } from './workbench.ts';

const RUNS = 5;
const RUN_MS = 4000;
const TEN_A_SECOND_MS = 10_000;
/** What is under way arrives within this. */
const SETTLE_MS = 500;

interface Run {
  readonly stored: readonly string[];
  readonly shown: readonly Shown[];
}

/** What a writer stores after `least` to `most` ms each time, and what of it is painted. */
async function watched(frame: Frame, object: SharedObject, [least, most]: readonly [number, number], ms: number): Promise<Run> {
  await frame.evaluate(() => window.shmscopeProbe?.record());
  await using stamper = await stampInto(object, least, most);
  await pause(ms);
  const stored = await stamper.stop();
  await pause(SETTLE_MS);
  const shown = (await frame.evaluate(() => window.shmscopeProbe?.recorded())) ?? [];
  if (stored.length === 0) throw new Error('nothing was stored');
  return { stored, shown };
}

/** ms from each store that was shown to its paint. A value that was never stored is left out. */
function latencies({ stored, shown }: Run): number[] {
  const known = new Set(stored);
  return shown.filter(({ value }) => known.has(value)).map(({ value, at }) => at - Number(BigInt(value) / 1000n) / 1000);
}

function everyOne({ stored, shown }: Run): Result {
  const seen = new Set(shown.map(({ value }) => value));
  const missed = stored.filter((stamp) => !seen.has(stamp)).length;
  return {
    what: 'a writer of 10 stores a second',
    text: `${stored.length - missed} of its ${stored.length} stores were shown`,
    holds: missed === 0,
  };
}

function onlyStored(runs: readonly Run[]): Result {
  const wrong = runs.flatMap(({ stored, shown }) => {
    const known = new Set(stored);
    return shown.filter(({ value }) => !known.has(value));
  });
  const shown = runs.reduce((sum, run) => sum + run.shown.length, 0);
  const stored = runs.reduce((sum, run) => sum + run.stored.length, 0);
  return {
    what: 'values of 8 bytes that were shown',
    text: `${shown} were shown of ${stored} stores; ${wrong.length} were never stored`,
    holds: wrong.length === 0 && shown > 0,
  };
}

export async function latency(bench: Bench): Promise<Result[]> {
  using object = makeObject('stamps', 4 * KiB);
  const frame = await bench.open(object);
  await pause(SETTLE_MS);
  const runs = await times(RUNS, () => watched(frame, object, [5, 50], RUN_MS));
  const slow = await watched(frame, object, [80, 120], TEN_A_SECOND_MS);
  await bench.closeAll();
  const note =
    'A C program stores CLOCK_REALTIME into its mapping after 5 to 50 ms each time. Painted: the page has finished the frame in which the cells show the value; a store that another one follows before it is read is not shown, and not counted.';
  const row = (share: number, atMost: number): Result => ({
    what: `store to paint, p${share * 100}`,
    unit: 'ms',
    ours: runs.map((run) => percentile(latencies(run), share)),
    bar: { atMost, of: 'ours' },
    note,
  });
  return [row(0.5, 35), row(0.95, 45), onlyStored([...runs, slow]), everyOne(slow)];
}
