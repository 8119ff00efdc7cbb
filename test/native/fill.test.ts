import assert from 'node:assert/strict';
import { readFileSync, statSync, truncateSync } from 'node:fs';
import { filled, newControl, storm, throughProcess } from './made.ts';
import { addon, cleanup, meanwhile, shmErrorOf } from './support.ts';

const MIB = 1 << 20;

describe('native: filling and long writes', () => {
  const made = cleanup();

  it('repeats a pattern of any length over any range, to the byte', async () => {
    const size = 3 * MIB + 77;
    for (const length of [1, 2, 3, 7, 8, 4096, 65_536, 70_001]) {
      const pattern = Uint8Array.from({ length }, (_, i) => (i * 31) % 251);
      for (const [from, to] of [
        [0, size],
        [5, 2 * MIB + 9],
        [100, 100],
        [size - 1, size],
      ] as const) {
        const { path, source } = filled(made, 'pattern', size, 0xee);
        const told = newControl();
        assert.equal(await source.fill(pattern, from, to - from, told), to - from);
        source.close();
        const expected = Buffer.alloc(size, 0xee);
        for (let i = from; i < to; i++) expected[i] = pattern[(i - from) % length] ?? 0;
        assert.ok(expected.equals(readFileSync(path)), `${length} bytes over ${from}–${to}`);
        if (to > from) assert.equal(told[1], 10_000);
      }
    }
  });

  it('never makes the object grow', async () => {
    const { path, source } = filled(made, 'bounds', 5000, 0xee);
    const bytes = Uint8Array.of(1, 2, 3);
    for (const [offset, length] of [
      [0, 5001],
      [4999, 2],
      [5001, 0],
      [2 ** 40, 1],
    ] as const) {
      await assert.rejects(source.fill(bytes, offset, length), shmErrorOf('ERANGE'));
      await assert.rejects(source.writeAsync(new Uint8Array(length), offset), shmErrorOf('ERANGE'));
    }
    assert.deepEqual(readFileSync(path), Buffer.alloc(5000, 0xee));
    assert.equal(await source.fill(bytes, 5000, 0), 0);
    for (const [pattern, code] of [
      [new Uint8Array(0), 'EINVAL'],
      [new Uint8Array(MIB + 1), 'ERANGE'],
    ] as const) {
      await assert.rejects(source.fill(pattern, 0, 1), shmErrorOf(code));
    }
    await assert.rejects(source.fill(bytes, 0, 1, new Int32Array(3)), shmErrorOf('EINVAL'));
    const readOnly = addon.openPath(path, false);
    await assert.rejects(readOnly.fill(bytes, 0, 1), shmErrorOf('EACCES'));
    readOnly.close();
    source.close();
    await assert.rejects(source.fill(bytes, 0, 1), shmErrorOf('EBADF'));
  });

  it('writes in pieces, and what was handed in may be taken away at once', async () => {
    const { path, source } = filled(made, 'pieces', 5 * MIB, 0xee);
    const bytes = Uint8Array.from({ length: 4 * MIB + 3 }, (_, i) => (i * 7919) >> 5);
    const expected = Buffer.alloc(5 * MIB, 0xee);
    expected.set(bytes, 12_345);
    const writing = source.writeAsync(bytes, 12_345);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    source.close();
    assert.equal(await writing, 4 * MIB + 3);
    assert.ok(expected.equals(readFileSync(path)));
  });

  it('tells what was stored where it is cancelled', async () => {
    const size = 128 * MIB;
    const { path, source } = filled(made, 'cancelled', size, 0xee);
    const before = newControl();
    Atomics.store(before, 0, 1);
    assert.equal(await source.fill(Uint8Array.of(1), 0, size, before), 0);
    assert.equal(await source.writeAsync(Uint8Array.of(1), 0, before), 0);
    const told = newControl();
    const filling = source.fill(Uint8Array.of(1), 0, size, told);
    while (Atomics.load(told, 1) === 0) await new Promise((resolve) => setImmediate(resolve));
    Atomics.store(told, 0, 1);
    const stored = await filling;
    const bytes = readFileSync(path);
    assert.ok(stored > 0 && bytes.subarray(0, stored).equals(Buffer.alloc(stored, 1)));
    assert.ok(bytes.subarray(stored).equals(Buffer.alloc(size - stored, 0xee)));
    source.close();
  });

  it('ends with ERANGE where the object is cut off, and does not bring it back', async () => {
    const { path, source } = filled(made, 'cut', 64 * MIB, 0xee);
    await meanwhile(
      (told) => {
        truncateSync(path, 64 * MIB);
        return source.fill(Uint8Array.of(1), 0, 64 * MIB, told);
      },
      () => truncateSync(path, 100),
      shmErrorOf('ERANGE'),
    );
    assert.equal(statSync(path).size, 100);
    source.close();
  });

  it('survives a storm of truncation', async () => {
    const { path, source } = await storm(made, true);
    let refused = 0;
    for (const until = Date.now() + 1000; Date.now() < until;) {
      try {
        await source.fill(Uint8Array.of(0xa5), 0, MIB);
      } catch (error) {
        if (!shmErrorOf('ERANGE')(error)) throw error;
        refused++;
      }
      assert.ok(statSync(path).size <= MIB);
    }
    assert.ok(refused > 0);
    source.close();
  });

  it('fills through a process, and a System V segment', async () => {
    const { path, source } = await throughProcess(made);
    assert.equal(await source.fill(Uint8Array.of(1, 2, 3), 10, 10_000), 10_000);
    await assert.rejects(source.fill(Uint8Array.of(1), 0, 2 ** 30 + 1), shmErrorOf('ERANGE'));
    const named = addon.openPath(path, false);
    const target = new Uint8Array(7);
    named.read(target, 10 + 9996);
    assert.deepEqual([...target], [1, 2, 3, 1, 0, 0, 0]);
    const attached = addon.openSysv(made.sysv(0, MIB), true);
    assert.equal(await attached.fill(Uint8Array.of(9), 100, 500), 500);
    assert.deepEqual([...(await attached.find(Uint8Array.of(9, 9), 0, MIB, 1))], [100]);
    for (const one of [source, named, attached]) one.close();
  });
});
