import assert from 'node:assert/strict';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import type { CreateOptions, ShmScopeApi } from '../../api.d.ts';
import { activate, bytes, cleanup, failsWith, freeKey, promised, sysvRows } from './support.ts';

describe('create', () => {
  const made = cleanup();
  let api: ShmScopeApi;
  before(async () => (api = await activate()));

  it('makes a POSIX object of the size and mode asked for, whatever the umask', async () => {
    const umask = process.umask(0o077);
    try {
      const segment = await made.create(api, { kind: 'posix', name: made.name('mode'), size: 5000, mode: 0o666 });
      assert.deepEqual([segment.mode, segment.size, segment.residentBytes], [0o666, 5000, 0]);
      assert.equal(statSync(segment.path ?? '').mode & 0o7777, 0o666);
    } finally {
      process.umask(umask);
    }
  });

  it('defaults to mode 0600 and to failing where something is', async () => {
    const name = made.name('exclusive');
    assert.equal((await api.create({ kind: 'posix', name, size: 10 })).mode, 0o600);
    await assert.rejects(api.create({ kind: 'posix', name, size: 10 }), failsWith('EEXIST'));
  });

  it('opens what is there when not exclusive, keeps its bytes and id, and empties it when told to', async () => {
    const name = made.name('shared');
    const first = await api.create({ kind: 'posix', name, size: 8 });
    await api.write(first.id, 0, bytes('contents'));
    const second = await api.create({ kind: 'posix', name, size: 16, exclusive: false });
    assert.deepEqual([second.id, second.size], [first.id, 16]);
    assert.equal(
      readFileSync(second.path ?? '')
        .subarray(0, 8)
        .toString(),
      'contents',
    );
    const third = await api.create({ kind: 'posix', name, size: 8, exclusive: false, truncate: true });
    assert.equal(third.id, first.id);
    assert.deepEqual(readFileSync(third.path ?? ''), Buffer.alloc(8));
  });

  it('understands name, /name and /dev/shm/name', async () => {
    const name = made.name('spelled');
    for (const spelling of [name.slice(1), name, `/dev/shm${name}`]) {
      const segment = await api.create({ kind: 'posix', name: spelling, size: 1 });
      assert.equal(segment.name, name);
      await api.unlink(segment.id);
    }
  });

  it('takes names that are not ASCII, and 255 bytes of them', async () => {
    const short = made.name('x').slice(1);
    const name = `${short}${'é'.repeat(Math.floor((255 - short.length) / 2))}`;
    const segment = await made.create(api, { kind: 'posix', name, size: 1 });
    assert.equal(segment.name, `/${name}`);
  });

  it('makes System V segments by signed and unsigned keys, private ones and by ftok', async () => {
    const key = freeKey(0xf000_0000);
    const unsigned = await made.create(api, { kind: 'sysv', key, size: 10, mode: 0o660 });
    assert.deepEqual([unsigned.name, unsigned.mode, unsigned.size], [`0x${key.toString(16)}`, 0o660, 10]);
    const same = await api.create({ kind: 'sysv', key: key | 0, size: 10, exclusive: false });
    assert.equal(same.id, unsigned.id);
    assert.equal(same.sysv?.key, unsigned.sysv?.key);
    await assert.rejects(api.create({ kind: 'sysv', key: key | 0, size: 10 }), failsWith('EEXIST'));

    const path = made.file('ftok');
    writeFileSync(path, '');
    const byPath = await made.create(api, { kind: 'sysv', key: { path, projectId: 0x141 }, size: 1 });
    const { dev, ino } = statSync(path);
    // ftok(3): the low 8 bits of the project, 8 of the device, 16 of the inode.
    assert.equal((byPath.sysv?.key ?? 0) >>> 0, ((0x41 << 24) | ((dev & 0xff) << 16) | (ino & 0xffff)) >>> 0);

    const first = await made.create(api, { kind: 'sysv', size: 1 });
    const second = await made.create(api, { kind: 'sysv', key: 0, size: 1 });
    assert.deepEqual([first.name, second.name], ['0x00000000', '0x00000000']);
    assert.notEqual(first.id, second.id);
  });

  it('makes a file that can be mapped, and finds it again by another spelling of its path', async () => {
    const path = made.file('created');
    const segment = await api.create({ kind: 'file', name: path, size: 4096, mode: 0o640 });
    assert.deepEqual([segment.kind, segment.path, segment.mode, statSync(path).size], ['file', path, 0o640, 4096]);
    const again = await api.create({ kind: 'file', name: `/tmp/.${path.slice(4)}`, size: 4096, exclusive: false });
    assert.equal(again.id, segment.id);
    await api.unlink(segment.id);
    assert.equal(existsSync(path), false);
  });

  const posix = (name: unknown, size: unknown = 1, more = {}) => ({ kind: 'posix', name, size, ...more });
  const fine = (what: string): string => `shmscope-host-${process.pid}-bad-${what}`;
  const refused: readonly [string, () => unknown, string][] = [
    ['a slash inside the name', () => posix('a/b'), 'EINVAL'],
    ['a directory in the name', () => posix('/dev/shm/a/b'), 'EINVAL'],
    ['two slashes before the name', () => posix('//a'), 'EINVAL'],
    ['an empty name', () => posix(''), 'EINVAL'],
    ['a slash alone', () => posix('/'), 'EINVAL'],
    ['two dots', () => posix('..'), 'EINVAL'],
    ['no name', () => posix(undefined), 'EINVAL'],
    ['a name that is a number', () => posix(7), 'EINVAL'],
    ['a name over 255 bytes', () => posix('n'.repeat(256)), 'ENAMETOOLONG'],
    ['a name with NUL', () => posix('a\0b'), 'EINVAL'],
    ['a negative size', () => posix(fine('neg'), -1), 'EINVAL'],
    ['a fractional size', () => posix(fine('frac'), 1.5), 'EINVAL'],
    ['a size that is a text', () => posix(fine('text'), '4096'), 'EINVAL'],
    ['a size that is NaN', () => posix(fine('nan'), NaN), 'EINVAL'],
    ['no size', () => posix(fine('none'), null), 'EINVAL'],
    ['an endless size', () => posix(fine('inf'), Infinity), 'EOVERFLOW'],
    ['a size over 2^53', () => posix(fine('over'), 2 ** 53), 'EOVERFLOW'],
    ['a size that the tmpfs cannot hold', () => posix(fine('huge'), 2 ** 45), 'ENOSPC'],
    ['a mode of too many bits', () => posix(fine('mode'), 1, { mode: 0o100000 }), 'EINVAL'],
    ['a mode that is a text', () => posix(fine('mode'), 1, { mode: '0600' }), 'EINVAL'],
    ['exclusive that is no boolean', () => posix(fine('excl'), 1, { exclusive: 'no' }), 'EINVAL'],
    ['a key for a POSIX object', () => posix(fine('key'), 1, { key: 5 }), 'EINVAL'],
    ['an unknown kind', () => ({ kind: 'memfd', name: 'x', size: 1 }), 'ENOTSUP'],
    ['a key over 32 bits', () => ({ kind: 'sysv', key: 2 ** 32, size: 1 }), 'EINVAL'],
    ['a key under 32 bits', () => ({ kind: 'sysv', key: -(2 ** 31) - 1, size: 1 }), 'EINVAL'],
    ['a fractional key', () => ({ kind: 'sysv', key: 0.5, size: 1 }), 'EINVAL'],
    ['a key that is null', () => ({ kind: 'sysv', key: null, size: 1 }), 'EINVAL'],
    ['a key that is a text', () => ({ kind: 'sysv', key: '1234', size: 1 }), 'EINVAL'],
    ['ftok of a path that is not there', () => ({ kind: 'sysv', key: { path: '/no/such', projectId: 1 }, size: 1 }), 'ENOENT'],
    ['a name for a System V segment', () => ({ kind: 'sysv', name: '/x', size: 1 }), 'EINVAL'],
    ['System V with truncate', () => ({ kind: 'sysv', size: 1, truncate: true }), 'EINVAL'],
    ['a System V segment of no bytes', () => ({ kind: 'sysv', size: 0 }), 'EINVAL'],
    ['a System V mode with more than permissions', () => ({ kind: 'sysv', size: 1, mode: 0o4600 }), 'EINVAL'],
    ['a relative path', () => ({ kind: 'file', name: 'x', size: 1 }), 'EINVAL'],
    ['a file in a directory that is not there', () => ({ kind: 'file', name: '/no/such/file', size: 1 }), 'ENOENT'],
    ['a directory as a file', () => ({ kind: 'file', name: '/tmp', size: 1, exclusive: false }), 'EINVAL'],
    ['no options', () => undefined, 'EINVAL'],
    ['null', () => null, 'EINVAL'],
  ];
  for (const [what, options, code] of refused) {
    it(`refuses ${what} with ${code}`, async () => {
      const before = sysvRows().length;
      await assert.rejects(promised(api, 'create', options()), failsWith(code));
      const made = readdirSync('/dev/shm').filter((name) => name.startsWith(fine('')));
      assert.deepEqual(made, []);
      assert.ok(sysvRows().length <= before + 1, 'no segment stays');
    });
  }

  it('refuses what stands in the way, and leaves it as it is', async () => {
    const names = ['directory', 'fifo', 'link', 'target'].map((what) => made.name(what));
    const [directory = '', fifo = '', link = '', target = ''] = names.map((name) => `/dev/shm${name}`);
    mkdirSync(directory);
    execFileSync('mkfifo', [fifo]);
    writeFileSync(target, 'untouched');
    symlinkSync(target, link);
    const codes: unknown[] = [];
    for (const name of names.slice(0, 3)) {
      const options: CreateOptions = { kind: 'posix', name, size: 4, exclusive: false, truncate: true };
      await assert.rejects(api.create(options), (error: Error & { code?: unknown }) => {
        codes.push(error.code);
        return error.message.length > 10;
      });
    }
    assert.deepEqual(
      codes.every((code) => ['EINVAL', 'EISDIR', 'ENXIO', 'ELOOP'].includes(String(code))),
      true,
      String(codes),
    );
    assert.equal(readFileSync(target, 'utf8'), 'untouched');
    assert.ok(lstatSync(fifo).isFIFO());
    const listed = (await api.listSegments({ includeFiles: true })).map((segment) => segment.name);
    assert.deepEqual(
      names.filter((name) => listed.includes(name)),
      [names[3]],
    );
  });
});
