/** Which process has which object: by device, inode and namespace, never by a name. */
import assert from 'node:assert/strict';
import { existsSync, linkSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipBecause } from '../../support/skip.ts';
import { cleanup, unique } from '../support.ts';
import { actors, IPC, MAP, OPEN, PAGE, PROT } from './actor.ts';
import { assertDistinct, assertSameByText, isOf, only, shownBy } from './seen.ts';
import { makeModel } from './support.ts';

describe('attribution', () => {
  const made = cleanup();
  const actor = actors();
  let model: ReturnType<typeof makeModel>;
  beforeEach(() => (model = makeModel()));
  afterEach(() => model.dispose());
  const scan = async () => (await model.store.refresh()).segments;

  it('lists every mapping of an object: at several offsets, read-only, private, by two processes', async () => {
    const path = made.path('many');
    const [one, two] = [await actor(), await actor()];
    const fd = await one.make(path, 8 * PAGE);
    const mapping = async (offset: number, pages: number, protection: number, shared: boolean, text: string) => {
      const flags = shared ? MAP.shared : MAP.private;
      const address = await one.map(fd, pages * PAGE, { offset: offset * PAGE, protection, flags });
      return { address, length: pages * PAGE, offset: offset * PAGE, protection: text, shared };
    };
    const expected = [
      await mapping(0, 8, PROT.both, true, 'rw-'),
      await mapping(3, 2, PROT.read, true, 'r--'),
      await mapping(5, 1, PROT.read | PROT.exec, true, 'r-x'),
      await mapping(1, 1, PROT.none, true, '---'),
      await mapping(6, 2, PROT.both, false, 'rw-'),
      await mapping(0, 8, PROT.both, true, 'rw-'),
    ].sort((a, b) => a.address - b.address);
    const address = await two.map(await two.do('open', path, OPEN.readWrite, 0), PAGE, { offset: 7 * PAGE });
    const segment = only(await scan(), isOf(one.pid));
    assert.deepEqual(shownBy(segment, one.pid), expected);
    assert.deepEqual(shownBy(segment, two.pid), [{ address, length: PAGE, offset: 7 * PAGE, protection: 'rw-', shared: true }]);
    assert.equal(segment.mappings.length, 7);
    assert.deepEqual([segment.holders, segment.id], [[], only(await scan(), isOf(two.pid)).id]);
    await assertSameByText([one.pid, two.pid]);
  });

  it('tells who only holds it open, and for what', async () => {
    const path = made.path('held');
    const one = await actor();
    await one.do('close', await one.make(path, PAGE));
    const [read, write, both] = [
      await one.do('open', path, OPEN.read, 0),
      await one.do('open', path, OPEN.write, 0),
      await one.do('open', path, OPEN.readWrite, 0),
    ];
    const held = only(await scan(), isOf(one.pid));
    assert.deepEqual(
      held.holders.map(({ pid, process, fd, access }) => [pid, process, fd, access]),
      [
        [one.pid, 'actor', read, 'read'],
        [one.pid, 'actor', write, 'write'],
        [one.pid, 'actor', both, 'read-write'],
      ],
    );
    assert.deepEqual([held.orphaned, held.mappings], [false, []]);
    await assertSameByText([one.pid]);
  });

  it('lists the private view of a file only beside shared ones', async () => {
    const path = join(tmpdir(), unique('viewed'));
    made.remove(path);
    const [one, two] = [await actor(), await actor()];
    await one.map(await one.make(path, PAGE), PAGE, { flags: MAP.private });
    assert.deepEqual(
      (await scan()).filter((segment) => segment.path === path),
      [],
    );
    await two.map(await two.do('open', path, OPEN.readWrite, 0), PAGE);
    const both = only(await scan(), (segment) => segment.path === path);
    assert.deepEqual(
      both.mappings.map(({ pid, shared }) => [pid, shared]).sort(),
      [
        [one.pid, false],
        [two.pid, true],
      ].sort(),
    );
    await two.end();
    assert.deepEqual(
      (await scan()).filter((segment) => segment.path === path),
      [],
    );
  });

  it('keeps 75 memfds of one name in one process apart', async () => {
    const name = unique('same');
    const one = await actor();
    for (let i = 0; i < 75; i++) {
      const fd = await one.do('memfd', name, 0);
      await one.do('truncate', fd, PAGE * (i + 1));
      if (i % 2 === 0) await one.map(fd, PAGE * (i + 1));
    }
    const segments = (await scan()).filter(isOf(one.pid));
    assertDistinct(segments);
    assert.deepEqual(
      segments.map((segment) => segment.size / PAGE).sort((a, b) => a - b),
      Array.from({ length: 75 }, (_, i) => i + 1),
    );
    assert.ok(segments.every((segment) => segment.name === name && segment.mappings.length + segment.holders.length === 1));
    await assertSameByText([one.pid]);
  });

  it('keeps a System V segment apart from a memfd whose inode is its id', async function () {
    // The next id can be asked for (proc_sys_kernel(5), CONFIG_CHECKPOINT_RESTORE), here in a namespace of its own.
    const next = '/proc/sys/kernel/shm_next_id';
    if (process.geteuid?.() !== 0 || !existsSync(next)) skipBecause(this, `${next} is for root, and not in every kernel`);
    const one = await actor({ through: ['unshare', '--ipc'] });
    const fd = await one.do('memfd', 'collides', 0);
    const id = statSync(`/proc/${one.pid}/fd/${fd}`).ino;
    await one.do('write', await one.do('open', next, OPEN.write, 0), String(id));
    assert.equal(await one.do('shmget', 0, 2 * PAGE, IPC.create | 0o600), id);
    await one.do('truncate', fd, PAGE);
    await one.map(fd, PAGE);
    await one.do('shmat', id, 0);
    const segments = (await scan()).filter(isOf(one.pid));
    const device = segments[0]?.device;
    assert.deepEqual(segments.map((each) => [each.kind, each.inode, each.device, each.size]).sort(), [
      ['memfd', id, device, PAGE],
      ['sysv', id, device, 2 * PAGE],
    ]);
    assert.ok(segments.every((segment) => segment.mappings.length === 1));
    await assertSameByText([one.pid]);
  });

  it('lists hard links of one object once', async () => {
    const [first, second] = [made.path('link-a'), made.path('link-b')];
    const one = await actor();
    const fd = await one.make(first, PAGE);
    linkSync(first, second);
    await one.map(fd, PAGE);
    const segment = only(await scan(), isOf(one.pid));
    assert.ok(segment.path === first || segment.path === second);
    rmSync(first);
    const left = only(await scan(), isOf(one.pid));
    assert.deepEqual([left.id, left.path, left.unlinked], [segment.id, second, false]);
    assert.equal(left.name, second.slice('/dev/shm'.length));
    rmSync(second);
    assert.deepEqual([only(await scan(), isOf(one.pid)).id, only(await scan(), isOf(one.pid)).unlinked], [segment.id, true]);
  });

  for (const where of ['/dev/shm', tmpdir()]) {
    it(`takes a file really called "x (deleted)" for what it is, in ${where}`, async () => {
      const path = join(where, `${unique('x')} (deleted)`);
      made.remove(path);
      const one = await actor();
      await one.map(await one.make(path, PAGE), PAGE);
      const name = where === '/dev/shm' ? path.slice(where.length) : path;
      const named = only(await scan(), isOf(one.pid));
      assert.deepEqual([named.name, named.unlinked, named.path], [name, false, path]);
      rmSync(path);
      // Another file has the name that the kernel now tells for the first.
      writeFileSync(`${path} (deleted)`, 'another');
      made.remove(`${path} (deleted)`);
      const gone = only(await scan(), isOf(one.pid));
      assert.deepEqual([gone.name, gone.unlinked, gone.path, gone.id], [name, true, undefined, named.id]);
    });
  }

  it('gives an object that is made anew under its name another id, and leaves the first its mapper', async () => {
    const path = made.path('again');
    const [one, two] = [await actor(), await actor()];
    await one.map(await one.make(path, PAGE), PAGE);
    const first = only(await scan(), isOf(one.pid));
    rmSync(path);
    await two.map(await two.make(path, 2 * PAGE), PAGE);
    const [old, fresh] = [only(await scan(), isOf(one.pid)), only(await scan(), isOf(two.pid))];
    assert.deepEqual([old.id, old.unlinked, old.path, old.mappings.length], [first.id, true, undefined, 1]);
    assert.notEqual(fresh.id, old.id);
    assert.deepEqual([fresh.name, fresh.path, fresh.size, fresh.mappings.length], [old.name, path, 2 * PAGE, 1]);
    assert.deepEqual([fresh.mappings[0]?.pid, old.mappings[0]?.pid], [two.pid, one.pid]);
  });

  it('follows a renamed object, and does not take what has its old name for it', async () => {
    const where = join(tmpdir(), unique('renamed'));
    mkdirSync(where);
    made.remove(where);
    const [path, moved] = [join(where, 'a'), join(where, 'b')];
    const one = await actor();
    await one.map(await one.make(path, PAGE), PAGE);
    const before = only(await scan(), isOf(one.pid));
    await one.do('rename', path, moved);
    writeFileSync(path, 'another');
    const after = only(await scan(), isOf(one.pid));
    assert.deepEqual([after.id, after.name, after.path, after.size], [before.id, moved, moved, PAGE]);
  });

  it('does not take a file of the same inode in another file system for the one that is mapped', async function () {
    if (process.geteuid?.() !== 0) skipBecause(this, 'mounting is for root');
    const where = join(tmpdir(), unique('covered'));
    mkdirSync(where);
    made.remove(where);
    const [path, mount] = [join(where, 'file'), `mount -t tmpfs -o nosuid none '${where}'`];
    // Both tmpfs count their inodes from the same number, and the second one covers the first.
    const script = `${mount} && exec "$0"`;
    const one = await actor({ through: ['unshare', '--mount', 'sh', '-c', script] });
    const fd = await one.make(path, PAGE);
    await one.map(fd, PAGE);
    await one.do('close', fd);
    const before = only(await scan(), isOf(one.pid));
    const two = await actor({ through: ['nsenter', `--mount=/proc/${one.pid}/ns/mnt`, 'sh', '-c', script] });
    await two.do('close', await two.make(path, 7 * PAGE));
    assert.equal(statSync(`/proc/${one.pid}/root${path}`).ino, before.inode);
    const after = only(await scan(), isOf(one.pid));
    assert.deepEqual([after.id, after.size, after.path], [before.id, PAGE, undefined]);
  });
});
