/** Every kind of segment, and what is said of it. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipBecause } from '../../support/skip.ts';
import { addon, cleanup, freeKey, unique } from '../support.ts';
import { actors, IPC, MAP, MFD_HUGETLB, OPEN, PAGE, PROT } from './actor.ts';
import { assertSameByText, isOf, only, shownBy } from './seen.ts';
import { makeModel } from './support.ts';

const HUGE = 2 << 20;
const freeHugePages = () => Number(/HugePages_Free: +(\d+)/.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? 0);
const isRoot = process.geteuid?.() === 0;

describe('kinds of segments', () => {
  const made = cleanup();
  const actor = actors();
  let model: ReturnType<typeof makeModel>;
  beforeEach(() => (model = makeModel()));
  afterEach(() => model.dispose());
  const scan = async () => (await model.store.refresh()).segments;

  /** A folder on the disk that goes after the test. */
  function folder(): string {
    const path = mkdtempSync(join(tmpdir(), 'shmscope-test-'));
    made.remove(path);
    return path;
  }

  it('lists a POSIX object with its mapper, in a tmpfs', async () => {
    const path = made.path('posix');
    const one = await actor();
    const address = await one.map(await one.make(path, 2 * PAGE, 0o640), 2 * PAGE);
    await one.do('fill', address, PAGE, 1);
    const segment = only(await scan(), isOf(one.pid));
    const { kind, name, size, residentBytes, mode, unlinked, orphaned, backing, namespace } = segment;
    assert.deepEqual(
      { kind, name, size, residentBytes, mode, unlinked, orphaned, backing, namespace, path: segment.path },
      {
        ...{ kind: 'posix', name: path.slice('/dev/shm'.length), size: 2 * PAGE, residentBytes: PAGE, mode: 0o640 },
        ...{ unlinked: false, orphaned: false, backing: 'tmpfs', namespace: 'host', path },
      },
    );
    assert.deepEqual(segment.access, { read: true, write: true });
    assert.equal(segment.inode, statSync(path).ino);
    assert.deepEqual(shownBy(segment, one.pid), [{ address, length: 2 * PAGE, offset: 0, protection: 'rw-', shared: true }]);
    await assertSameByText([one.pid]);
  });

  it('lists a System V segment, locked and marked for removal, with its creator', async () => {
    const key = freeKey();
    const one = await actor();
    const id = await one.do('shmget', key, 3 * PAGE, IPC.create | IPC.exclusive | 0o620);
    made.sysvMade(id);
    const two = await actor();
    const address = await two.do('shmat', id, 0);
    await two.do('fill', address, PAGE, 1);
    if (isRoot) await two.do('shmctl', id, IPC.lock);
    const before = only(await scan(), (segment) => segment.sysv?.shmid === id);
    assert.equal(before.id, only(await scan(), isOf(two.pid)).id);
    assert.deepEqual(
      [before.kind, before.size, before.mode, before.unlinked, before.sysv?.key, before.sysv?.locked, before.residentBytes],
      ['sysv', 3 * PAGE, 0o620, false, key, isRoot, PAGE],
    );
    assert.deepEqual([before.sysv?.creatorPid, before.sysv?.creatorAlive, before.sysv?.attachCount], [one.pid, true, 1]);
    await two.do('shmctl', id, IPC.remove);
    await one.end();
    const after = only(await scan(), isOf(two.pid));
    assert.deepEqual([after.id, after.unlinked, after.orphaned, after.sysv?.creatorAlive], [before.id, true, false, false]);
    // The kernel gives its key back: another segment may have it. An object without a name keeps its last one.
    assert.deepEqual([after.sysv?.key, after.name], [0, before.name]);
    assert.equal(after.name, `0x${key.toString(16).padStart(8, '0')}`);
    await assertSameByText([two.pid]);
    await two.do('shmdt', address);
    assert.deepEqual(
      (await scan()).filter((segment) => segment.id === before.id),
      [],
    );
  });

  it('says of a System V segment in huge pages where it is', async function () {
    if (freeHugePages() < 1) skipBecause(this, 'a free huge page is needed (vm.nr_hugepages)');
    const one = await actor();
    const id = Number(await one.try('shmget', 0, HUGE, IPC.create | IPC.hugetlb | 0o600));
    if (id < 0) skipBecause(this, 'SHM_HUGETLB is for root and vm.hugetlb_shm_group');
    made.sysvMade(id);
    await one.do('fill', await one.do('shmat', id, 0), 1, 1);
    const segment = only(await scan(), isOf(one.pid));
    assert.deepEqual([segment.kind, segment.backing, segment.sysv?.shmid, segment.size], ['sysv', 'hugetlbfs', id, HUGE]);
    await one.do('shmctl', id, IPC.remove);
    assert.equal(only(await scan(), isOf(one.pid)).unlinked, true);
    await assertSameByText([one.pid]);
  });

  it('says that a sealed memfd cannot be written to, whether it is open or mapped for writing', async () => {
    const [held, mapped, open] = [unique('held'), unique('mapped'), unique('open')];
    await made.start('nameless', 'sealed', held, '1');
    await made.start('nameless', 'future', mapped, '1');
    await made.start('nameless', 'held', open, '1');
    const segments = await scan();
    const access = (name: string) => only(segments, (segment) => segment.name === name).access;
    assert.deepEqual(access(open), { read: true, write: true });
    assert.deepEqual([access(held).read, access(held).write], [true, false]);
    assert.match(access(held).reason ?? '', /F_SEAL_WRITE/);
    // Without a descriptor only root gets to it.
    if (isRoot) assert.deepEqual([access(mapped).read, access(mapped).write], [true, false]);
  });

  it('does not say that a System V segment of half a huge page is mapped past its end', async function () {
    const one = await actor();
    // SHM_NORESERVE: no huge page is needed for as long as nothing is touched.
    const id = Number(await one.try('shmget', 0, HUGE / 2, IPC.create | IPC.hugetlb | IPC.noReserve | 0o600));
    if (id < 0) skipBecause(this, 'SHM_HUGETLB is for root and vm.hugetlb_shm_group');
    made.sysvMade(id);
    await one.do('shmat', id, 0);
    const { size, mappings } = only(await scan(), isOf(one.pid));
    assert.deepEqual([size, mappings.map(({ length, pastEnd }) => [length, pastEnd])], [HUGE / 2, [[HUGE, false]]]);
  });

  it('tells files on a disk, on a tmpfs and on hugetlbfs apart', async function () {
    const disk = join(folder(), 'on disk');
    const one = await actor();
    await one.map(await one.make(disk, PAGE), PAGE);
    const onDisk = only(await scan(), isOf(one.pid));
    const onTmpfs = statSync(tmpdir()).dev === statSync('/dev/shm').dev;
    assert.deepEqual([onDisk.kind, onDisk.name, onDisk.path], ['file', disk, disk]);
    assert.deepEqual([onDisk.backing, onDisk.residentBytes], onTmpfs ? ['tmpfs', 0] : ['disk', undefined]);
    if (!isRoot) skipBecause(this, 'the rest needs a mount namespace, which is for root');
    // Nothing is bound to where it is mounted: the folder is of this test alone.
    for (const [type, size] of [
      ['tmpfs', PAGE],
      ['hugetlbfs', HUGE],
    ] as const) {
      if (type === 'hugetlbfs' && freeHugePages() < 1) continue;
      const where = folder();
      const through = ['unshare', '--mount', 'sh', '-c', `mount -t ${type} none '${where}' && exec "$0"`];
      const inside = await actor({ through });
      const address = await inside.map(await inside.make(join(where, 'file'), size), size);
      await inside.do('fill', address, 1, 1);
      const segment = only(await scan(), isOf(inside.pid));
      assert.deepEqual([segment.kind, segment.name, segment.backing], ['file', join(where, 'file'), type]);
      assert.deepEqual([segment.size, segment.residentBytes], [size, size]);
      assert.match(segment.namespace, /^mnt:\[\d+\]$|^[\da-f]{12}$/);
      assert.equal(Buffer.from(await model.sources.read(segment, 0, 2)).toString('hex'), '0100');
      await assertSameByText([inside.pid]);
    }
  });

  it('lists memory of a device, and never reads it', async function () {
    const device = ['/dev/loop7', '/dev/vda', '/dev/sda', '/dev/mem'].find((path) => {
      try {
        return statSync(path).rdev !== 0;
      } catch {
        return false;
      }
    });
    if (device === undefined || !isRoot) skipBecause(this, 'no device that may be mapped');
    const one = await actor();
    const fd = await one.try('open', device, OPEN.read, 0);
    if (fd < 0) skipBecause(this, `${device} cannot be opened`);
    const mapped = await one.try('map', fd, 0, PAGE, PROT.read, MAP.shared, 0);
    if (mapped < 0) skipBecause(this, `${device} cannot be mapped`);
    const segment = only(await scan(), isOf(one.pid));
    assert.deepEqual([segment.kind, segment.name, segment.backing], ['file', device, 'device']);
    assert.deepEqual([segment.access.read, segment.access.write], [false, false]);
    assert.ok(segment.access.reason);
    // A device has no size of which a mapping could be past the end.
    assert.deepEqual([segment.size, segment.mappings.map((mapping) => mapping.pastEnd)], [PAGE, [false]]);
    await assert.rejects(model.sources.read(segment, 0, 1), { code: 'ENOTSUP' });
    await assertSameByText([one.pid]);
  });

  it('lists memfds, mapped, held and in huge pages, and anonymous memory', async () => {
    const name = unique('memfd');
    const one = await actor();
    const fd = await one.do('memfd', name, 0);
    await one.do('truncate', fd, 4 * PAGE);
    const held = only(await scan(), isOf(one.pid));
    assert.deepEqual(
      [held.kind, held.name, held.unlinked, held.orphaned, held.size, held.residentBytes, held.path, held.backing],
      ['memfd', name, false, false, 4 * PAGE, 0, undefined, 'tmpfs'],
    );
    assert.deepEqual(
      held.holders.map(({ pid, fd: at, access }) => [pid, at, access]),
      [[one.pid, fd, 'read-write']],
    );
    await one.map(fd, PAGE, { offset: PAGE });
    const mapped = only(await scan(), isOf(one.pid));
    assert.deepEqual([mapped.id, mapped.holders.length, mapped.mappings.length], [held.id, 0, 1]);
    const two = await actor();
    const zero = await two.do('open', '/dev/zero', OPEN.readWrite, 0);
    await two.map(zero, PAGE);
    await two.map(-1, PAGE);
    const anonymous = (await scan()).filter(isOf(two.pid));
    assert.deepEqual(
      anonymous.map((segment) => [segment.kind, segment.name, segment.size, segment.access.read]),
      Array.from({ length: 2 }, () => ['anonymous', '', PAGE, true]),
    );
    await assertSameByText([one.pid, two.pid]);
    if (freeHugePages() < 1) return;
    const three = await actor();
    const huge = await three.do('memfd', name, MFD_HUGETLB);
    await three.do('truncate', huge, HUGE);
    const inHuge = only(await scan(), isOf(three.pid));
    assert.deepEqual([inHuge.kind, inHuge.backing, inHuge.size], ['memfd', 'hugetlbfs', HUGE]);
  });

  it('lists a named semaphore once, under its name, though maps names another', async () => {
    const name = unique('sem');
    made.remove(`/dev/shm/sem.${name}`);
    const one = await actor();
    await one.do('sem_open', `/${name}`, 3);
    const segment = only(await scan(), isOf(one.pid));
    assert.deepEqual([segment.kind, segment.name, segment.unlinked], ['posix', `/sem.${name}`, false]);
    assert.doesNotMatch(readFileSync(`/proc/${one.pid}/maps`, 'utf8'), new RegExp(name));
    assert.equal((await scan()).filter((other) => other.inode === segment.inode && other.kind === 'posix').length, 1);
    await assertSameByText([one.pid]);
  });

  it('lists what was unlinked: while it is mapped, and while it is only held open', async () => {
    const path = made.path('unlinked');
    const one = await actor();
    const fd = await one.make(path, PAGE);
    const named = only(await scan(), isOf(one.pid));
    await one.do('unlink', path);
    const held = only(await scan(), isOf(one.pid));
    assert.deepEqual([held.id, held.name, held.unlinked, held.path], [named.id, named.name, true, undefined]);
    assert.equal(held.holders.length, 1);
    await one.map(fd, PAGE);
    await one.do('close', fd);
    const mapped = only(await scan(), isOf(one.pid));
    assert.deepEqual([mapped.id, mapped.name, mapped.unlinked], [named.id, named.name, true]);
    assert.deepEqual([mapped.holders.length, mapped.mappings.length], [0, 1]);
    await assertSameByText([one.pid]);
  });

  it('calls orphaned what nothing has and what takes memory, and only that', async () => {
    const [full, empty, held] = [made.path('full'), made.path('empty'), made.path('held')];
    const one = await actor();
    for (const path of [full, held]) writeFileSync(path, Buffer.alloc(PAGE, 1), { mode: 0o600 });
    await one.do('open', held, OPEN.read, 0);
    await one.do('close', await one.make(empty, 64 * PAGE));
    const id = made.sysv(0, PAGE);
    const untouched = made.sysv(0, PAGE);
    await one.do('fill', await one.do('shmat', id, 0), 1, 1);
    const during = await scan();
    assert.equal(only(during, (segment) => segment.sysv?.shmid === id).orphaned, false);
    assert.equal(only(during, (segment) => segment.path === held).orphaned, false);
    await one.end();
    const segments = await scan();
    const orphaned = (test: (segment: (typeof segments)[number]) => boolean) => only(segments, test).orphaned;
    assert.deepEqual(
      [full, empty, held].map((path) => orphaned((segment) => segment.path === path)),
      [true, false, true],
    );
    assert.deepEqual(
      [id, untouched].map((shmid) => orphaned((segment) => segment.sysv?.shmid === shmid)),
      [true, false],
    );
    assert.equal(only(segments, (segment) => segment.sysv?.shmid === id).sysv?.creatorAlive, true);
    // What this process itself reads is none the less a leak.
    const source = addon.openPath(full, false);
    assert.equal(only(await scan(), (segment) => segment.path === full).orphaned, true);
    source.close();
    rmSync(full);
  });
});
