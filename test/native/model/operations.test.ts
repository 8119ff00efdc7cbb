import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import type { CreateOptions } from '../../../api.d.ts';
import { addon, cleanup, freeKey, shmErrorOf, unique } from '../support.ts';
import { makeModel } from './support.ts';
import { listSysv } from '../sysvipc.ts';

const hasCode = (code: string) => (error: unknown) => error instanceof Error && 'code' in error && error.code === code;

describe('operations', () => {
  const made = cleanup();
  let model: ReturnType<typeof makeModel>;
  beforeEach(() => (model = makeModel()));
  afterEach(() => model.dispose());

  it('creates, resizes and unlinks a POSIX object', async () => {
    const path = made.path('life');
    const name = path.slice('/dev/shm'.length);
    const segment = await model.operations.create({ kind: 'posix', name, size: 4096 });
    assert.equal(segment.name, name);
    assert.equal(segment.mode, 0o600);
    assert.equal(statSync(path).size, 4096);
    assert.equal((await model.operations.resize(segment.id, 8192)).size, 8192);
    assert.equal(statSync(path).size, 8192);
    await model.operations.unlink(segment.id);
    assert.equal(existsSync(path), false);
    await assert.rejects(model.operations.resize(segment.id, 1), hasCode('ESTALE'));
  });

  it('understands a name with or without its slash, and with /dev/shm before it', async () => {
    for (const prefix of ['', '/', '/dev/shm/']) {
      const path = made.path('spelled');
      const segment = await model.operations.create({ kind: 'posix', name: prefix + path.slice('/dev/shm/'.length), size: 1 });
      assert.equal(segment.path, path);
    }
  });

  it('gives an object that was made anew under its name another id, and ESTALE for the old one', async () => {
    const name = made.path('again').slice('/dev/shm'.length);
    const first = await model.operations.create({ kind: 'posix', name, size: 16 });
    rmSync(`/dev/shm${name}`);
    const second = await model.operations.create({ kind: 'posix', name, size: 16 });
    assert.notEqual(first.id, second.id);
    await assert.rejects(model.operations.unlink(first.id), hasCode('ESTALE'));
    assert.ok(existsSync(`/dev/shm${name}`));
  });

  it('creates a System V segment by key, by ftok and privately', async () => {
    const key = freeKey();
    const byKey = await model.operations.create({ kind: 'sysv', key, size: 100, mode: 0o640 });
    made.sysvMade(byKey.inode);
    assert.equal(byKey.sysv?.key, key);
    assert.equal(byKey.size, 100);
    assert.equal(byKey.mode, 0o640);
    await assert.rejects(model.operations.create({ kind: 'sysv', key, size: 100 }), shmErrorOf('EEXIST', { syscall: 'shmget' }));
    await assert.rejects(model.operations.resize(byKey.id, 200), hasCode('ENOTSUP'));
    const byPath = await model.operations.create({
      kind: 'sysv',
      key: { path: import.meta.filename, projectId: process.pid },
      size: 1,
    });
    made.sysvMade(byPath.inode);
    assert.equal(byPath.sysv?.key, addon.ftok(import.meta.filename, process.pid));
    const secret = await model.operations.create({ kind: 'sysv', size: 1 });
    made.sysvMade(secret.inode);
    assert.equal(secret.name, '0x00000000');
    const changed = await model.operations.setPermissions(byKey.id, { mode: 0o600 });
    assert.equal(changed.mode, 0o600);
    await model.operations.unlink(secret.id);
    assert.ok(!listSysv().some((entry) => entry.shmid === secret.inode));
  });

  it('creates a file that nothing maps yet, and keeps it listed', async () => {
    const path = `/tmp/${unique('file')}`;
    made.remove(path);
    const segment = await model.operations.create({ kind: 'file', name: path, size: 4096 });
    assert.equal(segment.kind, 'file');
    await model.sources.write(segment, 10, new TextEncoder().encode('kept'));
    await model.operations.sync(segment.id, 'sync', { offset: 0, length: 4096 });
    // Not dd(1), which asks for memory in a way that a sanitizer does not let pass.
    const shown = execFileSync('od', ['-An', '-c', '-j10', '-N4', path], { encoding: 'utf8' });
    assert.equal(shown.replace(/\s/g, ''), 'kept');
    assert.ok((await model.store.refresh()).segments.some((other) => other.id === segment.id));
  });

  const posix = (name: string, size = 1): CreateOptions => ({ kind: 'posix', name, size });
  const refused: readonly [string, CreateOptions, string][] = [
    ['a name with a slash inside', posix('a/b'), 'EINVAL'],
    ['a name under another directory', posix('/dev/shm/a/b'), 'EINVAL'],
    ['an empty name', posix(''), 'EINVAL'],
    ['a lone slash', posix('/'), 'EINVAL'],
    ['two dots', posix('..'), 'EINVAL'],
    ['a name of 256 bytes', posix('é'.repeat(128)), 'ENAMETOOLONG'],
    ['a name with NUL', posix('a\0b'), 'EINVAL'],
    ['a negative size', posix(unique('bad'), -1), 'EINVAL'],
    ['a fractional size', posix(unique('bad'), 1.5), 'EINVAL'],
    ['a size that is no number', posix(unique('bad'), NaN), 'EINVAL'],
    ['a size over 2^53', posix(unique('bad'), 2 ** 60), 'EOVERFLOW'],
    ['a size that the tmpfs cannot hold', posix(unique('bad'), 2 ** 50), 'ENOSPC'],
    ['a key over 32 bits', { kind: 'sysv', key: 2 ** 32, size: 1 }, 'EINVAL'],
    ['a fractional key', { kind: 'sysv', key: 1.5, size: 1 }, 'EINVAL'],
    ['a System V segment of no bytes', { kind: 'sysv', size: 0 }, 'EINVAL'],
    ['a relative path', { kind: 'file', name: 'x', size: 1 }, 'EINVAL'],
    ['a mode of too many bits', { ...posix(unique('bad')), mode: 0o20000 }, 'EINVAL'],
  ];
  for (const [what, options, code] of refused) {
    it(`refuses ${what} with ${code}, and makes nothing`, async () => {
      await assert.rejects(model.operations.create(options), (error: unknown) => {
        assert.ok(hasCode(code)(error), String(error));
        return error instanceof Error && error.message.length > 10;
      });
      const base = options.name?.split('/').at(-1);
      if (options.kind === 'posix' && base && !base.includes('\0') && base !== '..')
        assert.equal(existsSync(`/dev/shm/${base}`), false);
    });
  }

  it('refuses what is in the way: a directory, a FIFO, a symlink', async () => {
    const directory = made.path('directory');
    mkdirSync(directory);
    const fifo = made.path('fifo');
    execFileSync('mkfifo', [fifo]);
    const target = made.path('target');
    writeFileSync(target, 'untouched');
    const link = made.path('link');
    symlinkSync(target, link);
    for (const path of [directory, fifo, link]) {
      const options = { kind: 'posix', name: path.slice('/dev/shm'.length), size: 4, exclusive: false, truncate: true } as const;
      await assert.rejects(model.operations.create(options), (error: unknown) => error instanceof Error && 'code' in error);
    }
    assert.equal(statSync(target).size, 'untouched'.length);
    const listed = (await model.store.refresh()).segments.map((segment) => segment.path);
    assert.deepEqual(
      [directory, fifo, link].filter((path) => listed.includes(path)),
      [],
    );
  });

  it('refuses to change or read where it has no range', async () => {
    const segment = await model.operations.create(posix(made.path('range').slice('/dev/shm'.length), 100));
    await assert.rejects(model.sources.write(segment, 98, new Uint8Array(3)), hasCode('ERANGE'));
    await assert.rejects(model.sources.read(segment, 101, 1), hasCode('ERANGE'));
    assert.equal((await model.sources.read(segment, 90, 100)).length, 10);
    await assert.rejects(model.operations.sync(segment.id, 'sync', { offset: 50, length: 51 }), hasCode('ERANGE'));
  });
});
