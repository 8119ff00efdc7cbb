import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { statSync, truncateSync, writeFileSync } from 'node:fs';
import type { ByteSource, RawHeat, RawHeatLook } from '../../src/native/addon.ts';
import { sparse, storm, throughProcess } from './made.ts';
import { addon, cleanup, shmErrorOf } from './support.ts';

const MIB = 1 << 20;
const GIB = 1 << 30;
const PAGE = 4096;
const ENOUGH = 10_000;

/** The numbers in [first, last + 1, …]. */
function numbers(ranges: Float64Array): number[] {
  const all: number[] = [];
  for (let i = 0; i < ranges.length; i += 2) for (let n = ranges[i] ?? 0; n < (ranges[i + 1] ?? 0); n++) all.push(n);
  return all;
}

/** One round, whatever it takes. */
async function round(heat: RawHeat, source: ByteSource): Promise<RawHeatLook> {
  const look = await heat.look(source, ENOUGH);
  assert.equal(look.round, true);
  return look;
}

const changedIn = async (heat: RawHeat, source: ByteSource) => numbers((await round(heat, source)).changed);

describe('native: where an object changes', () => {
  const made = cleanup();

  it('sees each changed bit, and what cancels out in poorer hashes', async () => {
    const { source } = sparse(made, 'bits', 8 * PAGE);
    const heat = addon.openHeat(4);
    source.write(
      Uint8Array.from({ length: 8 * PAGE }, (_, i) => (i * 7919) >> 3),
      0,
    );
    const first = await round(heat, source);
    assert.deepEqual(
      [first.size, first.chunk, [...first.looked], [...first.held]],
      [8 * PAGE, 2 * PAGE, [0, 4], [8192, 8192, 8192, 8192]],
    );
    assert.deepEqual([...first.changed], []);
    assert.deepEqual(await changedIn(heat, source), []);
    const byte = new Uint8Array(1);
    const flip = (offset: number, bits: number) => {
      source.read(byte, offset);
      source.write(
        byte.map((value) => value ^ bits),
        offset,
      );
    };
    for (let bit = 0; bit < 64; bit++) {
      const offset = (bit * 1013) % (8 * PAGE);
      flip(offset, 1 << (bit % 8));
      assert.deepEqual(await changedIn(heat, source), [Math.floor(offset / (2 * PAGE))], `bit ${bit % 8} at ${offset}`);
    }
    // Signs of two doubles in the same lane, the same block or two blocks of a chunk; one byte taken from here to there.
    for (const [one, other] of [
      [7, 71],
      [7, 15],
      [7, PAGE + 7],
    ] as const) {
      flip(one, 0x80);
      flip(other, 0x80);
      assert.deepEqual(await changedIn(heat, source), [0], `${one} and ${other}`);
    }
    const page = new Uint8Array(PAGE);
    const next = new Uint8Array(PAGE);
    source.read(page, 0);
    source.read(next, PAGE);
    source.write(next, 0);
    source.write(page, PAGE);
    assert.deepEqual(await changedIn(heat, source), [0], 'two pages that change places');
    source.close();
    heat.close();
  });

  it('looks at what holds memory only: 64 GiB are a round at once', async () => {
    const { path, source } = sparse(made, 'sparse', 64 * GIB);
    const heat = addon.openHeat(131_072);
    source.write(Uint8Array.of(1), 10 * GIB);
    source.write(Uint8Array.of(1), 64 * GIB - 1);
    const before = statSync(path).blocks;
    const look = await round(heat, source);
    assert.deepEqual([look.chunk, [...look.looked], look.held.length], [GIB / 2048, [0, 131_072], 131_072]);
    const held = [...look.held].flatMap((bytes, chunk) => (bytes > 0 ? [[chunk, bytes]] : []));
    assert.deepEqual(held, [
      [10 * 2048, PAGE],
      [131_071, PAGE],
    ]);
    assert.equal(statSync(path).blocks, before);
    source.write(Uint8Array.of(2), 30 * GIB);
    source.write(Uint8Array.of(0), 40 * GIB);
    // Zeros that are held now are no change; zeros that follow other bytes are one.
    assert.deepEqual(await changedIn(heat, source), [30 * 2048]);
    execFileSync('fallocate', ['-p', '-o', String(30 * GIB), '-l', String(PAGE), path]);
    execFileSync('fallocate', ['-p', '-o', String(40 * GIB), '-l', String(PAGE), path]);
    assert.deepEqual(await changedIn(heat, source), [30 * 2048]);
    source.close();
    heat.close();
  });

  it('goes on where its budget ended, also within one chunk', async () => {
    const size = 16 * MIB;
    const path = made.path('budget');
    writeFileSync(path, Buffer.alloc(size, 1));
    const source = addon.openPath(path, true);
    for (const chunks of [1, 16, 4096]) {
      const heat = addon.openHeat(chunks);
      for (const expected of [[], [chunks - 1]]) {
        const looked: number[] = [];
        const changed: number[] = [];
        let held = 0;
        let looks = 0;
        for (let done = false; !done; looks++) {
          const look = await heat.look(source, 0.2);
          looked.push(...numbers(look.looked));
          changed.push(...numbers(look.changed));
          for (const bytes of look.held) held += bytes;
          assert.equal(look.held.length, numbers(look.looked).length);
          done = look.round;
        }
        assert.ok(looks > 1);
        assert.deepEqual(looked, [...Array(chunks).keys()]);
        assert.deepEqual([changed, held], [expected, size]);
        source.write(Uint8Array.of((chunks % 250) + 2), size - 1);
      }
      heat.close();
    }
    source.close();
  });

  it('goes on over memory that was released in the middle of a round, and knows it with the next one', async () => {
    const size = 16 * MIB;
    const path = made.path('released');
    writeFileSync(path, Buffer.alloc(size, 1));
    const source = addon.openPath(path, true);
    const heat = addon.openHeat(16);
    const first = await round(heat, source);
    assert.deepEqual([...first.held], Array<number>(16).fill(MIB));
    // Next to nothing: one piece at a time.
    assert.equal((await heat.look(source, 1e-6)).round, false);
    truncateSync(path, 4 * MIB);
    truncateSync(path, size);
    const changed = new Set<number>();
    for (let done = false; !done;) {
      const look = await heat.look(source, 1e-6);
      for (const chunk of numbers(look.changed)) changed.add(chunk);
      done = look.round;
    }
    assert.deepEqual([...changed], [...Array(16).keys()].slice(4));
    const last = await round(heat, source);
    assert.deepEqual([...last.held], [...Array<number>(4).fill(MIB), ...Array<number>(12).fill(0)]);
    assert.deepEqual([...last.changed], []);
    heat.close();
    source.close();
  });

  it('keeps what it knows while the object grows, and takes what is past the end for zeros', async () => {
    const { path, source } = sparse(made, 'grows', 3 * PAGE + 10);
    const heat = addon.openHeat(4);
    source.write(new Uint8Array(10).fill(7), 3 * PAGE);
    assert.deepEqual(await changedIn(heat, source), []);
    truncateSync(path, 4 * PAGE);
    assert.deepEqual(await changedIn(heat, source), []);
    // Larger chunks: the hashes of two are put together.
    truncateSync(path, 16 * PAGE);
    const grown = await round(heat, source);
    assert.deepEqual([grown.chunk, [...grown.changed]], [4 * PAGE, []]);
    source.write(Uint8Array.of(1), 15 * PAGE);
    assert.deepEqual(await changedIn(heat, source), [3]);
    truncateSync(path, 13 * PAGE);
    assert.deepEqual(await changedIn(heat, source), [3]);
    // Smaller chunks again: all is looked at anew.
    truncateSync(path, 4 * PAGE);
    const shrunk = await round(heat, source);
    assert.deepEqual([shrunk.chunk, [...shrunk.looked], [...shrunk.changed]], [PAGE, [0, 4], []]);
    truncateSync(path, 0);
    assert.deepEqual([...(await round(heat, source)).looked], []);
    source.close();
    heat.close();
  });

  it('begins anew with another object', async () => {
    const [one, other] = [sparse(made, 'one', MIB), sparse(made, 'other', MIB)];
    other.source.write(Uint8Array.of(1), 0);
    const heat = addon.openHeat(1000);
    for (const { source } of [one, other, one]) assert.deepEqual(await changedIn(heat, source), []);
    one.source.close();
    other.source.close();
    heat.close();
  });

  it('looks through a process and at an attached segment, and says when the way has ended', async () => {
    const { running, source: through } = await throughProcess(made);
    const heat = addon.openHeat(1024);
    const look = await round(heat, through);
    assert.deepEqual([look.size, look.held[512], look.held[511]], [GIB, PAGE, 0]);
    through.write(Uint8Array.of(9), GIB / 2 + 100);
    assert.deepEqual(await changedIn(heat, through), [512]);
    await running.dispose();
    await assert.rejects(heat.look(through, ENOUGH), shmErrorOf('ESTALE'));
    through.close();
    const attached = addon.openSysv(made.sysv(0, 10 * MIB), true);
    assert.deepEqual(await changedIn(heat, attached), []);
    attached.write(Uint8Array.of(1), 5 * MIB);
    const seen = await round(heat, attached);
    assert.deepEqual(numbers(seen.changed), [(5 * MIB) / seen.chunk]);
    attached.close();
    heat.close();
  });

  it('survives a storm of truncation', async () => {
    const { source } = await storm(made);
    const heat = addon.openHeat(64);
    let looks = 0;
    for (const until = Date.now() + 1000; Date.now() < until; looks++) {
      const look = await heat.look(source, looks % 2 === 0 ? 0.05 : 100);
      assert.ok(look.size <= MIB && numbers(look.looked).every((chunk) => chunk * look.chunk < look.size));
    }
    assert.ok(looks > 0);
    source.close();
    heat.close();
  });

  it('takes one call at a time, sources only, and none once closed', async () => {
    const { source } = sparse(made, 'busy', MIB);
    const heat = addon.openHeat(10);
    const looking = heat.look(source, ENOUGH);
    await assert.rejects(heat.look(source, ENOUGH), shmErrorOf('EBUSY'));
    heat.close();
    heat.close();
    assert.equal((await looking).round, true);
    await assert.rejects(heat.look(source, 1), shmErrorOf('EBADF'));
    const other = addon.openHeat(10);
    for (const budget of [0, -1, NaN]) await assert.rejects(other.look(source, budget), shmErrorOf('EINVAL'));
    const look: unknown = Reflect.get(other, 'look');
    assert.ok(typeof look === 'function');
    for (const strange of [undefined, 1, {}, new Proxy({}, {}), heat])
      await assert.rejects(Promise.resolve(Reflect.apply(look, undefined, [strange, 1])), shmErrorOf('EINVAL'));
    source.close();
    await assert.rejects(other.look(source, 1), shmErrorOf('EBADF'));
    for (const chunks of [0, 2 ** 20 + 1]) assert.throws(() => addon.openHeat(chunks), shmErrorOf('ERANGE'));
    other.close();
  });
});
