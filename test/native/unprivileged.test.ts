import assert from 'node:assert/strict';
import { skipBecause } from '../support/skip.ts';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildPrograms } from '../programs/build.ts';
import { NOBODY, obstacle } from './other_user.ts';
import { ADDON, addon, cleanup } from './support.ts';

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
