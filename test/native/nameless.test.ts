import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildPrograms } from '../programs/build.ts';
import { skipBecause } from '../support/skip.ts';
import { namelessSegments } from './nameless.ts';
import { NOBODY, obstacle } from './other_user.ts';
import { ADDON, addon, at, cleanup, shmErrorOf, unique } from './support.ts';

const freeHugePages = () => Number(/HugePages_Free: +(\d+)/.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? 0);

/** What the program found, as an ordinary user and as root; the order of the ways is that of src/live/open.ts. */
async function readAs(uid: number | undefined, hugePages: number): Promise<unknown> {
  await buildPrograms();
  const script = join(import.meta.dirname, 'reading_as.ts');
  const user = uid === undefined ? {} : { uid, gid: uid };
  const { stdout } = await promisify(execFile)(process.execPath, [script, ADDON, unique('nameless'), String(hugePages)], {
    ...user,
    cwd: '/',
  });
  return JSON.parse(stdout);
}

function expected(isRoot: boolean, hugePages: number) {
  const memory = { parts: [[0, 4]], first: `${'n'.charCodeAt(0)} 0 0 0`, unheld: 3 };
  const one = { objects: 1, numbers: '1', undisturbed: true };
  const mapped = isRoot ? 'map_files' : 'descriptor';
  const through = isRoot ? 'map_files' : 'process_vm_readv';
  const huge = { parts: [[0, 1024]], first: '', unheld: 0 };
  const numbers = Array.from({ length: 75 }, (_, i) => i + 1).join(' ');
  const result = {
    held: { ...one, objects: 75, read: { how: 'descriptor', ...memory }, numbers, write: 'descriptor' },
    mapped: { ...one, read: { how: mapped, ...memory }, write: mapped },
    closed: { ...one, read: { how: through, ...memory }, write: through },
    sealed: { ...one, read: { how: 'descriptor', ...memory }, write: 'EPERM' },
    future: { ...one, read: { how: mapped, ...memory }, write: 'EPERM' },
    unlinked: { ...one, read: { how: 'descriptor', ...memory }, write: 'descriptor' },
    anonymous: {
      ...one,
      numbers: '',
      read: { how: through, parts: [[0, 8]], first: '1 2 3 4 5 6 0 0', unheld: 2 },
      write: through,
    },
    // The page in the middle is mapped by nobody: not there for those who read through the processes, and no zeros.
    halves: {
      ...one,
      numbers: '',
      read: {
        how: through,
        parts: isRoot
          ? [[0, 5]]
          : [
              [0, 2],
              [3, 2],
            ],
        first: '1 2 0 4 5',
        unheld: isRoot ? 1 : 0,
      },
      write: through,
    },
  };
  if (hugePages === 0) return result;
  const one2 = { ...one, read: { how: mapped, ...huge }, write: mapped };
  return { ...result, huge: one2, ...(isRoot ? { hugeSysv: one2 } : {}) };
}

describe('native: objects without a name', () => {
  const made = cleanup();

  it('reads and writes every kind as root, undisturbed', async function () {
    if (process.geteuid?.() !== 0) skipBecause(this, 'only for root');
    assert.deepEqual(await readAs(undefined, 0), expected(true, 0));
  });

  it('reads and writes every kind as an ordinary user, undisturbed', async function () {
    const reason = obstacle();
    if (process.geteuid?.() === 0 && reason !== undefined) skipBecause(this, reason);
    assert.deepEqual(await readAs(process.geteuid?.() === 0 ? NOBODY : undefined, 0), expected(false, 0));
  });

  for (const isRoot of [true, false]) {
    it(`reads and writes huge pages as ${isRoot ? 'root' : 'an ordinary user'}, and takes none for it`, async function () {
      if (isRoot && process.geteuid?.() !== 0) skipBecause(this, 'only for root');
      const reason = !isRoot && process.geteuid?.() === 0 ? obstacle() : undefined;
      if (reason !== undefined) skipBecause(this, reason);
      // The write at the end of the object takes the second page.
      if (freeHugePages() < 2) skipBecause(this, 'two free huge pages are needed (vm.nr_hugepages)');
      const user = !isRoot && process.geteuid?.() === 0 ? NOBODY : undefined;
      assert.deepEqual(await readAs(user, 2), expected(isRoot, 2));
    });
  }

  it('takes no huge page by reading a hole, and never lets a file of hugetlbfs grow', async function () {
    if (freeHugePages() < 2) skipBecause(this, 'two free huge pages are needed (vm.nr_hugepages)');
    const HUGE = 2 << 20;
    const name = unique('huge');
    const running = await made.start('nameless', 'huge', name, '1');
    const segment = at(namelessSegments(addon, [running.pid], 'memfd', name), 0);
    const [fd = -1] = addon.findDescriptors(running.pid, segment.device, segment.inode);
    const source = addon.openDescriptor(running.pid, fd, segment.device, segment.inode, true);
    const target = new Uint8Array(2 * HUGE);
    assert.equal(source.read(target, 0), 2 * HUGE);
    assert.equal(source.stat().residentBytes, HUGE);
    // hugetlbfs knows no holes.
    assert.deepEqual([...source.extents(0, 2 * HUGE, 10)], [0, 2 * HUGE]);
    assert.throws(() => source.write(Uint8Array.of(1), 2 * HUGE), shmErrorOf('ERANGE'));
    const readOnly = addon.openDescriptor(running.pid, fd, segment.device, segment.inode, false);
    assert.throws(() => readOnly.write(Uint8Array.of(1), 0), shmErrorOf('EACCES'));
    readOnly.close();
    source.write(Uint8Array.of(1, 2, 3), HUGE - 5);
    assert.deepEqual([source.stat().residentBytes, source.stat().size], [HUGE, 2 * HUGE]);
    source.write(Uint8Array.of(1, 2, 3), HUGE - 2);
    assert.deepEqual([source.stat().residentBytes, source.stat().size], [2 * HUGE, 2 * HUGE]);
    assert.equal(source.read(target, 0), 2 * HUGE);
    assert.deepEqual([...target.subarray(HUGE - 5, HUGE + 2)], [1, 2, 3, 1, 2, 3, 0]);
    source.close();
  });

  it('refuses a descriptor that leads to something else by now', async () => {
    const path = made.path('regular');
    const { device, inode } = addon.createPath(path, 4096, 0o600, true, false);
    const other = made.path('other');
    addon.createPath(other, 4096, 0o600, true, false);
    const fifo = made.path('fifo');
    await promisify(execFile)('mkfifo', [fifo]);
    const open = (fd: number, pid = process.pid) => addon.openDescriptor(pid, fd, device, inode, false);
    const kinds: readonly [string, number][] = [
      [other, constants.O_RDWR],
      [fifo, constants.O_RDWR],
      ['/dev/null', constants.O_RDWR],
      ['/dev/shm', constants.O_DIRECTORY],
    ];
    const fds = kinds.map(([name, flags]) => openSync(name, flags));
    const own = openSync(path, 'r');
    try {
      const [first] = addon.findDescriptors(process.pid, device, inode);
      assert.equal(first, own);
      for (const fd of fds) assert.throws(() => open(fd), shmErrorOf('ESTALE', { path: `/proc/${process.pid}/fd/${fd}` }));
      // The mode of the file decides, not that of the descriptor.
      const source = addon.openDescriptor(process.pid, own, device, inode, true);
      assert.equal(source.how, 'descriptor');
      source.write(Uint8Array.of(5), 1);
      assert.equal(readFileSync(path)[1], 5);
      source.close();
    } finally {
      for (const fd of [...fds, own]) closeSync(fd);
    }
    assert.throws(() => open(own), shmErrorOf('ESTALE'));
    const ended = await made.start('parent_child');
    await ended.dispose();
    assert.throws(() => open(1, ended.pid), shmErrorOf('ESRCH'));
    assert.throws(() => addon.findDescriptors(ended.pid, device, inode), shmErrorOf('ESRCH'));
  });

  it('takes any arguments without harm', () => {
    const strange: readonly unknown[] = [
      undefined,
      null,
      '',
      -1,
      0.5,
      2 ** 53,
      NaN,
      1n,
      {},
      [],
      [1],
      [null],
      [{}],
      'x:y',
      '\ud800',
      Symbol('s'),
    ];
    const part = { pid: process.pid, address: 4096n, length: 4096, offset: 0 };
    const good = {
      findDescriptors: [process.pid, '0:1', 1],
      openDescriptor: [process.pid, 0x7fff_ffff, '0:1', 1, false],
      openProcesses: [[part], '0:1', 1, 0],
    };
    for (const [name, given] of Object.entries(good)) {
      const call: unknown = Reflect.get(addon, name);
      assert.ok(typeof call === 'function');
      for (let i = 0; i < given.length; i++) {
        for (const value of strange) {
          // A size and a device that is not known are allowed; the mapping is never there.
          if (name === 'findDescriptors' && typeof value !== 'symbol' && i > 0) continue;
          const args = [...given.slice(0, i), value, ...given.slice(i + 1)];
          assert.throws(() => Reflect.apply(call, undefined, args), /^ShmError: E[A-Z]+/, `${name} ${i} ${String(value)}`);
        }
      }
    }
    for (const key of Object.keys(part)) {
      for (const value of strange) {
        const run = () => addon.openProcesses([{ ...part, [key]: value }], null, 0, 0);
        assert.throws(run, /^ShmError: E[A-Z]+/, `${key} ${String(value)}`);
      }
    }
    const many = Array.from({ length: 65 }, () => part);
    assert.throws(() => addon.openProcesses(many, null, 0, 0), shmErrorOf('ERANGE'));
    assert.throws(() => addon.openProcesses([], null, 0, 0), shmErrorOf('EINVAL'));
  });
});
