import assert from 'node:assert/strict';
import { Sampler, type SamplerOptions } from '../../../src/live/sampler.ts';
import type { Snapshot } from '../../../src/live/snapshot.ts';
import type { ByteSource, Control, ObjectStat } from '../../../src/native/addon.ts';
import { shmError } from '../../../src/native/errors.ts';
import type { RawTold } from '../../../src/native/told.ts';

const SIZE = 64;
const neverUsed = (): never => assert.fail('it only reads and waits');
const STAT: ObjectStat = {
  device: '0:1', inode: 1, size: SIZE, residentBytes: SIZE, mode: 0o600, uid: 0, gid: 0, links: 1, modifiedAt: 0, changedAt: 0,
}; // prettier-ignore

interface Wait {
  readonly told: RawTold;
  readonly periodMs: number;
  readonly control: Control;
  readonly end: (changed: boolean) => void;
  readonly fail: () => void;
}

/** An object of 64 bytes, whose waits the test ends. */
class FakeSource implements ByteSource {
  readonly how = 'pread';
  readonly shown = neverUsed;
  readonly readAsync = neverUsed;
  readonly write = neverUsed;
  readonly writeAsync = neverUsed;
  readonly compareAndSwap = neverUsed;
  readonly fill = neverUsed;
  readonly copyTo = neverUsed;
  readonly difference = neverUsed;
  readonly find = neverUsed;
  readonly search = neverUsed;
  readonly narrow = neverUsed;
  readonly close = neverUsed;
  readonly bytes = new Uint8Array(SIZE);
  readonly waits: Wait[] = [];
  reads = 0;

  stat(): ObjectStat {
    return STAT;
  }
  read(target: Uint8Array, offset: number): number {
    this.reads += 1;
    target.set(this.bytes.subarray(offset, offset + target.length));
    return Math.min(target.length, SIZE - offset);
  }
  extents(offset: number, length: number): Float64Array {
    return Float64Array.of(offset, Math.min(SIZE, offset + length));
  }
  wait(told: RawTold, _limit: number, periodMs: number, _mostMs: number, control?: Control): Promise<boolean> {
    assert.ok(control);
    return new Promise((resolve, reject) =>
      this.waits.push({ told, periodMs, control, end: resolve, fail: () => reject(shmError('EAGAIN', 'no thread')) }),
    );
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(test: () => boolean): Promise<void> {
  while (!test()) await pause(2);
}

describe('Sampler', () => {
  let source: FakeSource;
  let sampler: Sampler;
  let snapshots: Snapshot[];
  let full: boolean;

  function make(options: Partial<SamplerOptions> = {}): void {
    source = new FakeSource();
    snapshots = [];
    full = false;
    sampler = new Sampler({
      open: () => source,
      reopen: neverUsed,
      onSnapshot: (snapshot) => snapshots.push(snapshot),
      onError: (error) => assert.fail(error),
      isFull: () => full,
      ...options,
    });
    sampler.setRanges([{ offset: 0, length: 16 }]);
  }

  async function rests(count = 1): Promise<Wait> {
    await until(() => source.waits.length >= count);
    const wait = source.waits.at(-1);
    assert.ok(wait);
    return wait;
  }

  const cancelled = ({ control }: Wait): boolean => Atomics.load(control, 0) === 1;

  afterEach(() => sampler.dispose());

  it('reads nothing itself while nothing differs, and tells at once what does', async () => {
    make();
    const wait = await rests();
    assert.equal(wait.told, snapshots[0]);
    assert.equal(wait.periodMs, 1000 / 60);
    const { reads } = source;
    assert.ok(reads > 3 && reads < 30, `${reads} readings before`);
    await pause(100);
    assert.deepEqual([source.reads, snapshots.length, source.waits.length], [reads, 1, 1]);
    source.bytes[3] = 7;
    wait.end(true);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([source.reads, snapshots.length], [reads + 1, 2]);
    // Then as ever, until nothing differs again.
    source.bytes[3] = 8;
    await until(() => snapshots.length === 3);
    assert.equal(source.waits.length, 1);
    assert.equal((await rests(2)).told, snapshots[2]);
  });

  it('reads now and then all the same', async () => {
    make();
    const wait = await rests();
    const { reads } = source;
    wait.end(false);
    await rests(2);
    assert.deepEqual([source.reads, snapshots.length], [reads + 1, 1]);
  });

  it('looks less often after a first rest without news where it is calm, and as ever after the next news', async () => {
    make({ calm: true });
    const period = async (count: number): Promise<number> => Math.round((await rests(count)).periodMs);
    assert.equal(await period(1), 17);
    (await rests()).end(false);
    assert.equal(await period(2), 50);
    source.bytes[3] = 7;
    (await rests()).end(true);
    assert.equal(await period(3), 17);
  });

  it('never rests while something differs each time', async () => {
    make();
    for (let i = 0; i < 20; i++) {
      const { length } = snapshots;
      source.bytes[0] = (source.bytes[0] ?? 0) + 1;
      await until(() => snapshots.length > length);
    }
    assert.equal(source.waits.length, 0);
  });

  const awakened: Record<string, () => void> = {
    'other ranges': () => sampler.setRanges([{ offset: 8, length: 8 }]),
    'a new page': () => sampler.again(),
    'a reading that is wanted now': () => sampler.readNow(),
  };
  for (const [what, wake] of Object.entries(awakened)) {
    it(`is awakened by ${what}`, async () => {
      make();
      const wait = await rests();
      const { reads } = source;
      wake();
      assert.ok(cancelled(wait));
      await until(() => source.reads > reads);
      wait.end(true);
      const next = await rests(2);
      assert.equal(next.told, snapshots.at(-1));
    });
  }

  it('waits for nothing while paused or disposed of, whatever a wait then tells', async () => {
    for (const end of [() => sampler.setPaused(true), () => sampler.dispose()]) {
      make();
      const wait = await rests();
      const { reads } = source;
      end();
      assert.ok(cancelled(wait));
      source.bytes[0] = 1;
      wait.end(true);
      await pause(50);
      assert.deepEqual([source.reads, snapshots.length, source.waits.length], [reads, 1, 1]);
    }
  });

  it('keeps its rest when there is room, and what woke it until there is', async () => {
    make();
    const wait = await rests();
    sampler.hasRoom();
    assert.equal(cancelled(wait), false);
    const { reads } = source;
    full = true;
    source.bytes[0] = 1;
    wait.end(true);
    await pause(50);
    assert.equal(source.reads, reads);
    full = false;
    sampler.hasRoom();
    await until(() => snapshots.length === 2);
  });

  it('looks itself where there can be no thread', async () => {
    make();
    const wait = await rests();
    wait.fail();
    source.bytes[0] = 1;
    await until(() => snapshots.length === 2);
    assert.equal(source.waits.length, 1);
  });

  it('looks itself where it is to look seldom, and where a guard could not be had', async () => {
    make({ hz: 3 });
    await pause(300);
    sampler.dispose();
    make();
    const odd = { offset: 0, length: 16, sequence: { offset: 32, length: 4, byteOrder: 'little' } } as const;
    source.bytes[32] = 1;
    sampler.setRanges([{ offset: 0, length: 16 }], [odd]);
    await pause(400);
    assert.equal(source.waits.length, 0);
    source.bytes[32] = 2;
    await until(() => snapshots.length === 2);
    assert.deepEqual(snapshots[1]?.torn, []);
    await rests();
  });
});
