/** Through 64 GiB by the wheel, the keys and the command. */
import type { Frame } from 'playwright-core';
import type { Result } from '../bench.ts';
import { percentile, times } from './figures.ts';
import { GiB, KiB, makeObject, noise, type SharedObject } from './objects.ts';
import { BYTES, cellAt, framesDuring, fromKey, hover, pause, type Bench } from './workbench.ts';

const RUNS = 5;
const RUN_MS = 2000;
const PIXELS = 2000;
const SIZE = 64 * GiB;
const KEYS = 7;
const ROWS = 100;
const COLUMNS = 16;
const PAGE = 4 * KiB;
const WAIT_MS = 3000;

const hex = (byte: number | undefined): string => (byte ?? 0).toString(16).padStart(2, '0');

/** The first offset on the screen. */
const topOf = (frame: Frame): Promise<number> =>
  frame.evaluate((grid) => Number(document.querySelector(`${grid} [data-offset]`)?.getAttribute('data-offset') ?? NaN), BYTES);

export async function wheel(bench: Bench): Promise<Result[]> {
  using object = makeObject('wheel', SIZE);
  const frame = await bench.open(object);
  const id = await bench.idOf(object);
  await hover(bench.page, frame.locator(BYTES));
  const [rows, events, blanks]: [number[], number[], number[]] = [[], [], []];
  const runs = await times(RUNS, async (round) => {
    await bench.run('shmscope.goToOffset', { id }, { offset: Math.floor(SIZE / RUNS) * round });
    await pause(500);
    const before = await topOf(frame);
    const blank = frame.evaluate((ms) => window.shmscopeProbe?.blanks(ms), RUN_MS);
    const intervals = await framesDuring(frame, RUN_MS, async () => void events.push(await bench.wheel(PIXELS, RUN_MS)));
    blanks.push(100 * ((await blank) ?? NaN));
    await pause(200);
    rows.push(((await topOf(frame)) - before) / COLUMNS);
    return intervals;
  });
  await bench.closeAll();
  const moved = rows.map((count, run) => count / (events[run] ?? NaN));
  const note = `Starting at five places of the object, an event at each frame of 60 Hz for ${RUN_MS / 1000} s.`;
  return [
    {
      what: 'fast wheel through 64 GiB, p95 frame',
      unit: 'ms',
      ours: runs.map((intervals) => percentile(intervals, 0.95)),
      bar: { atMost: 34, of: 'ours' },
      note,
    },
    {
      what: 'fast wheel through 64 GiB, longest frame',
      unit: 'ms',
      ours: runs.map((intervals) => Math.max(...intervals)),
      bar: { atMost: 100, of: 'ours' },
      note,
    },
    { what: 'fast wheel through 64 GiB, frames whose first row has no bytes yet', unit: '% of frames', ours: blanks },
    {
      what: 'fast wheel through 64 GiB',
      text: `${events.reduce((sum, count) => sum + count, 0)} events of ${PIXELS} px in ${(RUNS * RUN_MS) / 1000} s went ${moved.map((count) => count.toFixed(1)).join(', ')} rows each`,
      holds: moved.every((count) => count > 50),
    },
  ];
}

export async function keys(bench: Bench): Promise<Result[]> {
  using object = makeObject('keys', SIZE);
  const [first, last] = [noise(COLUMNS), noise(COLUMNS)];
  object.put(first, 0);
  object.put(last, SIZE - COLUMNS);
  const frame = await bench.open(object);
  await frame.locator(BYTES).focus();
  const press = async (key: string, offset: number, byte: number | undefined): Promise<number> => {
    const took = await fromKey(frame, cellAt(offset), hex(byte), () => bench.page.keyboard.press(key));
    await pause(300);
    return took;
  };
  const [toEnd, toStart]: [number[], number[]] = [[], []];
  for (let round = -1; round < KEYS; round++) {
    const end = await press('Control+End', SIZE - 1, last[COLUMNS - 1]);
    const home = await press('Control+Home', 0, first[0]);
    if (round < 0) continue;
    toEnd.push(end);
    toStart.push(home);
  }
  await bench.closeAll();
  const row = (what: string, ours: number[]): Result => ({
    what: `64 GiB, ${what}`,
    unit: 'ms',
    ours,
    bar: { atMost: 70, of: 'ours' },
    note: 'From the keydown event to the end of the frame in which the byte there stands in its cell.',
  });
  return [row('End to the last byte', toEnd), row('Home to the first byte', toStart)];
}

/** Puts a row of random bytes at the first row, the last one and `ROWS` others. */
function marked(object: SharedObject): Map<number, Uint8Array> {
  const rows = new Map<number, Uint8Array>();
  const put = (offset: number): void => {
    const bytes = noise(COLUMNS);
    object.put(bytes, offset);
    rows.set(offset, bytes);
  };
  put(0);
  put(SIZE - COLUMNS);
  while (rows.size < ROWS + 2) put(Math.floor(Math.random() * (SIZE / PAGE)) * PAGE + Math.floor(Math.random() * 256) * COLUMNS);
  return rows;
}

/** What the sixteen cells from `offset` on show, once it is what is wanted or time is over. */
async function shownAt(frame: Frame, offset: number, wanted: string): Promise<string> {
  for (const last = Date.now() + WAIT_MS; ; await pause(10)) {
    const shown = await frame.evaluate(
      ([grid, from, count]) =>
        Array.from(
          { length: count },
          (_, i) => document.querySelector(`${grid} [data-offset="${from + i}"]`)?.ariaLabel ?? '',
        ).join(' '),
      [BYTES, offset, COLUMNS] as const,
    );
    if (shown === wanted || Date.now() > last) return shown;
  }
}

export async function exact(bench: Bench): Promise<Result[]> {
  using object = makeObject('rows', SIZE);
  const rows = marked(object);
  const frame = await bench.open(object);
  const id = await bench.idOf(object);
  const wrong: string[] = [];
  for (const [offset, bytes] of rows) {
    await bench.run('shmscope.goToOffset', { id }, { offset });
    const wanted = [...bytes].map(hex).join(' ');
    const shown = await shownAt(frame, offset, wanted);
    if (shown !== wanted) wrong.push(`at ${offset} '${shown}' for '${wanted}'`);
  }
  await bench.closeAll();
  return [
    {
      what: `64 GiB, the first row, the last and ${ROWS} random ones`,
      text: `${rows.size - wrong.length} of ${rows.size} hold what was put there${wrong.length > 0 ? `: ${wrong.slice(0, 3).join(', ')}` : ''}`,
      holds: wrong.length === 0,
    },
  ];
}
