import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import type { ShmScopeApi } from '../../api.d.ts';
import { activate, cleanup, failsWith, promised, sysvRows } from './support.ts';

describe('resize, setPermissions, sync, unlink', () => {
  const made = cleanup();
  const { posix } = made;
  let api: ShmScopeApi;
  before(async () => (api = await activate()));

  it('resizes, and gives the segment as it is then', async () => {
    const { id, path = '' } = await posix('resize', 4096);
    assert.equal((await api.resize(id, 8192)).size, 8192);
    assert.equal((await api.resize(id, 0)).size, 0);
    assert.equal(statSync(path).size, 0);
    await assert.rejects(api.resize(id, -1), failsWith('EINVAL'));
    await assert.rejects(api.resize(id, 2 ** 45), failsWith('ENOSPC'));
    await assert.rejects(api.resize(id, 2 ** 53), failsWith('EOVERFLOW'));
    const sysv = await made.create(api, { kind: 'sysv', size: 1 });
    await assert.rejects(api.resize(sysv.id, 2), failsWith('ENOTSUP'));
  });

  it('sets mode and owner', async () => {
    const { id, path = '', uid, gid } = await posix('permissions', 1);
    const changed = await api.setPermissions(id, { mode: 0o604 });
    assert.deepEqual([changed.mode, changed.uid, changed.gid], [0o604, uid, gid]);
    assert.equal(statSync(path).mode & 0o7777, 0o604);
    if (process.geteuid?.() === 0) {
      const owned = await api.setPermissions(id, { uid: 12345, gid: 54321 });
      assert.deepEqual([owned.mode, owned.uid, owned.gid], [0o604, 12345, 54321]);
    }
    await assert.rejects(api.setPermissions(id, { mode: -1 }), failsWith('EINVAL'));
    await assert.rejects(api.setPermissions(id, { uid: 1.5 }), failsWith('EINVAL'));
    await assert.rejects(promised(api, 'setPermissions', id), failsWith('EINVAL'));
    const sysv = await made.create(api, { kind: 'sysv', size: 1 });
    assert.equal((await api.setPermissions(sysv.id, { mode: 0o640 })).mode, 0o640);
    assert.equal(sysvRows().find((row) => row['shmid'] === sysv.inode)?.['perms'], 640);
  });

  it('syncs a file, a range of it, and refuses what has no file', async () => {
    const path = made.file('sync');
    await made.start('file_writer', path);
    const file = (await api.listSegments({ includeFiles: true })).find((one) => one.path === path);
    assert.ok(file);
    await api.sync(file.id, 'sync');
    await api.sync(file.id, 'async', { offset: 1000, length: 100 });
    await api.sync(file.id, 'sync', { offset: 0, length: 8192, invalidate: true });
    await assert.rejects(api.sync(file.id, 'sync', { offset: 8000, length: 193 }), failsWith('ERANGE'));
    await assert.rejects(promised(api, 'sync', file.id, 'now'), failsWith('EINVAL'));
    const sysv = await made.create(api, { kind: 'sysv', size: 1 });
    await assert.rejects(api.sync(sysv.id, 'sync'), failsWith('ENOTSUP'));
  });

  it('unlinks each kind, once', async () => {
    const path = made.file('unlink');
    const segments = [
      await posix('unlink', 1),
      await made.create(api, { kind: 'sysv', size: 1 }),
      await made.create(api, { kind: 'file', name: path, size: 1 }),
    ];
    for (const { id } of segments) {
      await api.unlink(id);
      await assert.rejects(api.unlink(id), failsWith('ESTALE'));
    }
    const left = await api.listSegments({ includeFiles: true });
    assert.deepEqual(
      left.filter((one) => segments.some(({ id }) => id === one.id)),
      [],
    );
  });

  it('refuses by-name operations on an object without a name', async () => {
    const name = made.name('nameless');
    await made.start('posix_writer', name);
    const segment = (await api.listSegments()).find((one) => one.name === name);
    assert.ok(segment);
    await api.unlink(segment.id);
    await assert.rejects(api.unlink(segment.id), failsWith('ENOTSUP'));
    await assert.rejects(api.resize(segment.id, 1), failsWith('ENOTSUP'));
  });
});
