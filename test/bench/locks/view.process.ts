/**
 * The share of a core, in percent, that the view of locks takes while it is open: all threads of this process, and its helpers that have
 * ended. Arguments: how the names of the segments begin; ms. A process of its own.
 */
import { readFileSync } from 'node:fs';
import { rooms } from './rooms.ts';

const SETTLE_MS = 5000;
const IDLE_MS = 3000;
/** USER_HZ of proc_pid_stat(5). */
const TICKS_A_SECOND = 100;

const [prefix = '', time = ''] = process.argv.slice(2);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** ms of children that have ended: cutime and cstime, fields 16 and 17 of proc_pid_stat(5). */
function childrenMs(): number {
  const fields = readFileSync('/proc/self/stat', 'latin1').split(') ').at(-1)?.split(' ') ?? [];
  return ((Number(fields[13]) + Number(fields[14])) * 1000) / TICKS_A_SECOND;
}

async function share(ms: number): Promise<number> {
  const [began, before, children] = [performance.now(), process.cpuUsage(), childrenMs()];
  await pause(ms);
  const { user, system } = process.cpuUsage(before);
  return (((user + system) / 1000 + childrenMs() - children) * 100) / (performance.now() - began);
}

const nothing = await share(IDLE_MS);
using composed = rooms(prefix);
const { store, monitor } = composed;
await store.refresh();
const listed = store.follow();
await pause(SETTLE_MS);
const list = await share(Number(time));
let [locks, told, owners] = [0, 0, 0];
// Who is waited for until then are types and programs, which are read once.
await composed.typed.learn(composed.mine(), Infinity);
await monitor.look();
const following = monitor.follow();
const listening = monitor.onDidChange(({ segments }) => {
  told++;
  locks = segments.reduce((sum, segment) => sum + segment.locks.length, 0);
  owners = segments.flatMap((segment) => segment.locks).filter(({ owner }) => owner?.alive === true).length;
});
await pause(SETTLE_MS);
told = 0;
const view = await share(Number(time));
listening.dispose();
following.dispose();
listed.dispose();
console.log(JSON.stringify({ nothing, list, view, locks, told, owners }));
