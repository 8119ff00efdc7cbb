import assert from 'node:assert/strict';
import { statSync, truncateSync, writeFileSync } from 'node:fs';
import type { ByteSource } from '../../src/native/addon.ts';
import { newControl, sparse, storm, throughProcess } from './made.ts';
import { addon, cleanup, meanwhile, shmErrorOf } from './support.ts';

const MIB = 1 << 20;
const GIB = 1 << 30;
const PAGE = 4096;

/** What the two hold differs there, byte by byte; those less than 8 bytes apart are one. */
function expectedRanges(left: Uint8Array, right: Uint8Array, from: number, to: number): number[] {
  const ranges: number[] = [];
  for (let i = from; i < Math.min(to, Math.max(left.length, right.length)); i++) {
    if (left[i] === right[i]) continue;
    if (ranges.length > 0 && i < (ranges.at(-1) ?? 0) + 8) ranges[ranges.length - 1] = i + 1;
    else ranges.push(i, i + 1);
  }
  return ranges;
}

describe('native: differences', () => {
  const made = cleanup();

  function file(what: string, bytes: Uint8Array): ByteSource {
    const path = made.path(what);
    writeFileSync(path, bytes);
    return addon.openPath(path, true);
  }

  it('finds the exact ranges, in any part of both', async () => {
    const left = Uint8Array.from({ length: 600_003 }, (_, i) => (i * 7919) >> 3);
    const right = left.slice();
    for (const at of [0, 9, 16, 4095, 4096, 4104, 5000, 5007, 5015, 262_143, 262_144, 300_000, 599_999, 600_002])
      right[at] = (right[at] ?? 0) ^ 0x10;
    right.fill(0, 400_001, 410_013);
    const [one, other] = [file('left', left), file('right', right)];
    for (const [from, to] of [
      [0, 600_003],
      [0, 2 ** 50],
      [1, 600_002],
      [9, 10],
      [10, 16],
      [4096, 5008],
      [262_144, 600_003],
      [262_143, 262_144],
      [7, 7],
      [600_003, 600_004],
      [9, 3],
    ] as const) {
      const expected = expectedRanges(left, right, from, to);
      assert.deepEqual([...(await one.difference(other, from, to, 1000))], expected, `${from}–${to}`);
      assert.deepEqual([...(await other.difference(one, from, to, 1000))], expected, `${from}–${to}, the other way`);
    }
    const all = expectedRanges(left, right, 0, 600_003);
    for (const limit of [1, 2, 5])
      assert.deepEqual([...(await one.difference(other, 0, 2 ** 50, limit))], all.slice(0, 2 * limit));
    assert.deepEqual([...(await one.difference(one, 0, 2 ** 50, 10))], []);
    one.close();
    other.close();
  });

  it('calls different what only one of them has', async () => {
    const [short, long] = [file('short', new Uint8Array(100)), file('long', new Uint8Array(10_000))];
    assert.deepEqual([...(await short.difference(long, 0, 2 ** 50, 10))], [100, 10_000]);
    assert.deepEqual([...(await long.difference(short, 0, 5000, 10))], [100, 5000]);
    assert.deepEqual([...(await long.difference(short, 200, 300, 10))], [200, 300]);
    assert.deepEqual([...(await long.difference(short, 20_000, 30_000, 10))], []);
    short.write(Uint8Array.of(1), 97);
    assert.deepEqual([...(await short.difference(long, 0, 2 ** 50, 10))], [97, 10_000]);
    short.close();
    long.close();
  });

  it('skips what neither holds in 64 GiB, and allocates nothing', async () => {
    const size = 64 * GIB;
    const [{ source: one, path }, { source: two, path: other }] = [sparse(made, 'one', size), sparse(made, 'two', size)];
    const blocks = () => [path, other].map((of) => statSync(of).blocks);
    one.write(Uint8Array.of(1, 2, 3), 10 * GIB);
    two.write(Uint8Array.of(1, 2, 4), 10 * GIB);
    // Held on one side alone: zeros are equal to a hole, other bytes are not.
    two.write(new Uint8Array(8), 20 * GIB);
    one.write(Uint8Array.of(5), 30 * GIB + 5);
    two.write(Uint8Array.of(6), size - 1);
    const before = blocks();
    const told = newControl();
    assert.deepEqual(
      [...(await one.difference(two, 0, size, 10, told))],
      [10 * GIB + 2, 10 * GIB + 3, 30 * GIB + 5, 30 * GIB + 6, size - 1, size],
    );
    assert.deepEqual([...told], [0, 10_000, 3]);
    assert.deepEqual(blocks(), before);
    one.close();
    two.close();
  });

  it('compares with what a process shows, and with an attached segment', async () => {
    const { path, row, source: through } = await throughProcess(made);
    const named = addon.openPath(path, false);
    const copy = made.path('copy');
    await named.copyTo(copy, 0, GIB);
    const kept = addon.openPath(copy, true);
    kept.write(Uint8Array.of(0x55), GIB / 2 + 100);
    kept.write(Uint8Array.of(0x55), 100);
    const expected = [100, 101, GIB / 2 + 100, GIB / 2 + 101];
    for (const source of [named, through]) {
      assert.deepEqual([...(await source.difference(kept, 0, GIB, 10))], expected);
      assert.deepEqual([...(await kept.difference(source, 0, GIB, 10))], expected);
    }
    // What a mapping does not show cannot be compared, and what lies past its end is no more known to be there.
    const part = addon.openProcess(row.pid, row.address + BigInt(GIB / 2), PAGE, GIB / 2);
    assert.deepEqual([...(await kept.difference(part, 0, GIB / 2 + PAGE, 10))], expected.slice(2));
    const shmid = made.sysv(0, 1 * MIB);
    const attached = addon.openSysv(shmid, true);
    attached.write(Uint8Array.of(1), 0);
    attached.write(Uint8Array.of(0x55), 100);
    assert.deepEqual([...(await kept.difference(attached, 0, MIB, 10))], [0, 1]);
    for (const source of [named, kept, through, part, attached]) source.close();
  });

  it('ends early when it is cancelled, and ends where one of them was cut', async () => {
    const paths = [made.path('first'), made.path('second')];
    const [one, two] = paths.map((path) => {
      writeFileSync(path, Buffer.alloc(64 * MIB, 1));
      return addon.openPath(path, true);
    });
    assert.ok(one && two && paths[1]);
    const told = newControl();
    Atomics.store(told, 0, 1);
    assert.deepEqual([...(await one.difference(two, 0, 64 * MIB, 10, told))], []);
    const second = paths[1];
    const ranges = await meanwhile(
      (beginning) => {
        writeFileSync(second, Buffer.alloc(64 * MIB, 1));
        return one.difference(two, 0, 64 * MIB, 10, beginning);
      },
      () => truncateSync(second, 100),
      (outcome) => outcome instanceof Float64Array && outcome.length > 0,
    );
    assert.deepEqual(ranges, Float64Array.of(100, 64 * MIB));
    one.close();
    two.close();
  });

  it('survives a storm of truncation on one side', async () => {
    const { source } = await storm(made);
    const other = file('calm', new Uint8Array(MIB).fill(0xa5));
    for (const until = Date.now() + 1000; Date.now() < until;) {
      const ranges = [...(await source.difference(other, 0, MIB, 1000))];
      assert.ok(ranges.every((end, i) => end <= MIB && (i === 0 || end > (ranges[i - 1] ?? 0))));
    }
    other.close();
    source.close();
  });

  it('takes sources only', async () => {
    const source = file('only', new Uint8Array(8));
    const closed = file('closed', new Uint8Array(8));
    closed.close();
    await assert.rejects(source.difference(closed, 0, 8, 1), shmErrorOf('EBADF'));
    const difference: unknown = Reflect.get(source, 'difference');
    assert.ok(typeof difference === 'function');
    for (const strange of [undefined, 1, {}, [], new Proxy({}, {}), { ...source }, addon.openScanner(false), addon.openWatch([])])
      await assert.rejects(Promise.resolve(Reflect.apply(difference, undefined, [strange, 0, 8, 1])), shmErrorOf('EINVAL'));
    source.close();
  });
});
