/** What it takes to show 4 KiB that change, that do not, and that nobody sees. */
import type { Frame } from 'playwright-core';
import type { Result, Row } from '../bench.ts';
import { percentile, times } from './figures.ts';
import { changeAll, KiB, makeObject } from './objects.ts';
import { cpuShare } from './processes.ts';
import { framesDuring, look, pause, VIEWPORT, type Bench } from './workbench.ts';

/** More than elsewhere: the renderer's share differs by a fifth between runs of one measurement. */
const RUNS = 9;
const RUN_MS = 3000;
const HZ = 60;
const LENGTH = 4 * KiB;
/** Marks of changes have faded, a page that was taken away is gone. */
const REST_MS = 2500;
/** All 4 KiB, sixteen bytes a row, and what is above and below them. */
const TALL = { width: 1440, height: 5600 };

const BARE =
  'The bare canvas is a panel of the bench that does nothing but draw 640 bytes as one text a row: what the way through VS Code takes, and its drawing.';

interface Taken {
  /** % of a core. */
  readonly host: number;
  readonly renderer: number;
  readonly messages: number;
  readonly frames: readonly number[];
}

async function taken(bench: Bench, work: () => Promise<number[]>): Promise<Taken> {
  const [host, renderer] = [cpuShare([bench.hostPid]), cpuShare(await bench.rendererPids())];
  const before = bench.wire.posted;
  const frames = await work();
  return { host: host(), renderer: renderer(), messages: bench.wire.posted - before, frames };
}

const waiting = async (): Promise<number[]> => {
  await pause(RUN_MS);
  return [];
};

const SHARED =
  'Of all renderer processes together: the workbench and its panels share one where VS Code is served from one address, as here.';

/** `bare`: the same of the least that can be done. */
function ofChange(what: string, all: readonly Taken[], bare: readonly Taken[], bytes: number, judged: boolean): Result[] {
  const row = (name: string, unit: string, of: (run: Taken) => number, atMost: number, note: string): Row => ({
    what: `${what}, ${name}`,
    unit,
    ours: all.map(of),
    ...(bare.length > 0 ? { peer: bare.map(of), peerName: 'bare canvas' } : {}),
    ...(judged ? { bar: { atMost, of: 'ours' } } : {}),
    note,
  });
  const inView = `${bytes} of the ${LENGTH} bytes are in view; C program, ${HZ} times a second. Intervals of the animation frames over ${RUN_MS / 1000} s each.`;
  const frames = (share: number) => (run: Taken) => percentile(run.frames, share);
  return [
    row('frames p95', 'ms', frames(0.95), 17, inView),
    row('frames p99', 'ms', frames(0.99), 34, inView),
    row(
      'extension host',
      '% of a core',
      ({ host }) => host,
      12,
      'All of its threads, those of other extensions included. The connection to the page is not compressed and no ports are searched for, as in a VS Code on a desktop.',
    ),
    row('renderer', '% of a core', ({ renderer }) => renderer, 50, `${SHARED} ${BARE}`),
    {
      what: `${what}, messages to the page`,
      unit: 'a second',
      ours: all.map(({ messages }) => messages / (RUN_MS / 1000)),
    },
  ];
}

function ofRest(what: string, all: readonly Taken[], idle: readonly Taken[], note: string): Result[] {
  return [
    {
      what: `${what}, messages in ${RUN_MS / 1000} s`,
      unit: 'messages',
      ours: all.map(({ messages }) => messages),
      bar: { atMost: 0, of: 'largest' },
      note: `${note} Counted on the connection between extension host and workbench.`,
    },
    {
      what: `${what}, extension host`,
      unit: '% of a core',
      ours: all.map(({ host }) => host),
      peer: idle.map(({ host }) => host),
      peerName: 'no segment open',
      bar: { atMost: 1, of: 'ours' },
    },
  ];
}

async function changing(bench: Bench, frame: Frame): Promise<Taken[]> {
  await pause(1000);
  return times(RUNS, () => taken(bench, () => framesDuring(frame, RUN_MS)));
}

export async function change(bench: Bench): Promise<Result[]> {
  using object = makeObject('changes', LENGTH);
  const frame = await bench.open(object);
  const bytes = (await look(frame, 'bytesInView')) ?? NaN;
  let shown: Taken[];
  {
    await using writer = await changeAll(object, LENGTH, HZ);
    shown = await changing(bench, frame);
    await writer.stop();
  }
  await pause(REST_MS);
  bench.wire.kinds.clear();
  const unchanged = await times(RUNS, () => taken(bench, waiting));
  const kinds = [...bench.wire.kinds].map(([kind, count]) => ` ${count} '${kind}'`).join(',');
  await using writer = await changeAll(object, LENGTH, HZ);
  await bench.openEmpty();
  await pause(REST_MS);
  const hidden = await times(RUNS, () => taken(bench, waiting));
  await bench.closeAll();
  const bare = await changing(bench, await bench.openBare(object));
  await writer.stop();
  await bench.closeAll();
  await bench.openEmpty();
  await pause(REST_MS);
  const idle = await times(RUNS, () => taken(bench, waiting));
  await bench.closeAll();
  return [
    ...ofChange('4 KiB that change entirely at 60 Hz', shown, bare, bytes, true),
    ...ofRest('unchanged', unchanged, idle, `The panel is in front.${kinds && ` In all:${kinds}.`}`),
    ...ofRest('hidden', hidden, idle, 'An empty panel is in front of it, and all bytes change at 60 Hz.'),
  ];
}

/** The same on a screen so high that all of the bytes are in view, which nobody has; judged by nothing. */
export async function tall(bench: Bench): Promise<Result[]> {
  using object = makeObject('tall', LENGTH);
  await bench.page.setViewportSize(TALL);
  try {
    const frame = await bench.open(object);
    await pause(1000);
    const bytes = (await look(frame, 'bytesInView')) ?? NaN;
    await using writer = await changeAll(object, LENGTH, HZ);
    const shown = await changing(bench, frame);
    await writer.stop();
    await bench.closeAll();
    return ofChange('the same, all in view', shown, [], bytes, false);
  } finally {
    await bench.page.setViewportSize(VIEWPORT);
  }
}
