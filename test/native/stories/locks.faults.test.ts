/** Locks that something has happened to: owners that were killed, words that are garbage, segments that were cut, libraries that do not fit. */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { existsSync, openSync, closeSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { dwarfFile } from '../../../scripts/setup/dwarf.mjs';
import type { Disposable } from 'vscode';
import type { Lock, LocksLook, SegmentLocks } from '../../../src/locks/face.ts';
import { syncObjects } from '../../../src/locks/syncObjects.ts';
import { skipBecause } from '../../support/skip.ts';
import type { Running } from '../../programs/build.ts';
import { compiling, declaredRoom, GLIBC, HOST, startOn, TARGETS } from '../locks/programs.ts';
import { cleanup, unique } from '../support.ts';
import { composed, STORIES } from './support.ts';
import { until } from './storing.ts';

/** pthread_mutex_t of glibc: the lock word, the count, the owner, and how many use it. */
const OWNER = 8;
const KIND = 16;

describe('locks that something has happened to', () => {
  const made = cleanup();
  const compile = compiling();
  const names = new Set<string>();
  const { store, monitor } = composed(({ name }) => names.has(name));

  before(function () {
    if (!existsSync(dwarfFile)) skipBecause(this, 'shmscope-dwarf could not be built on this machine');
  });
  beforeEach(() => names.clear());

  async function begun(context: Mocha.Context, state: string, compiler = GLIBC.compiler) {
    const started = await startOn(context, made, compile(context, 'lockstate.c', compiler), state);
    names.add(`/${basename(started.path)}`);
    await store.refresh();
    return started;
  }

  async function join_(context: Mocha.Context, path: string, compiler = GLIBC.compiler): Promise<Running> {
    const joined = await made.start(compile(context, join(STORIES, 'joins.c'), compiler), `/${basename(path)}`);
    await store.refresh();
    return joined;
  }

  async function looked(): Promise<{ look: LocksLook; room: SegmentLocks }> {
    const look = await monitor.look();
    const [room, ...others] = look.segments;
    assert.deepEqual(others, []);
    assert.ok(room, 'the segment has locks');
    return { look, room };
  }

  function lockAt({ locks }: SegmentLocks, path: string): Lock {
    const lock = locks.find((one) => one.path === path);
    assert.ok(lock, `${path} is one of ${locks.map((one) => one.path).join()}`);
    return lock;
  }

  /** How long something is held depends on the machine. */
  const kinds = ({ findings }: LocksLook): string[] => findings.map(({ kind }) => kind).filter((kind) => kind !== 'held-long');

  function patch(path: string, at: number, bytes: Uint8Array): void {
    const file = openSync(path, 'r+');
    writeSync(file, bytes, 0, bytes.length, at);
    closeSync(file);
  }

  const word = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(value);
    return bytes;
  };

  it('a robust mutex whose owner was killed', async function () {
    await begun(this, 'owner-died');
    const { look, room } = await looked();
    const lock = lockAt(room, 'queue.lock');
    assert.deepEqual([lock.state, lock.robust, lock.owner?.alive], ['owner-died', true, false]);
    const [finding, ...others] = look.findings;
    assert.deepEqual(others, []);
    assert.deepEqual([finding?.kind, finding?.severity], ['dead-owner', 'warning']);
    assert.match(finding?.text ?? '', /robust.*EOWNERDEAD/);
  });

  it('a mutex that nobody can lock any more', async function () {
    await begun(this, 'unrecoverable');
    const { look, room } = await looked();
    assert.equal(lockAt(room, 'queue.lock').state, 'unrecoverable');
    assert.match(look.findings[0]?.text ?? '', /ENOTRECOVERABLE/);
  });

  it('an rwlock whose writer was killed', async function () {
    await begun(this, 'writer-killed');
    const { look, room } = await looked();
    const lock = lockAt(room, 'rwlock');
    assert.deepEqual([lock.state, lock.owner?.alive], ['write-locked', false]);
    assert.deepEqual(kinds(look), ['dead-owner']);
    assert.match(look.findings[0]?.text ?? '', /^rwlock in \S+ is held by thread \d+, which has ended\./);
  });

  it('a thread id that is another process’s by now', async function () {
    const { path } = await begun(this, 'locked');
    const { offset } = lockAt((await looked()).room, 'queue.lock');
    const other = spawn('sleep', ['60'], { stdio: 'ignore' });
    let following: Disposable | undefined;
    try {
      patch(path, offset + OWNER, word(other.pid ?? 0));
      const { look, room } = await looked();
      const { owner, state } = lockAt(room, 'queue.lock');
      assert.deepEqual([state, owner?.tid, owner?.alive], ['locked', other.pid, false]);
      assert.match(owner?.note ?? '', new RegExp(`by now one of process ${other.pid}, which .* does not map the segment`));
      // The process could map it, and the scan not know yet: it is a finding when that has lasted.
      assert.deepEqual(kinds(look), []);
      following = monitor.follow();
      await until('that it has lasted', () => monitor.last?.findings.some(({ kind }) => kind === 'dead-owner') ?? false);
    } finally {
      following?.dispose();
      other.kill('SIGKILL');
      await once(other, 'exit');
    }
  });

  it('words that no implementation writes: a finding, and no state', async function () {
    const { path } = await begun(this, 'free');
    const { offset, size } = lockAt((await looked()).room, 'queue.lock');
    for (let round = 0; round < 5; round++) {
      const bytes = randomBytes(size);
      // By chance it could be one that there is.
      bytes.writeInt32LE(0x7ead_beef, KIND);
      patch(path, offset, bytes);
      const { look, room } = await looked();
      const lock = lockAt(room, 'queue.lock');
      assert.ok(lock.corrupt);
      assert.deepEqual([lock.text, lock.owner], ['corrupt', undefined]);
      assert.deepEqual(kinds(look), ['corrupt']);
      assert.equal(
        syncObjects(room, Date.now()).find((one) => one.path === 'queue.lock'),
        undefined,
      );
      assert.equal(syncObjects(room, Date.now()).length, room.locks.length - 1);
    }
  });

  it('a type that places locks past the end', async function () {
    const { path } = await begun(this, 'free');
    const type = await declaredRoom(HOST);
    const segment = store.last?.segments.find(({ name }) => name === `/${basename(path)}`);
    assert.ok(segment);
    const { locks } = await monitor.lookAt(segment, { type, offset: 4096 - 100 });
    const [first, ...others] = locks;
    assert.equal(first?.corrupt, undefined);
    const past = others.filter(({ corrupt }) => corrupt !== undefined);
    assert.ok(past.length > 3);
    for (const { corrupt, text } of past) assert.deepEqual([corrupt, text], ['It lies past the end of the segment.', 'corrupt']);
  });

  it('a segment that is cut below its locks while they are followed', async function () {
    const { path } = await begun(this, 'locked');
    assert.equal(lockAt((await looked()).room, 'queue.lock').state, 'locked');
    const looks: LocksLook[] = [];
    const listening = monitor.onDidChange((look) => void looks.push(look));
    const following = monitor.follow();
    try {
      await until('that it is followed', () => looks.length > 0);
      // No thread touches it meanwhile: whoever does is killed by SIGBUS, watched or not.
      truncateSync(path, 8);
      await until('that all is past the end', () => {
        const room = looks.at(-1)?.segments[0];
        return room !== undefined && room.locks.length > 0 && room.locks.every(({ corrupt }) => corrupt !== undefined);
      });
      await until('the finding', () => [...new Set(looks.at(-1)?.findings.map(({ kind }) => kind))].join() === 'corrupt');
      truncateSync(path, 4096);
      await until('that it has its length again', () =>
        (looks.at(-1)?.segments[0]?.locks ?? []).every(({ corrupt }) => corrupt === undefined),
      );
    } finally {
      following.dispose();
      listening.dispose();
    }
  });

  it('a private mutex that two processes map', async function () {
    const { path, running } = await begun(this, 'private');
    assert.deepEqual(kinds((await looked()).look), []);
    await join_(this, path);
    const { look, room } = await looked();
    const lock = lockAt(room, 'queue.lock');
    assert.deepEqual([lock.state, lock.processShared, lock.owner?.pid], ['locked', false, running.pid]);
    assert.deepEqual(kinds(look), ['not-shared']);
    assert.match(
      look.findings.find(({ kind }) => kind === 'not-shared')?.text ?? '',
      /not process-shared, and 2 processes map it.*PTHREAD_PROCESS_SHARED/,
    );
  });

  for (const target of TARGETS.filter(({ name }) => name !== 'glibc'))
    it(`mappers of two libraries or machines: ${target.name}`, async function () {
      const { path } = await begun(this, 'free');
      assert.deepEqual(kinds((await looked()).look), []);
      await join_(this, path, target.compiler);
      const { look } = await looked();
      assert.deepEqual(kinds(look), ['mixed']);
      assert.match(look.findings.find(({ kind }) => kind === 'mixed')?.text ?? '', target.abi === 'i386' ? /32/ : /musl/);
    });

  it('a 32-bit program’s locks are read as such, with who waits', async function () {
    const target = TARGETS.find(({ abi }) => abi === 'i386') ?? assert.fail();
    await begun(this, 'contended', target.compiler);
    const { room } = await looked();
    const lock = lockAt(room, 'queue.lock');
    assert.deepEqual([lock.size, lock.state, lock.waiters.length, lock.owner?.alive], [24, 'locked', 1, true]);
  });

  it('owner and waiter in another pid namespace have the numbers that they have here', async function () {
    if (spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']).status !== 0)
      skipBecause(this, 'this user may not make pid namespaces');
    const program = compile(this, 'lockstate.c', GLIBC.compiler);
    const name = unique('space');
    made.remove(`/dev/shm/${name}`);
    names.add(`/${name}`);
    const args = ['--pid', '--fork', '--kill-child', '--mount-proc', program, `/${name}`, 'contended'];
    await made.start('/usr/bin/unshare', ...args);
    await store.refresh();
    const { look, room } = await looked();
    const lock = lockAt(room, 'queue.lock');
    const [waiter, ...others] = lock.waiters;
    assert.deepEqual(others, []);
    assert.ok(lock.owner?.pid !== undefined && waiter);
    assert.equal(readFileSync(`/dev/shm/${name}`).readInt32LE(lock.offset + OWNER), 1);
    assert.deepEqual(spacesOf(lock.owner.pid), [lock.owner.pid, 1]);
    assert.deepEqual(spacesOf(waiter.tid).length, 2);
    assert.equal(lock.owner.alive, true);
    assert.deepEqual([waiter.process, lock.owner.process], [basename(program).slice(0, 15), basename(program).slice(0, 15)]);
    assert.deepEqual(kinds(look), []);
    // Who had no namespace of its own would be told from these by nothing but it.
    assert.ok(execFileSync('ps', ['-p', `${lock.owner.pid}`, '-o', 'comm=']).length > 0);
  });
});

/** The numbers of a process from the outermost namespace that is seen inward (proc_pid_status(5)). */
function spacesOf(pid: number): number[] {
  const line = /^NSpid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return (line?.[1] ?? '').split(/\s+/).map(Number);
}
