/** What a watched store costs who stores, beside gdb's awatch, and what watching costs who stores elsewhere. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { end, start } from '../../../scripts/lib/children.mjs';
import { median } from '../../../scripts/bench/figures.mjs';
import type { Segment } from '../../../api.d.ts';
import type { Bar, Result } from '../bench.ts';
import { GDB, isGdbInstalled, NO_GDB } from '../gdb.ts';
import { startPaced, type Paced } from './programs.ts';
import { rooms, watching, type Rooms } from './rooms.ts';

const ROUNDS = 5;
/** Samples of each in each round. */
const SAMPLES = 5;
/** Few enough for the ring of one CPU: a store that is lost costs less. */
const STORES = 100;
/** gdb takes a thousand times as long. */
const GDB_STORES = 100;
const GDB_END_MS = 5000;
/** For the watcher to empty its rings, ms. */
const REST_MS = 150;
/**
 * What gdb does when its watchpoint is hit, after which it goes on by itself: `told` says where it was and both values, which is what
 * ShmScope finds out; `silent` says nothing; `ignored` is the fastest that it can.
 */
const GDB_WAYS = {
  told: ['commands 1', 'continue', 'end', 'continue'],
  silent: ['commands 1', 'silent', 'continue', 'end', 'continue'],
  ignored: ['ignore 1 100000000', 'continue'],
} as const;
type Way = keyof typeof GDB_WAYS;
const WAYS: readonly Way[] = ['told', 'silent', 'ignored'];

const PEERS: Readonly<Record<Way, string>> = {
  told: "gdb's awatch with `continue`",
  silent: "gdb's awatch with `silent` and `continue`",
  ignored: "gdb's awatch with `ignore`",
};
const BAR: Bar = { atMost: 0.01, of: 'ratio' };

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function watched<T>(
  { writers }: Rooms,
  segment: Segment,
  work: () => Promise<T>,
): Promise<{ found: T; seen: number; lost: number }> {
  const session = await watching(writers, segment, 60_000);
  try {
    const found = await work();
    session.stop();
    const { seen, lost } = await session.done;
    return { found, seen, lost };
  } finally {
    session.stop();
    await session.done;
  }
}

/** ns for each of STORES stores, some times. The first ones load what the kernel needs for it. */
async function stores(paced: Paced, samples: number): Promise<number[]> {
  await paced.store(STORES);
  const times: number[] = [];
  for (let i = 0; i < samples; i++) {
    await pause(REST_MS);
    times.push(await paced.store(STORES));
  }
  return times;
}

/** As `stores`, while gdb has the field in a hardware watchpoint. */
async function storesInGdb(paced: Paced, way: Way, samples: number): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'shmscope-bench-'));
  const script = join(folder, 'script');
  writeFileSync(script, [`awatch *(long *)${paced.address}`, ...GDB_WAYS[way], ''].join('\n'));
  const child = start('gdb', [...GDB, '-p', String(paced.pid), '-x', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  const exit = once(child, 'exit');
  try {
    const { stdout } = child;
    if (stdout === null) throw new Error('gdb did not start');
    const lines = createInterface({ input: stdout });
    const set = new Promise<boolean>((resolve) => lines.on('line', (line) => line.includes('watchpoint 1') && resolve(true)));
    if ((await Promise.race([set, exit])) !== true) throw new Error('gdb could not set a watchpoint');
    // The process stands still until gdb has put it in.
    await paced.store(GDB_STORES);
    const times: number[] = [];
    for (let i = 0; i < samples; i++) times.push(await paced.store(GDB_STORES));
    return times;
  } finally {
    // It takes its watchpoint with it, and lets the process go on.
    child.kill('SIGINT');
    await Promise.race([exit, pause(GDB_END_MS)]);
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function cost(): Promise<Result[]> {
  await using paced = await startPaced();
  using composed = rooms();
  const segment = await composed.segmentOf(paced.path);
  const took = { watched: [] as number[], bare: [] as number[], counted: [] as number[] };
  const inGdb: Record<Way, number[]> = { told: [], silent: [], ignored: [] };
  const hasGdb = isGdbInstalled();
  let [seen, lost] = [0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    took.bare.push(...(await stores(paced, SAMPLES)));
    const watch = await watched(composed, segment, () => stores(paced, SAMPLES));
    took.watched.push(...watch.found);
    seen += watch.seen;
    lost += watch.lost;
    for (let i = 0; i < SAMPLES; i++) took.counted.push(await paced.counted(STORES));
    for (const way of hasGdb ? WAYS : []) inGdb[way].push(...(await storesInGdb(paced, way, SAMPLES)));
  }
  const bare = median(took.bare);
  const above = (times: readonly number[]): number[] => times.map((time) => time - bare);
  const [what, note] = [
    'cost of a watched store to its process',
    `Less the ${bare.toFixed(1)} ns of a store that nobody watches; by the clock of the process that stores.`,
  ];
  const row = { unit: 'ns', ours: above(took.watched), note };
  const made = ROUNDS * (SAMPLES + 1) * STORES;
  const beside = (way: Way): { peer: number[]; peerName: string } => ({ peer: above(inGdb[way]), peerName: PEERS[way] });
  return [
    ...(hasGdb
      ? [
          { ...row, what, ...beside('told'), bar: BAR },
          { ...row, what: `${what}, gdb tells nothing`, ...beside('silent') },
          { ...row, what: `${what}, gdb ignores hits by itself`, ...beside('ignored') },
        ]
      : [
          { ...row, what },
          { what: `${what} beside gdb`, text: NO_GDB },
        ]),
    {
      ...row,
      what: `${what}, and of a breakpoint that is only counted`,
      peer: above(took.counted),
      peerName: 'perf_event_open(2), no samples',
      note: 'What the trap costs on this processor or virtual machine, whoever takes it: nothing that watches each store is below.',
    },
    {
      what: 'stores that were measured',
      text: `${made} were made, ${seen} seen, ${lost} lost`,
      holds: seen === made && lost === 0,
    },
  ];
}

/** Rounds of work of one sample: some 20 ms. */
const WORK = 5_000_000;
const WORK_ROUNDS = 41;

/** In turns: unwatched, watched, unwatched, so that what the machine does meanwhile is in both ratios. */
export async function others(): Promise<Result[]> {
  await using paced = await startPaced();
  using composed = rooms();
  const segment = await composed.segmentOf(paced.path);
  const took = { before: [] as number[], watched: [] as number[], after: [] as number[] };
  const work = (): Promise<number> => paced.work(WORK);
  for (let round = -1; round < WORK_ROUNDS; round++) {
    const before = await work();
    const { found } = await watched(composed, segment, work);
    const after = await work();
    if (round < 0) continue;
    took.before.push(before);
    took.watched.push(found);
    took.after.push(after);
  }
  const noise = took.after.map((time, i) => time / (took.before[i] ?? NaN)).sort((a, b) => a - b);
  const ratio = median(took.watched.map((time, i) => (time * 2) / ((took.before[i] ?? NaN) + (took.after[i] ?? NaN))));
  const [low, high] = [noise[Math.floor(noise.length / 4)] ?? NaN, noise[Math.floor((noise.length * 3) / 4)] ?? NaN];
  return [
    {
      what: 'work of a process that is watched and does not touch the field',
      unit: 'ns a round',
      ours: took.watched,
      peer: [...took.before, ...took.after],
      peerName: 'not watched',
    },
    {
      what: 'cost to who does not touch the field',
      text: `${ratio.toFixed(4)} times as long as before and after; after to before, both unwatched, ${low.toFixed(4)} to ${high.toFixed(4)} (middle half)`,
      // None that can be told from what the same work takes from one time to the next.
      holds: ratio <= high,
    },
  ];
}
