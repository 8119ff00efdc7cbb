/** An array of a million structs in the fields. */
import type { Result } from '../bench.ts';
import { percentile, times } from './figures.ts';
import { makeObject } from './objects.ts';
import { FIELDS, framesDuring, fromKey, hover, pause, type Bench } from './workbench.ts';

const RUNS = 5;
const RUN_MS = 2000;
const COUNT = 1_000_000;
const SOURCE = `struct point { unsigned id; float x; float y; unsigned flags; };
struct table { unsigned long long count, reserved; struct point points[${COUNT}]; };`;
const SIZE = 16 + COUNT * 16;
const PIXELS = 400;

const rowOf = (path: string): string => `${FIELDS} [data-path="${path}"]`;

/** Opens the panel, and the array in it by the key; ms from the key to its first row. */
async function opened(bench: Bench, object: ReturnType<typeof makeObject>): Promise<number> {
  const frame = await bench.open(object);
  const array = frame.locator(rowOf('points'));
  await array.waitFor();
  await array.click();
  if ((await array.getAttribute('aria-expanded')) === 'true') await bench.page.keyboard.press('ArrowLeft');
  await frame.locator(rowOf('points[0]')).waitFor({ state: 'detached' });
  await pause(300);
  return fromKey(frame, rowOf('points[0]'), '', () => bench.page.keyboard.press('ArrowRight'));
}

export async function typed(bench: Bench): Promise<Result[]> {
  using object = makeObject('typed', SIZE, 2 ** 20);
  await bench.open(object);
  await bench.run('shmscope.assignType', { id: await bench.idOf(object) }, { source: SOURCE, name: 'struct table' });
  const took = await times(RUNS, async () => {
    await bench.closeAll();
    return opened(bench, object);
  });
  const frame = await bench.panel(rowOf('points[0]'));
  await hover(bench.page, frame.locator(FIELDS));
  const runs = await times(RUNS, async (round) => {
    const pixels = round % 2 === 0 ? PIXELS : -PIXELS;
    return framesDuring(frame, RUN_MS, async () => void (await bench.wheel(pixels, RUN_MS)));
  });
  await bench.closeAll();
  return [
    {
      what: '1,000,000 structs, open',
      unit: 'ms',
      ours: took,
      bar: { atMost: 300, of: 'ours' },
      note: 'From the key that opens the array, in a panel that was just opened, to the end of the frame with the row of its first element.',
    },
    {
      what: '1,000,000 structs, scroll, p95 frame',
      unit: 'ms',
      ours: runs.map((intervals) => percentile(intervals, 0.95)),
      bar: { atMost: 17, of: 'ours' },
      note: `By the wheel, ${PIXELS} px at each frame of 60 Hz for ${RUN_MS / 1000} s.`,
    },
  ];
}
