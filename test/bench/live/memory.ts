/** By how much the browser and the extension host grow over an empty panel while a segment is looked at. */
import type { Result } from '../bench.ts';
import { times } from './figures.ts';
import { GiB, KiB, makeObject, stampInto, type SharedObject } from './objects.ts';
import { memoryOf, PRIVATE } from './processes.ts';
import { BYTES, hover, pause, type Bench } from './workbench.ts';

const RUNS = 5;
const REST_MS = 1000;
const EVERY_MS = 150;
const SIZES = [
  ['4 KiB', 4 * KiB],
  ['64 GiB', 64 * GiB],
] as const;

interface Memory {
  /** MiB. */
  readonly renderer: number;
  readonly host: number;
}

async function memory(bench: Bench): Promise<Memory> {
  return { renderer: memoryOf(await bench.rendererPids(), ['Rss']), host: memoryOf([bench.hostPid], PRIVATE) };
}

/** Wheel, End, Home, and a while of watching. */
async function use(bench: Bench, object: SharedObject): Promise<void> {
  const frame = await bench.open(object);
  await using stamper = await stampInto(object, 5, 20);
  await hover(bench.page, frame.locator(BYTES));
  await frame.locator(BYTES).focus();
  await bench.wheel(2000, 600);
  await bench.page.keyboard.press('Control+End');
  await bench.wheel(-2000, 600);
  await bench.page.keyboard.press('Control+Home');
  await pause(1000);
  await stamper.stop();
}

/** The most that it has been more than with an empty panel. */
async function growth(bench: Bench, object: SharedObject): Promise<Memory> {
  await bench.openEmpty();
  await pause(REST_MS);
  const empty = await memory(bench);
  await bench.closeAll();
  let done = false;
  const work = use(bench, object).finally(() => (done = true));
  const seen: Memory[] = [];
  for (; !done; await pause(EVERY_MS)) seen.push(await memory(bench));
  await work;
  await bench.closeAll();
  return {
    renderer: Math.max(...seen.map(({ renderer }) => renderer)) - empty.renderer,
    host: Math.max(...seen.map(({ host }) => host)) - empty.host,
  };
}

async function ofSize(bench: Bench, what: string, size: number): Promise<Result[]> {
  using object = makeObject('memory', size);
  await growth(bench, object);
  const grown = await times(RUNS, () => growth(bench, object));
  const note =
    'The most while the panel was opened, scrolled by wheel, End and Home, and watched, over an empty panel just before.';
  return [
    {
      what: `renderer grows, ${what}`,
      unit: 'MiB',
      ours: grown.map(({ renderer }) => renderer),
      bar: { atMost: 120, of: 'ours' },
      note: `${note} Rss of all renderer processes together.`,
    },
    {
      what: `extension host's private memory grows, ${what}`,
      unit: 'MiB',
      ours: grown.map(({ host }) => host),
      bar: { atMost: 20, of: 'ours' },
      note,
    },
  ];
}

export async function memoryGrowth(bench: Bench): Promise<Result[]> {
  const results: Result[] = [];
  for (const [what, size] of SIZES) results.push(...(await ofSize(bench, what, size)));
  return results;
}
