/** The longest stretches of the event loop, ms, while the machine is scanned. */
import { PerformanceObserver } from 'node:perf_hooks';
import { SegmentStore } from '../../../src/segments/store.ts';
import { addon, ours } from './ours.ts';

const TIMES = 20;

export interface Stretch {
  /** How late the latest of the timers of 1 ms was: what whoever shares the loop feels, other programs of the machine included. */
  readonly late: number;
  /** The most that this thread computed between two turns of the loop: what we do to it. */
  readonly busy: number;
}

/** CPU time of this thread, ms. */
function computed(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

async function longestStretch(work: () => Promise<unknown>): Promise<Stretch> {
  let [late, busy] = [0, 0];
  let [last, before] = [performance.now(), computed()];
  const turn = (): void => {
    const [now, after] = [performance.now(), computed()];
    late = Math.max(late, now - last - 1);
    busy = Math.max(busy, after - before);
    [last, before] = [now, after];
  };
  const timer = setInterval(turn, 1);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await work();
  turn();
  clearInterval(timer);
  return { late, busy };
}

async function stretches(times: number, work: () => Promise<unknown>): Promise<{ late: number[]; busy: number[] }> {
  const found: Stretch[] = [];
  for (let i = 0; i < times; i++) found.push(await longestStretch(work));
  return { late: found.map(({ late }) => late), busy: found.map(({ busy }) => busy) };
}

/** Of the garbage collector, ms. */
let longestPause = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) longestPause = Math.max(longestPause, duration);
}).observe({ entryTypes: ['gc'] });

const native = addon();
const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));
using scanner = ours(native);
const first = await stretches(1, () => scanner.scan());
const scans = await stretches(TIMES, () => scanner.scan());
const refreshes = await stretches(TIMES, () => scanner.refresh(true));
const store = new SegmentStore(native);
await store.refresh();
const stores = await stretches(TIMES, () => store.refresh());
store.dispose();
const nothing = await stretches(TIMES, rest);
console.log(JSON.stringify({ first, scans, refreshes, stores, nothing, pause: longestPause }));
