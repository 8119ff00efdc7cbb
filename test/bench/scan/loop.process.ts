/** The longest stretches of the event loop, ms, while the machine is scanned. */
import { PerformanceObserver } from 'node:perf_hooks';
import { SegmentStore } from '../../../src/segments/store.ts';
import { longestStretch, type Stretch } from '../stretch.ts';
import { addon, ours } from './ours.ts';

const TIMES = 20;

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
