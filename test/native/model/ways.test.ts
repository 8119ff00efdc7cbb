/** The ways to a segment's bytes: which is taken, what follows when one ends, and what is said when none is left. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Segment } from '../../../api.d.ts';
import { openSegment } from '../../../src/live/open.ts';
import { Sampler } from '../../../src/live/sampler.ts';
import type { Snapshot } from '../../../src/live/snapshot.ts';
import { Sources } from '../../../src/live/sources.ts';
import type { Addon } from '../../../src/native/addon.ts';
import { shmError, type ShmError } from '../../../src/native/errors.ts';
import { buildPrograms } from '../../programs/build.ts';
import { skipBecause } from '../../support/skip.ts';
import { familyOf, namelessSegments } from '../nameless.ts';
import { addon, at, cleanup, freeKey, unique } from '../support.ts';
import { listSysv } from '../sysvipc.ts';
import { makeModel, until } from './support.ts';

const hasCode = (code: string) => (error: unknown) => error instanceof Error && 'code' in error && error.code === code;

/** The addon as somebody has it who is not root. */
const ordinary: Addon = {
  ...addon,
  openMapFiles: () => {
    throw shmError('EPERM', 'EPERM: operation not permitted, open', { syscall: 'open' });
  },
};

describe('ways to the bytes', () => {
  const made = cleanup();
  let model: ReturnType<typeof makeModel>;
  beforeEach(() => (model = makeModel()));
  afterEach(() => model.dispose());

  async function listed(test: (segment: Segment) => boolean): Promise<Segment> {
    return at((await model.store.refresh()).segments.filter(test), 0);
  }
  const status = (shmid: number) => listSysv().find((entry) => entry.shmid === shmid);

  it('moves on by itself to another process when the one that it reads through is killed', async () => {
    const name = unique('twins');
    const running = await made.start('family', 'twins', name);
    const [, child = 0] = familyOf(running.pid);
    const segment = at(namelessSegments(addon, familyOf(running.pid), 'posix', name), 0);
    assert.deepEqual(new Set(segment.mappings.map((mapping) => mapping.pid)), new Set([running.pid, child]));
    const sources = new Sources(ordinary);
    const snapshots: Snapshot[] = [];
    const errors: ShmError[] = [];
    const sampler = new Sampler({
      open: () => sources.open(segment, false),
      reopen: () => sources.close(segment.id),
      onSnapshot: (snapshot) => snapshots.push(snapshot),
      onError: (error) => errors.push(error),
    });
    const lastByte = () => snapshots.at(-1)?.ranges[0]?.bytes[1];
    try {
      sampler.setRanges([{ offset: 0, length: 16 }]);
      await until(() => snapshots.length === 1, 'the first snapshot');
      assert.equal(at(snapshots, 0).how, 'process_vm_readv');
      await sources.write(segment, 1, Uint8Array.of(7));
      await until(() => lastByte() === 7, 'what was written');
      running.child.kill('SIGKILL');
      await running.exit;
      assert.deepEqual([...(await sources.read(segment, 0, 3))], [1, 7, 0]);
      await sources.write(segment, 1, Uint8Array.of(8));
      await until(() => lastByte() === 8, 'what was written through the child');
      assert.equal(errors.length, 0);
      assert.deepEqual(await sources.find(segment, Uint8Array.of(8), 0, 2), [1]);
      process.kill(child, 'SIGKILL');
      await until(() => errors.length > 0, 'the end of the last process');
    } finally {
      sampler.dispose();
      sources.dispose();
      if (existsSync(`/proc/${child}`)) process.kill(child, 'SIGKILL');
    }
  });

  it('says of parts that no process maps that they cannot be had, and shows the others', async () => {
    const name = unique('halves');
    const running = await made.start('family', 'halves', name);
    const segment = at(namelessSegments(addon, familyOf(running.pid), 'posix', name), 0);
    const sources = new Sources(ordinary);
    try {
      assert.deepEqual([...sources.open(segment, false).shown()], [0, 8192, 12288, 20480]);
      assert.equal((await sources.read(segment, 100, 8000)).length, 8000);
      await assert.rejects(sources.read(segment, 8000, 4200), hasCode('EACCES'));
      await assert.rejects(sources.write(segment, 9000, Uint8Array.of(1)), hasCode('EACCES'));
      // Zeros are found where pages hold them, not in the gap.
      const hits = await sources.find(segment, new Uint8Array(2), 8190, 10);
      assert.deepEqual(hits.slice(0, 3), [8190, 12289, 12290]);
      await sources.write(segment, 16380, Uint8Array.of(1, 2, 3, 4, 9, 8));
      assert.deepEqual([...(await sources.read(segment, 16380, 6))], [1, 2, 3, 4, 9, 8]);
    } finally {
      sources.dispose();
    }
  });

  for (const [who, with_] of [
    ['through map_files', addon],
    ['through a process', ordinary],
  ] as const) {
    it(`leaves a System V segment as it was that is marked for removal, ${who}`, async function () {
      if (with_ === addon && process.geteuid?.() !== 0) skipBecause(this, 'map_files is for root');
      const key = freeKey();
      const writer = await made.start('sysv_writer', String(key));
      const { shmid } = await listed((candidate) => candidate.sysv?.key === key).then((one) => one.sysv ?? assert.fail());
      addon.removeSysv(shmid);
      const segment = await listed((candidate) => candidate.sysv?.shmid === shmid);
      assert.deepEqual([segment.unlinked, segment.mappings.map((mapping) => mapping.pid)], [true, [writer.pid]]);
      const before = status(shmid);
      assert.ok(before?.removed);
      const source = openSegment(with_, segment, { write: false, attach: true });
      assert.equal(source.how, with_ === addon ? 'map_files' : 'process_vm_readv');
      assert.equal(source.stat().size, 36);
      const target = new Uint8Array(64);
      assert.equal(source.read(target, 0), 36);
      assert.equal(Buffer.from(target.subarray(0, 6)).toString(), 'hello\0');
      assert.deepEqual(status(shmid), before);
      source.close();
      const last = openSegment(with_, segment, { write: true, attach: false });
      last.write(Uint8Array.of(21), 32);
      last.close();
      assert.deepEqual(status(shmid), before);
    });
  }

  it('never attaches by the id of another namespace', async () => {
    const shmid = made.sysv(0, 64);
    const own = await listed((candidate) => candidate.sysv?.shmid === shmid);
    const segment: Segment = { ...own, namespace: 'container 0123456789ab' };
    const before = status(shmid);
    assert.throws(() => openSegment(addon, segment, { write: false, attach: true }), hasCode('ENOTSUP'));
    model.sources.agreeToAttach(segment.id);
    await assert.rejects(model.sources.read(segment, 0, 8), (error: ShmError) => {
      assert.equal(error.code, 'ENOTSUP');
      assert.match(error.message, /container 0123456789ab/);
      return error.remedy !== undefined;
    });
    assert.deepEqual(status(shmid), before);
  });

  it('never reads the memory of a device', async () => {
    const path = made.path('device');
    const segment = await model.operations.create({ kind: 'posix', name: path.slice('/dev/shm'.length), size: 64 });
    const device = { ...segment, backing: 'device' as const };
    assert.throws(() => openSegment(addon, device, { write: false, attach: false }), hasCode('ENOTSUP'));
  });

  it('names what was refused last, and the remedy', async () => {
    const name = unique('twins');
    const running = await made.start('family', 'twins', name);
    const segment = at(namelessSegments(addon, familyOf(running.pid), 'posix', name), 0);
    for (const pid of familyOf(running.pid).slice(1)) process.kill(pid, 'SIGTERM');
    const denied: Addon = {
      ...ordinary,
      openProcesses: () => {
        throw shmError('EACCES', 'EACCES: permission denied, open /proc/1/maps', { syscall: 'open', path: '/proc/1/maps' });
      },
    };
    assert.throws(
      () => openSegment(denied, segment, { write: false, attach: false }),
      (error: ShmError) => {
        assert.deepEqual([error.code, error.path], ['EACCES', '/proc/1/maps']);
        assert.match(error.message, /^EACCES: .*\/proc\/1\/maps; this was the last of \d+ ways$/);
        assert.match(error.remedy ?? '', /root \(sudo\).*CAP_SYS_PTRACE/);
        return true;
      },
    );
    const sealed = unique('sealed');
    const program = await made.start('nameless', 'sealed', sealed, '1');
    const memfd = at(namelessSegments(addon, [program.pid], 'memfd', sealed), 0);
    assert.throws(
      () => openSegment(addon, memfd, { write: true, attach: false }),
      (error: ShmError) => error.code === 'EPERM' && /F_SEAL_WRITE/.test(error.remedy ?? ''),
    );
  });

  it('reads an object of another mount namespace through the root of a process there', async function () {
    if (process.geteuid?.() !== 0) skipBecause(this, 'a mount namespace is for root');
    const name = unique('elsewhere');
    const script = 'mount -t tmpfs none /dev/shm && exec "$0" "$1"';
    const program = join(await buildPrograms(), 'posix_writer');
    const inside = spawn('unshare', ['-m', 'sh', '-c', script, program, `/${name}`], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const said: unknown = await Promise.race([once(inside.stdout, 'data'), once(inside, 'exit').then(() => 'ended')]);
      if (said === 'ended') skipBecause(this, 'a mount namespace cannot be made here');
      const path = `/proc/${inside.pid}/root/dev/shm/${name}`;
      assert.equal(existsSync(`/dev/shm/${name}`), false);
      const stat = addon.statPath(path, false);
      const found = at(namelessSegments(addon, [inside.pid ?? 0], 'posix', name), 0);
      const segment: Segment = { ...found, ...stat, path, unlinked: false, namespace: 'mnt' };
      const source = openSegment(addon, segment, { write: false, attach: false });
      const target = new Uint8Array(48);
      assert.deepEqual([source.how, source.read(target, 0)], ['pread', 48]);
      assert.equal(Buffer.from(target.subarray(8, 15)).toString(), 'writer\0');
      source.close();
      const replaced = { ...segment, createdAt: (stat.createdAt ?? 0) + 1, mappings: [] };
      assert.throws(() => openSegment(addon, replaced, { write: false, attach: false }), hasCode('ESTALE'));
    } finally {
      inside.kill('SIGTERM');
      await Promise.race([once(inside, 'exit'), new Promise((resolve) => setTimeout(resolve, 2000))]);
    }
  });
});
