/**
 * Run as an ordinary user by as_user.test.ts: prints as JSON what such a user is told of a program of root and of one of their own.
 * Arguments: the addon, the program, the name of its object, the pid of that of root, and its semid.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadAddon } from '../../../src/native/load.ts';
import { toShmError } from '../../../src/native/errors.ts';
import { threadRows, waitersOf, whenWaiting } from './waiting.ts';

const [addonPath = '', program = '', name = '', rootPid = '', rootSemid = ''] = process.argv.slice(2);
const addon = loadAddon(addonPath);
const foreign = Number(rootPid);

const own = spawn(program, ['semop', name], { stdio: ['ignore', 'pipe', 'inherit'] });
try {
  await once(own.stdout, 'data');
  const pid = own.pid ?? 0;
  await whenWaiting(addon, pid);
  const both = await waitersOf(addon, [foreign, pid]);
  const all = await waitersOf(addon, []);
  const threads = threadRows(await addon.threads(Int32Array.of(foreign)));
  const sets = await addon.semaphoreSets(0);
  console.log(
    JSON.stringify({
      rows: both.rows.map((row) => row.pid === pid),
      started: both.rows.every((row) => !Number.isNaN(row.switches)),
      unseen: both.unseen,
      among: [all.unseen.includes(foreign), all.unseen.includes(pid), all.rows.some((row) => row.pid === pid)],
      // Kernel threads wait for no program: 2 is the one that starts the others, where they are to be seen at all.
      kernel: all.unseen.includes(2),
      threads: threads.map((row) => [row.tid === foreign, row.tid === row.ownTid, row.space, row.name]),
      error: sets.errors.split('\0')[sets.semid.indexOf(Number(rootSemid))],
      namespace: await addon.semaphoreSets(foreign).catch((error: unknown) => toShmError(error).code),
    }),
  );
} finally {
  own.kill('SIGTERM');
  await once(own, 'exit');
}
