/**
 * Run as another user by unprivileged.test.ts: prints as JSON what the addon gives to somebody who is not root.
 * Arguments: the addon, a program to start, the name of its object, a path that only root may open, the pid of a process of root.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { loadAddon } from '../../src/native/load.ts';
import { toShmError } from '../../src/native/errors.ts';
import { lookOnce, rows } from './rows.ts';

const [addonPath = '', program = '', name = '', forbidden = '', rootPid = ''] = process.argv.slice(2);
const addon = loadAddon(addonPath);
const path = `/dev/shm${name}`;

function failure(run: () => unknown): object {
  try {
    run();
    return { code: 'none' };
  } catch (error) {
    const { code, syscall, path: where, remedy } = toShmError(error);
    return { code, syscall, path: where, remedy: remedy !== undefined };
  }
}

/** Empty for kernel threads; undefined once the process has ended. */
function commandLine(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return undefined;
  }
}

const writer = spawn(program, [name], { stdio: ['ignore', 'pipe', 'inherit'] });
await once(writer.stdout, 'data');
try {
  const { maps: scan } = await lookOnce(addon);
  const mapping = rows(scan, writer.pid).find((row) => row.name === path);
  if (mapping === undefined || writer.pid === undefined) throw new Error('its own process was not found');
  const { device, inode } = addon.statPath(path, false);
  addon.unlinkPath(path, device, inode);
  const source = addon.openProcess(writer.pid, mapping.address, mapping.length, mapping.offset);
  const target = new Uint8Array(48);
  const had = source.read(target, 0);
  const counter = () => (source.read(target, 0), new DataView(target.buffer).getBigUint64(0, true));
  const first = counter();
  // The program counts a thousand times a second, and gets to run when the machine has time for it.
  for (const end = Date.now() + 5000; counter() === first && Date.now() < end;)
    await new Promise((resolve) => setTimeout(resolve, 5));
  const moved = counter() > first;
  source.write(new TextEncoder().encode('edited\0'), 8);
  source.read(target, 0);
  const { pid, address, length } = mapping;
  console.log(
    JSON.stringify({
      had,
      moved,
      name: new TextDecoder().decode(target.subarray(8, 14)),
      how: source.how,
      hidden: scan.hidden.find((one) => one.pid === Number(rootPid)) ?? null,
      kernelThreads: scan.hidden.filter((one) => commandLine(one.pid) === '').length,
      mapFiles: failure(() => addon.openMapFiles(pid, address, length, false)),
      forbiddenOpen: failure(() => addon.openPath(forbidden, false)),
      forbiddenUnlink: failure(() => {
        const stat = addon.statPath(forbidden, false);
        addon.unlinkPath(forbidden, stat.device, stat.inode);
      }),
      forbiddenMode: failure(() => {
        const stat = addon.statPath(forbidden, false);
        addon.setPathPermissions(forbidden, stat.device, stat.inode, 0o777, -1, -1);
      }),
      access: addon.accessPath(forbidden),
      foreign: failure(() => addon.openProcess(Number(rootPid), 4096n, 4096, 0)),
    }),
  );
} finally {
  writer.kill('SIGTERM');
  await once(writer, 'exit');
}
