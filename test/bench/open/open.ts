/** From the key that opens a panel to its first row, beside a panel that is empty. */
import { GiB, KiB, MiB, makeObject, type SharedObject } from '../live/objects.ts';
import { Bench, look, pause } from '../live/workbench.ts';
import type { Frame } from 'playwright-core';
import type { Result, Row } from '../bench.ts';
import { median } from '../../../scripts/bench/figures.mjs';

/** A panel that was closed is still being taken down. */
const REST_MS = 500;
const SIZES = [
  ['4 KiB', 4 * KiB],
  ['1 MiB', MiB],
  ['1 GiB', GiB],
  ['64 GiB', 64 * GiB],
] as const;
/** How far the slowest size may be from the fastest. */
const SAME = 1.25;

/** ms from the key until the first row is painted. */
async function timed(bench: Bench, open: () => Promise<Frame>): Promise<number> {
  const frame = await open();
  await frame.waitForFunction(() => window.shmscopeProbe?.first() !== undefined);
  const [shown, pressed] = [await look(frame, 'first'), await look(bench.page, 'pressed')];
  await bench.closeAll();
  await pause(REST_MS);
  const took = (shown ?? NaN) - (pressed ?? NaN);
  if (!(took > 0)) throw new Error(`${String(shown)} is not after ${String(pressed)}`);
  return took;
}

async function inTurns(bench: Bench, objects: readonly SharedObject[], rounds: number): Promise<number[][]> {
  const cases = [() => bench.openEmpty(), ...objects.map((object) => () => bench.open(object))];
  const samples = cases.map((): number[] => []);
  // The first round warms up.
  for (let round = -1; round < rounds; round++) {
    for (const [index, open] of cases.entries()) {
      const took = await timed(bench, open);
      if (round >= 0) samples[index]?.push(took);
    }
  }
  return samples;
}

function sameForAll(rows: readonly Row[]): Result {
  const medians = rows.map(({ ours }) => median(ours));
  const factor = Math.max(...medians) / Math.min(...medians);
  return {
    what: 'open, the same at every size',
    text: `the slowest median is ${factor.toFixed(2)} times the fastest (asked: at most ${SAME})`,
    holds: factor <= SAME,
  };
}

export async function open(rounds: number): Promise<Result[]> {
  using stack = new DisposableStack();
  const objects = SIZES.map(([what, size]) => stack.use(makeObject(what.replace(' ', ''), size)));
  await using bench = await Bench.start();
  const [empty = [], ...ours] = await inTurns(bench, objects, rounds);
  const rows = SIZES.map(([what], index): Row => ({
    what: `open, warm, to the first row painted, ${what}`,
    unit: 'ms',
    ours: ours[index] ?? [],
    peer: empty,
    peerName: 'empty webview panel',
    bar: { atMost: 1.6, of: 'ratio' },
    note: 'From the keydown event of the key that runs the command, to the end of the frame in which the first byte stands in its cell; the same for the line of the empty panel. Only the first 4 KiB of the objects hold memory.',
  }));
  return [...rows, sameForAll(rows)];
}
