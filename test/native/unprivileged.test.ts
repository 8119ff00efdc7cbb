import assert from 'node:assert/strict';
import { skipBecause } from '../support/skip.ts';
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { buildPrograms } from '../programs/build.ts';
import { ADDON, addon, cleanup } from './support.ts';

const NOBODY = 65534;

/** Why this cannot be run here, if it cannot. */
function obstacle(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can become another user';
  for (let directory = import.meta.dirname; directory !== '/'; directory = dirname(directory)) {
    try {
      accessSync(directory, constants.X_OK);
      if ((addon.statPath(directory, false).mode & 0o001) === 0) return `${directory} is closed to other users`;
    } catch {
      return `${directory} cannot be looked at`;
    }
  }
  const scope = '/proc/sys/kernel/yama/ptrace_scope';
  if (existsSync(scope) && Number(readFileSync(scope, 'utf8')) > 1) return 'kernel.yama.ptrace_scope forbids it';
  return undefined;
}

describe('native: without privileges', () => {
  const made = cleanup();

  it('reads own processes, counts hidden ones, and says what is forbidden', async function () {
    const reason = obstacle();
    if (reason !== undefined) skipBecause(this, reason);
    const own = made.path('nobody');
    const forbidden = made.path('forbidden');
    addon.createPath(forbidden, 4096, 0o600, true, false);
    const root = await made.start('posix_writer', made.path('root').slice('/dev/shm'.length));
    const script = join(import.meta.dirname, 'unprivileged.ts');
    const program = join(await buildPrograms(), 'posix_writer');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [script, ADDON, program, own.slice('/dev/shm'.length), forbidden, String(root.pid)],
      { uid: NOBODY, gid: NOBODY, cwd: '/' },
    );
    const said: unknown = JSON.parse(stdout);
    assert.deepEqual(said, {
      had: 48,
      moved: true,
      name: 'edited',
      how: 'process_vm_readv',
      hidden: { pid: root.pid, uid: 0, code: 'EACCES' },
      kernelThreads: 0,
      mapFiles: { ...mapFilesPath(said), code: 'EPERM', syscall: 'open', remedy: true },
      forbiddenOpen: { code: 'EACCES', syscall: 'open', path: forbidden, remedy: true },
      forbiddenUnlink: { code: 'EPERM', syscall: 'unlink', path: forbidden, remedy: true },
      forbiddenMode: { code: 'EPERM', syscall: 'chmod', path: forbidden, remedy: true },
      access: { read: false, write: false },
      foreign: { code: 'EACCES', syscall: 'open', path: `/proc/${root.pid}/maps`, remedy: true },
    });
  });
});

/** The path in the answer, which names addresses that only the child knows, if it has the right form. */
function mapFilesPath(said: unknown): { path: string } | undefined {
  if (typeof said !== 'object' || said === null || !('mapFiles' in said)) return undefined;
  const { mapFiles } = said;
  if (typeof mapFiles !== 'object' || mapFiles === null || !('path' in mapFiles)) return undefined;
  const { path } = mapFiles;
  return typeof path === 'string' && /^\/proc\/\d+\/map_files\/[\da-f]+-[\da-f]+$/.test(path) ? { path } : undefined;
}
