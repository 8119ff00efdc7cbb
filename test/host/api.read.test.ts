import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import type { Segment, ShmScopeApi } from '../../api.d.ts';
import { activate, bytes, cleanup, failsWith, freeKey, pause, sysvRows, text, until } from './support.ts';

describe('reading and changing a segment', () => {
  const made = cleanup();
  let api: ShmScopeApi;
  before(async () => (api = await activate()));
  const posix = (what: string, size: number): Promise<Segment> =>
    made.create(api, { kind: 'posix', name: made.name(what), size });

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
      await assert.rejects(api.read(id, '0' as unknown as number, 1), failsWith('EINVAL'));
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
      await assert.rejects(api.write(id, 0, 'text' as unknown as Uint8Array), failsWith('EINVAL'));
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

  describe('watch', () => {
    /** What a listener was told, as texts. */
    function watching(id: string, offset: number, length: number, hz?: number) {
      const told: string[] = [];
      const watch = made.dispose(
        api.watch(id, offset, length, (had) => told.push(text(had)), ...(hz === undefined ? [] : [{ hz }])),
      );
      return { told, watch };
    }

    it('tells each difference in its range, and nothing else', async () => {
      const { id } = await posix('watch', 8192);
      const { told } = watching(id, 4, 4);
      await api.write(id, 4, bytes('soon'));
      await until(() => told.length > 0 || undefined, 'a write right after the call');
      await api.write(id, 0, bytes('else'));
      await api.write(id, 5000, bytes('another page'));
      await api.resize(id, 16384);
      await pause(200);
      assert.deepEqual(told, ['soon']);
      await api.write(id, 4, bytes('last'));
      await until(() => told.length > 1 || undefined, 'the next difference');
      assert.deepEqual(told, ['soon', 'last']);
    });

    it('stops when disposed', async () => {
      const { id } = await posix('stops', 16);
      const { told, watch } = watching(id, 0, 16);
      watch.dispose();
      watch.dispose();
      await api.write(id, 0, bytes('silent'));
      await pause(150);
      assert.deepEqual(told, []);
    });

    it('tells a program that counts, no more often than asked', async () => {
      const name = made.name('counter');
      await made.start('posix_writer', name);
      const segment = (await api.listSegments()).find((one) => one.name === name);
      assert.ok(segment);
      const values: bigint[] = [];
      const begin = performance.now();
      made.dispose(
        api.watch(segment.id, 0, 8, (had) => values.push(new DataView(had.buffer, had.byteOffset).getBigUint64(0, true)), {
          hz: 20,
        }),
      );
      await until(() => values.length >= 5 || undefined, 'five values');
      const seconds = (performance.now() - begin) / 1000;
      assert.ok(values.length <= Math.ceil(seconds * 20) + 1, `${values.length} in ${seconds} s`);
      assert.deepEqual(
        values,
        [...values].sort((a, b) => (a < b ? -1 : 1)),
      );
    });

    it('tells the short rest of a range when the object shrinks, and all of it when it grows again', async () => {
      const { id } = await posix('shrinks', 8);
      await api.write(id, 0, bytes('12345678'));
      const { told } = watching(id, 0, 8);
      await api.resize(id, 3);
      await until(() => told.includes('123') || undefined, 'the shorter range');
      await api.resize(id, 8);
      await until(() => told.includes('123\0\0\0\0\0') || undefined, 'the longer range');
    });

    it('survives the removal of its object, keeps none of it, and a listener that throws', async () => {
      const { id, path = '' } = await posix('removed', 16);
      let calls = 0;
      made.dispose(
        api.watch(id, 0, 16, () => {
          calls++;
          throw new Error('this listener is meant to fail');
        }),
      );
      writeFileSync(path, 'first');
      await until(() => calls > 0 || undefined, 'the first difference');
      const had = calls;
      writeFileSync(path, 'second');
      await until(() => calls > had || undefined, 'a difference after a throw');
      rmSync(path);
      const open = () => readdirLinks().some((link) => link.startsWith(path));
      await until(() => !open() || undefined, 'letting go of the removed object', 4000);
    });

    it('gives the listener bytes of its own', async () => {
      const { id } = await posix('own', 4);
      let calls = 0;
      made.dispose(
        api.watch(id, 0, 4, (had) => {
          calls++;
          had.fill(1);
        }),
      );
      await api.write(id, 0, bytes('abcd'));
      await until(() => calls > 0 || undefined, 'the difference');
      await pause(150);
      assert.equal(calls, 1);
    });

    it('says at once what cannot be watched', async () => {
      const { id } = await posix('refused', 4);
      const nothing = () => undefined;
      assert.throws(() => api.watch(id, -1, 4, nothing), failsWith('ERANGE'));
      assert.throws(() => api.watch(id, 0, 4, 'x' as unknown as () => void), failsWith('EINVAL'));
      assert.throws(() => api.watch(id, 0, 4, nothing, { hz: NaN }), failsWith('EINVAL'));
      assert.throws(() => api.watch('posix:no:such', 0, 4, nothing), failsWith('ESTALE'));
    });
  });

  describe('resize, setPermissions, sync, unlink', () => {
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
      await assert.rejects(api.setPermissions(id, undefined as unknown as object), failsWith('EINVAL'));
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
      await assert.rejects(api.sync(file.id, 'now' as 'sync'), failsWith('EINVAL'));
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
});

/** What the extension host has open. */
function readdirLinks(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });
}
