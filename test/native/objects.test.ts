import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statfsSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { skipBecause } from '../support/skip.ts';
import { ADDON, addon, cleanup, shmErrorOf } from './support.ts';

describe('native: objects', () => {
  const made = cleanup();
  const more = () => {
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize * 2 + 4096;
  };

  it('creates with exactly the mode and size, whatever the umask', () => {
    const path = made.path('create');
    const umask = process.umask(0o077);
    try {
      const stat = addon.createPath(path, 12345, 0o666, true, false);
      assert.equal(stat.mode & 0o7777, 0o666);
      assert.equal(stat.size, 12345);
      assert.equal(stat.residentBytes, 0);
      assert.equal(statSync(path).ino, stat.inode);
    } finally {
      process.umask(umask);
    }
  });

  it('keeps, empties or refuses what is there', () => {
    const path = made.path('existing');
    writeFileSync(path, 'content', { mode: 0o640 });
    assert.throws(() => addon.createPath(path, 4096, 0o600, true, false), shmErrorOf('EEXIST', { syscall: 'open', path }));
    assert.equal(readFileSync(path, 'utf8'), 'content');
    const kept = addon.createPath(path, 8, 0o600, false, false);
    assert.equal(readFileSync(path, 'latin1'), 'content\0');
    assert.equal(kept.mode & 0o777, 0o640);
    const emptied = addon.createPath(path, 8, 0o600, false, true);
    assert.equal(emptied.inode, kept.inode);
    assert.deepEqual(readFileSync(path), Buffer.alloc(8));
  });

  it('says that there is no room before anything is made', () => {
    const path = made.path('full');
    assert.throws(() => addon.createPath(path, more(), 0o600, true, false), shmErrorOf('ENOSPC', { path }));
    assert.equal(existsSync(path), false);
    const { device, inode } = addon.createPath(path, 4096, 0o600, true, false);
    assert.throws(() => addon.resizePath(path, device, inode, more()), shmErrorOf('ENOSPC', { path }));
    assert.throws(() => addon.createPath(path, more(), 0o600, false, true), shmErrorOf('ENOSPC', { path }));
    assert.equal(statSync(path).size, 4096);
  });

  it('counts the room that an object has already as room for it', function () {
    const code = `
      import { writeFileSync } from 'node:fs';
      const { loadAddon } = await import(${JSON.stringify(new URL('../../src/native/load.ts', import.meta.url).href)});
      writeFileSync('/dev/shm/large', Buffer.alloc(700 * 1024, 1));
      const addon = loadAddon(${JSON.stringify(ADDON)});
      console.log(addon.createPath('/dev/shm/large', 700 * 1024, 0o600, false, false).size);`;
    // A tmpfs of its own, in a mount namespace that ends with the command.
    const own = ['unshare', ...(process.getuid?.() === 0 ? ['-m'] : ['-Urm']), 'sh', '-c'];
    const mount = 'mount -t tmpfs -o size=1m none /dev/shm';
    if (spawnSync(own[0] ?? '', [...own.slice(1), mount]).status !== 0)
      skipBecause(this, 'no mount namespace of its own can be had');
    const node = [process.execPath, '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', code];
    const said = execFileSync(own[0] ?? '', [...own.slice(1), `${mount} && exec "$@"`, 'sh', ...node], { encoding: 'utf8' });
    assert.equal(said, `${700 * 1024}\n`);
  });

  it('refuses names that cannot be', () => {
    const long = `/dev/shm/${'n'.repeat(256)}`;
    assert.throws(() => addon.createPath(long, 1, 0o600, true, false), shmErrorOf('ENAMETOOLONG', { path: long }));
    assert.throws(() => addon.createPath('/dev/shm/a\0b', 1, 0o600, true, false), shmErrorOf('EINVAL'));
    assert.throws(() => addon.createPath('', 1, 0o600, true, false), shmErrorOf('ENOENT'));
    assert.throws(() => addon.createPath('/dev/shm/\ud800', 1, 0o600, true, false), shmErrorOf('EINVAL'));
    const nowhere = `${made.path('nowhere')}/x`;
    assert.throws(() => addon.createPath(nowhere, 1, 0o600, true, false), shmErrorOf('ENOENT', { path: nowhere }));
  });

  it('touches nothing but regular files', () => {
    const directory = made.path('kinds');
    mkdirSync(directory);
    execFileSync('mkfifo', [`${directory}/fifo`]);
    writeFileSync(`${directory}/target`, 'x');
    symlinkSync('target', `${directory}/link`);
    for (const [name, code] of [
      ['fifo', 'EINVAL'],
      ['link', 'ELOOP'],
      ['.', 'EISDIR'],
    ] as const) {
      const path = `${directory}/${name}`;
      const { device, inode } = addon.statPath(path, false);
      assert.throws(() => addon.createPath(path, 4096, 0o600, false, true), shmErrorOf(code, { path }), name);
      assert.throws(() => addon.resizePath(path, device, inode, 1), shmErrorOf(code, { path }), name);
      assert.throws(() => addon.setPathPermissions(path, device, inode, 0o777, -1, -1), shmErrorOf(code, { path }), name);
    }
    assert.equal(readFileSync(`${directory}/target`, 'utf8'), 'x');
  });

  it('resizes, and unlinks', () => {
    const path = made.path('resize');
    const { device, inode } = addon.createPath(path, 4096, 0o600, true, false);
    assert.equal(addon.resizePath(path, device, inode, 8192).size, 8192);
    assert.equal(addon.resizePath(path, device, inode, 0).size, 0);
    addon.unlinkPath(path, device, inode);
    assert.equal(existsSync(path), false);
    assert.throws(() => addon.unlinkPath(path, device, inode), shmErrorOf('ENOENT', { path }));
  });

  it('leaves another object alone that has taken the name', async () => {
    const path = made.path('stale');
    const { device, inode } = addon.createPath(path, 4096, 0o600, true, false);
    const other = made.path('other');
    addon.createPath(other, 100, 0o600, true, false);
    renameSync(other, path);
    const stale = shmErrorOf('ESTALE', { path });
    assert.throws(() => addon.resizePath(path, device, inode, 1), stale);
    assert.throws(() => addon.unlinkPath(path, device, inode), stale);
    assert.throws(() => addon.setPathPermissions(path, device, inode, 0o777, -1, -1), stale);
    await assert.rejects(addon.syncPath(path, device, inode, 0, 1, 'sync', false), stale);
    assert.equal(statSync(path).size, 100);
  });

  it('sets mode and owner, of an object too that its owner may not open', () => {
    const path = made.path('permissions');
    const { device, inode } = addon.createPath(path, 4096, 0o600, true, false);
    chmodSync(path, 0);
    assert.equal(addon.setPathPermissions(path, device, inode, 0o4755, -1, -1).mode & 0o7777, 0o4755);
    if (process.getuid?.() === 0) {
      const stat = addon.setPathPermissions(path, device, inode, 0o4711, 65534, 65533);
      assert.deepEqual([stat.uid, stat.gid, stat.mode & 0o7777], [65534, 65533, 0o4711]);
      assert.equal(addon.setPathPermissions(path, device, inode, -1, 0, -1).gid, 65533);
    }
  });

  it('syncs a range of a file', async () => {
    const path = `${process.cwd()}/build/${made.path('sync').slice('/dev/shm/'.length)}`;
    made.remove(path);
    writeFileSync(path, Buffer.alloc(10_000, 1));
    const { device, inode } = addon.statPath(path, false);
    for (const how of ['sync', 'async'] as const) {
      for (const invalidate of [false, true]) await addon.syncPath(path, device, inode, 5000, 100, how, invalidate);
    }
    await addon.syncPath(path, device, inode, 0, 2 ** 50, 'sync', false);
    await addon.syncPath(path, device, inode, 10_000, 0, 'sync', false);
    await assert.rejects(addon.syncPath(path, device, inode, 10_001, 1, 'sync', false), shmErrorOf('ERANGE', { path }));
    // @ts-expect-error: a caller that ignores the type.
    await assert.rejects(addon.syncPath(path, device, inode, 0, 1, 'later', false), shmErrorOf('EINVAL'));
  });

  it('tells what the user may do', () => {
    const path = made.path('access');
    addon.createPath(path, 1, 0o600, true, false);
    assert.deepEqual(addon.accessPath(path), { read: true, write: true });
    assert.throws(() => addon.accessPath(`${path}-none`), shmErrorOf('ENOENT', { syscall: 'faccessat' }));
  });
});
