/** A page whose thread is taken for 200 ms again and again. */
import type { Result } from '../bench.ts';
import { times } from './figures.ts';
import { KiB, makeObject, stampInto } from './objects.ts';
import { pause, type Bench } from './workbench.ts';

const BLOCKS = 10;
const BLOCK_MS = 200;
const FREE_MS = 600;
const MOST = 2;

export async function slow(bench: Bench): Promise<Result[]> {
  using object = makeObject('slow', 4 * KiB);
  const frame = await bench.open(object);
  await using stamper = await stampInto(object, 5, 20);
  bench.wire.mostUnanswered = 0;
  const before = bench.wire.posted;
  await frame.evaluate(() => window.shmscopeProbe?.record());
  const ends = await times(BLOCKS, async () => {
    const end = await frame.evaluate((ms) => window.shmscopeProbe?.block(ms), BLOCK_MS);
    await pause(FREE_MS);
    return end ?? NaN;
  });
  const shown = (await frame.evaluate(() => window.shmscopeProbe?.recorded())) ?? [];
  const { mostUnanswered, posted } = bench.wire;
  await stamper.stop();
  await bench.closeAll();
  // A value that was stored after the page was back, before its thread was taken again.
  const newer = ends.map((end) =>
    shown.find(({ value, at }) => at < end + FREE_MS && Number(BigInt(value) / 1000n) / 1000 > end),
  );
  const took = newer.flatMap((found, i) => (found ? [found.at - (ends[i] ?? NaN)] : []));
  return [
    {
      what: 'a page that is slow, unanswered messages',
      text: `at most ${mostUnanswered} at a time of ${posted - before} (asked: at most ${MOST}), while its thread is taken for ${BLOCK_MS} ms ${BLOCKS} times`,
      holds: mostUnanswered > 0 && mostUnanswered <= MOST,
    },
    {
      what: 'a page that is slow, the newest state',
      text: `after ${took.length} of ${BLOCKS} times a value that was stored after it was back is shown, ${took.length > 0 ? `${Math.max(...took).toFixed(0)} ms later at most` : 'never'}`,
      holds: took.length === BLOCKS,
    },
  ];
}
