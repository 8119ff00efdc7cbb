import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, statSync, truncateSync } from 'node:fs';
import type { Segment } from '../../../api.d.ts';
import { openSegment } from '../../../src/live/open.ts';
import { Sampler } from '../../../src/live/sampler.ts';
import type { Snapshot } from '../../../src/live/snapshot.ts';
import type { ShmError } from '../../../src/native/errors.ts';
import { addon, at, cleanup, freeKey } from '../support.ts';
import { makeModel, until } from './support.ts';
import { listSysv } from '../sysvipc.ts';

const hasCode = (code: string) => (error: unknown) => error instanceof Error && 'code' in error && error.code === code;

describe('reading segments', () => {
  const made = cleanup();
  let model: ReturnType<typeof makeModel>;
  beforeEach(() => (model = makeModel()));
  afterEach(() => model.dispose());

  async function listed(test: (segment: Segment) => boolean): Promise<Segment> {
    return at((await model.store.refresh()).segments.filter(test), 0);
  }

  function sample(segment: Segment, ranges: { offset: number; length: number }[]) {
    const snapshots: Snapshot[] = [];
    const errors: ShmError[] = [];
    const sampler = new Sampler({
      open: () => model.sources.open(segment, false),
      reopen: () => model.sources.close(segment.id),
      onSnapshot: (snapshot) => snapshots.push(snapshot),
      onError: (error) => errors.push(error),
    });
    sampler.setRanges(ranges);
    return { snapshots, errors, sampler };
  }

  it('leaves a System V segment as it was: attach count, times and last pid', async () => {
    const key = freeKey();
    const writer = await made.start('sysv_writer', String(key));
    const before = listSysv().find((entry) => entry.key === key);
    const segment = await listed((candidate) => candidate.sysv?.key === key);
    assert.deepEqual(
      segment.mappings.map((mapping) => mapping.pid),
      [writer.pid],
    );
    const { snapshots, sampler } = sample(segment, [{ offset: 0, length: segment.size }]);
    await until(() => snapshots.length > 0, 'a snapshot');
    sampler.dispose();
    assert.equal(Buffer.from(at(at(snapshots, 0).ranges, 0).bytes.subarray(0, 6)).toString(), 'hello\0');
    assert.deepEqual(
      listSysv().find((entry) => entry.key === key),
      before,
    );
  });

  it('refuses to attach a System V segment that nothing maps until that is agreed to', async () => {
    const shmid = made.sysv(0, 64);
    const segment = await listed((candidate) => candidate.sysv?.shmid === shmid);
    await assert.rejects(model.sources.read(segment, 0, 8), hasCode('ENOTSUP'));
    assert.equal(
      at(
        listSysv().filter((entry) => entry.shmid === shmid),
        0,
      ).attachedAt,
      0,
    );
    model.sources.agreeToAttach(segment.id);
    assert.equal((await model.sources.read(segment, 0, 8)).length, 8);
  });

  it('says why attaching failed, though it was agreed to, and does not ask for it again', async () => {
    const shmid = made.sysv(0, 64);
    const segment = await listed((candidate) => candidate.sysv?.shmid === shmid);
    addon.removeSysv(shmid);
    const open = (attach: boolean) => () => openSegment(addon, segment, { write: false, attach });
    assert.throws(open(false), hasCode('ENOTSUP'));
    assert.throws(open(true), { syscall: 'shmat' });
  });

  it('lists and reads an object that was unlinked while it is mapped', async () => {
    const path = made.path('unlinked');
    const writer = await made.start('posix_writer', path.slice('/dev/shm'.length));
    rmSync(path);
    const segment = await listed(
      (candidate) => candidate.mappings.some((mapping) => mapping.pid === writer.pid) && candidate.kind === 'posix',
    );
    assert.equal(segment.unlinked, true);
    assert.equal(segment.name, path.slice('/dev/shm'.length));
    if (process.geteuid?.() === 0) {
      const { snapshots, sampler } = sample(segment, [{ offset: 0, length: 48 }]);
      await until(() => snapshots.length > 3, 'snapshots that differ');
      sampler.dispose();
      assert.equal(at(snapshots, 0).size, segment.size);
    }
  });

  it('marks a mapping that reaches past the end of its object', async () => {
    const path = made.path('past-end');
    const writer = await made.start('sparse', path.slice('/dev/shm'.length));
    truncateSync(path, 4096);
    const segment = await listed((candidate) => candidate.path === path);
    assert.deepEqual(
      segment.mappings.filter((mapping) => mapping.pid === writer.pid).map((mapping) => mapping.pastEnd),
      [true],
    );
  });

  it('shows in one snapshot the same bytes for ranges that overlap, and follows the end of the object', async () => {
    const path = made.path('shrinks');
    const segment = await model.operations.create({ kind: 'posix', name: path.slice('/dev/shm'.length), size: 8192 });
    await model.sources.write(segment, 4096, Uint8Array.of(1, 2, 3));
    const { snapshots, sampler } = sample(segment, [
      { offset: 4096, length: 16 },
      { offset: 4100, length: 100 },
    ]);
    await until(() => snapshots.length === 1, 'the first snapshot');
    assert.deepEqual(
      at(snapshots, 0).ranges.map((range) => [range.offset, range.bytes.length]),
      [[4096, 104]],
    );
    assert.deepEqual(at(snapshots, 0).unheld, []);
    truncateSync(path, 4098);
    await until(() => at(snapshots, snapshots.length - 1).size === 4098, 'the smaller size');
    assert.deepEqual([...at(at(snapshots, snapshots.length - 1).ranges, 0).bytes], [1, 2]);
    truncateSync(path, 0);
    await until(() => at(snapshots, snapshots.length - 1).size === 0, 'no size');
    assert.deepEqual(at(snapshots, snapshots.length - 1).ranges, []);
    rmSync(path);
    await until(() => at(snapshots, snapshots.length - 1).unlinked, 'unlinking');
    sampler.dispose();
  });

  it('tells which part holds no memory, and takes none itself', async () => {
    const path = made.path('sparse');
    await made.start('sparse', path.slice('/dev/shm'.length));
    const segment = await listed((candidate) => candidate.path === path);
    const before = statSync(path).blocks;
    const step = 128 * 1024;
    for (let offset = 0; offset < segment.size; offset += step * 64) {
      const { snapshots, sampler } = sample(segment, [{ offset, length: step }]);
      await until(() => snapshots.length > 0, 'a snapshot');
      sampler.dispose();
      assert.ok(at(snapshots, 0).unheld.length > 0);
    }
    assert.equal((await model.sources.read(segment, 0, segment.size)).length, segment.size);
    assert.equal(statSync(path).blocks, before);
  });

  it('reads once for new ranges while paused, and nothing more', async () => {
    const path = made.path('paused');
    await made.start('posix_writer', path.slice('/dev/shm'.length));
    const segment = await listed((candidate) => candidate.path === path);
    const { snapshots, sampler } = sample(segment, [{ offset: 0, length: 8 }]);
    await until(() => snapshots.length > 2, 'live snapshots');
    sampler.setPaused(true);
    const count = snapshots.length;
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(snapshots.length, count);
    sampler.setRanges([{ offset: 8, length: 32 }]);
    await until(() => snapshots.length === count + 1, 'one snapshot of the new range');
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(snapshots.length, count + 1);
    sampler.dispose();
  });

  it('never shows a byte that was not there while a program truncates the object a thousand times a second', async () => {
    const path = made.path('storm');
    await made.start('truncator', path.slice('/dev/shm'.length));
    const segment = await listed((candidate) => candidate.path === path);
    const { snapshots, errors, sampler } = sample(segment, [
      { offset: 0, length: 4096 },
      { offset: 900_000, length: 65_536 },
    ]);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    sampler.dispose();
    assert.deepEqual(errors, []);
    assert.ok(snapshots.length > 10, `${snapshots.length} snapshots`);
    for (const { size, ranges } of snapshots) {
      for (const { offset, bytes } of ranges) {
        assert.ok(offset + bytes.length <= Math.max(size, offset), `${offset}+${bytes.length} in ${size}`);
        assert.ok(bytes.every((byte) => byte === 0xa5 || byte === 0));
      }
    }
    assert.ok(execFileSync('ls', [path]).length > 0);
  });
});
