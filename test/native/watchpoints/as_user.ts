/**
 * Run as another user by rights.test.ts: prints as JSON what somebody who is not root gets to know of the stores of their own process.
 * Arguments: the addon, the program (writers/storer), the name of its page, how many stores it makes, the pid of a process of root.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { toShmError } from '../../../src/native/errors.ts';
import { loadAddon } from '../../../src/native/load.ts';

const [addonPath = '', program = '', name = '', stores = '', rootPid = ''] = process.argv.slice(2);
const addon = loadAddon(addonPath);
const FIELD = 0x5a0000000000n;
const GO = 64;

const writer = spawn(program, [name, 'here', stores, '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
const exit = once(writer, 'exit').then(([code]: unknown[]) => code);
try {
  await once(writer.stdout, 'data');
  const source = addon.openPath(`/dev/shm${name}`, true);
  addon.unlinkPath(`/dev/shm${name}`, source.stat().device, source.stat().inode);
  const watchpoints = await addon.openWatchpoints([{ length: 8, reads: false }]);
  const { watched } = await watchpoints.add(writer.pid ?? 0, 0, FIELD);
  const foreign = await watchpoints.add(Number(rootPid), 0, FIELD).catch((error: unknown) => ({ codes: toShmError(error).code }));
  source.write(Uint8Array.of(1), GO);
  const code = await exit;
  await watchpoints.close();
  const { seen, lost, unwalked, sites } = watchpoints.take();
  const counted = sites.count.reduce((sum, count) => sum + count, 0);
  console.log(JSON.stringify({ watched, foreign: foreign.codes, code, seen, lost, unwalked, counted }));
} catch (error) {
  console.log(JSON.stringify({ failed: String(error) }));
} finally {
  writer.kill('SIGKILL');
  await exit;
}
