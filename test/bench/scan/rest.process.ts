/** The share of a core, in percent, that following takes while nothing happens: all threads of this process. */
import { SegmentStore } from '../../../src/segments/store.ts';
import { addon } from './ours.ts';

const SETTLE_MS = 3000;
const MEASURE_MS = 20_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function share(ms: number): Promise<number> {
  const [began, before] = [performance.now(), process.cpuUsage()];
  await pause(ms);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 10 / (performance.now() - began);
}

const nothing = await share(2000);
const store = new SegmentStore(addon());
await store.refresh();
const following = store.follow();
await pause(SETTLE_MS);
const followed = await share(MEASURE_MS);
following.dispose();
store.dispose();
console.log(JSON.stringify({ followed, nothing }));
