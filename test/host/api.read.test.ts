import assert from 'node:assert/strict';
import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import type { ShmScopeApi } from '../../api.d.ts';
import { activate, bytes, cleanup, failsWith, freeKey, pause, promised, sysvRows, text } from './support.ts';

describe('reading and changing a segment', () => {
  const made = cleanup();
  const { posix } = made;
  let api: ShmScopeApi;
  before(async () => (api = await activate()));

  describe('read', () => {
    it('gives the bytes, short only at the end', async () => {
      const { id, path = '' } = await posix('read', 100);
      writeFileSync(path, Buffer.from('0123456789'.repeat(10)));
      assert.equal(text(await api.read(id, 5, 10)), '5678901234');
      assert.equal(text(await api.read(id, 95, 100)), '56789');
      assert.equal((await api.read(id, 100, 10)).length, 0);
      assert.equal((await api.read(id, 50, 0)).length, 0);
      assert.equal((await api.read(id, 90, Number.MAX_SAFE_INTEGER)).length, 10);
      await assert.rejects(api.read(id, 101, 1), failsWith('ERANGE'));
    });

    it('refuses ranges that are none', async () => {
      const { id } = await posix('ranges', 10);
      await assert.rejects(api.read(id, -1, 1), failsWith('ERANGE'));
      await assert.rejects(api.read(id, 0, -1), failsWith('ERANGE'));
      await assert.rejects(api.read(id, 0.5, 1), failsWith('EINVAL'));
      await assert.rejects(api.read(id, 0, NaN), failsWith('EINVAL'));
      await assert.rejects(api.read(id, 2 ** 53, 1), failsWith('EOVERFLOW'));
      await assert.rejects(promised(api, 'read', id, '0', 1), failsWith('EINVAL'));
    });

    it('follows a size that somebody else changed since the list was made', async () => {
      const { id, path = '' } = await posix('grows', 10);
      truncateSync(path, 20);
      assert.equal((await api.read(id, 0, 100)).length, 20);
      truncateSync(path, 5);
      assert.equal((await api.read(id, 0, 100)).length, 5);
      await assert.rejects(api.read(id, 6, 1), failsWith('ERANGE'));
    });

    it('takes no memory of a sparse object', async () => {
      const { id, path = '' } = await posix('sparse', 64 * 2 ** 20);
      assert.equal((await api.read(id, 0, 64 * 2 ** 20)).length, 64 * 2 ** 20);
      assert.deepEqual(await api.find(id, bytes('nothing')), []);
      assert.equal(statSync(path).blocks, 0);
    });

    it('reads a System V segment without a trace', async () => {
      const key = freeKey();
      await made.start('sysv_writer', String(key));
      const before = sysvRows().find((row) => row['key'] === key);
      assert.ok(before);
      made.shmid(before['shmid'] ?? -1);
      const segment = (await api.listSegments()).find((one) => one.sysv?.key === key);
      assert.ok(segment);
      assert.equal(text((await api.read(segment.id, 0, 36)).subarray(0, 6)), 'hello\0');
      await assert.rejects(api.read(segment.id, 37, 1), failsWith('ERANGE'));
      assert.deepEqual(
        sysvRows().find((row) => row['key'] === key),
        before,
      );
    });

    it('reads an unlinked object through the program that maps it', async () => {
      const name = made.name('ghost');
      await made.start('posix_writer', name);
      const segment = (await api.listSegments()).find((one) => one.name === name);
      assert.ok(segment);
      rmSync(`/dev/shm${name}`);
      assert.equal(text(await api.read(segment.id, 8, 6)), 'writer');
      await pause(10);
      await api.listSegments();
      assert.equal(text(await api.read(segment.id, 8, 6)), 'writer');
    });

    it('says ESTALE for an object that is gone, also when another has its name', async () => {
      const { id, name, path = '' } = await posix('stale', 10);
      rmSync(path);
      await assert.rejects(api.read(id, 0, 1), failsWith('ESTALE'));
      await made.create(api, { kind: 'posix', name, size: 10 });
      for (const attempt of [api.read(id, 0, 1), api.write(id, 0, bytes('x')), api.resize(id, 1), api.unlink(id)])
        await assert.rejects(attempt, failsWith('ESTALE'));
      assert.equal(statSync(path).size, 10);
    });

    it('says ESTALE for a file whose inode was used again', async () => {
      const path = made.file('again');
      const first = await api.create({ kind: 'file', name: path, size: 10 });
      rmSync(path);
      writeFileSync(path, 'a new file');
      const attempts = [api.read(first.id, 0, 1), api.write(first.id, 0, bytes('x')), api.resize(first.id, 1)];
      for (const attempt of [...attempts, api.setPermissions(first.id, { mode: 0o666 }), api.unlink(first.id)])
        await assert.rejects(attempt, failsWith('ESTALE'));
      assert.equal(readFileSync(path, 'utf8'), 'a new file');
    });
  });

  describe('write', () => {
    it('stores the bytes, all of them or none, and never grows the object', async () => {
      const { id, path = '' } = await posix('write', 8);
      await api.write(id, 4, bytes('tail'));
      await api.write(id, 8, new Uint8Array());
      assert.equal(readFileSync(path, 'latin1'), '\0\0\0\0tail');
      await assert.rejects(api.write(id, 5, bytes('tail')), failsWith('ERANGE'));
      await assert.rejects(api.write(id, 9, new Uint8Array()), failsWith('ERANGE'));
      await assert.rejects(api.write(id, -1, bytes('x')), failsWith('ERANGE'));
      await assert.rejects(promised(api, 'write', id, 0, 'text'), failsWith('EINVAL'));
      assert.equal(readFileSync(path, 'latin1'), '\0\0\0\0tail');
    });

    it('reaches the program that maps a System V segment', async () => {
      const key = freeKey();
      const writer = await made.start('sysv_writer', String(key));
      const segment = (await api.listSegments()).find((one) => one.sysv?.key === key);
      assert.ok(segment?.sysv);
      made.shmid(segment.sysv.shmid);
      await api.write(segment.id, 0, bytes('quit\0'));
      assert.equal(await writer.exit, 0);
    });

    it('reaches a System V segment that nothing has attached', async () => {
      const { id } = await made.create(api, { kind: 'sysv', key: freeKey(), size: 4096 });
      await api.write(id, 4090, bytes('ending'));
      assert.equal(text(await api.read(id, 4090, 10)), 'ending');
      await assert.rejects(api.write(id, 4091, bytes('ending')), failsWith('ERANGE'));
    });
  });

  describe('find', () => {
    it('gives the offsets in order, from and up to what was asked', async () => {
      const { id } = await posix('find', 4096);
      await api.write(id, 10, bytes('abab'));
      await api.write(id, 4094, bytes('ab'));
      assert.deepEqual(await api.find(id, bytes('ab')), [10, 12, 4094]);
      assert.deepEqual(await api.find(id, bytes('ab'), { from: 11 }), [12, 4094]);
      assert.deepEqual(await api.find(id, bytes('ab'), { limit: 2 }), [10, 12]);
      assert.deepEqual(await api.find(id, bytes('abc')), []);
      assert.deepEqual(await api.find(id, new Uint8Array(5000)), []);
      assert.deepEqual(await api.find(id, bytes('ab'), { limit: 0 }), []);
      await assert.rejects(api.find(id, new Uint8Array()), failsWith('EINVAL'));
      await assert.rejects(api.find(id, bytes('a'), { from: -1 }), failsWith('ERANGE'));
      await assert.rejects(api.find(id, bytes('a'), { from: 4097 }), failsWith('ERANGE'));
      await assert.rejects(api.find(id, bytes('a'), { limit: -1 }), failsWith('EINVAL'));
    });
  });
});
