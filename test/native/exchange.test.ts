import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { ByteSource } from '../../src/native/addon.ts';
import { skipBecause } from '../support/skip.ts';
import { namelessSegments } from './nameless.ts';
import { storm, throughProcess } from './made.ts';
import { addon, at, cleanup, shmErrorOf, unique } from './support.ts';

const MIB = 1 << 20;

/** The number in as many bytes, lowest first. */
function bytesOf(value: bigint, size = 8): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return bytes.subarray(0, size);
}

function wordAt(source: ByteSource, offset: number): bigint {
  const target = new Uint8Array(8);
  assert.equal(source.read(target, offset), 8);
  return new DataView(target.buffer).getBigUint64(0, true);
}

function valueOf(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
}

/** Children of this process that ended and were not waited for; those of other tests may still run. */
function zombies(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const [, state, parent] = /\) (\S) (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
        return state === 'Z' && Number(parent) === process.pid;
      } catch {
        return false;
      }
    });
}

describe('native: comparing and storing in one step', () => {
  const made = cleanup();

  it('stores 1, 2, 4 or 8 bytes where the object holds what was expected, and nothing else', () => {
    const path = made.path('sizes');
    const content = Buffer.from(Uint8Array.from({ length: 4096 }, (_, i) => i));
    writeFileSync(path, content);
    const source = addon.openPath(path, true);
    for (const size of [1, 2, 4, 8]) {
      for (const offset of [0, size, 5 * size, 4096 - size]) {
        const before = Uint8Array.from(content.subarray(offset, offset + size));
        const after = before.map((byte) => byte ^ 0xff);
        assert.deepEqual(source.compareAndSwap(offset, after, before), before);
        assert.ok(content.equals(readFileSync(path)));
        assert.deepEqual(source.compareAndSwap(offset, before, after), before);
        content.set(after, offset);
        assert.ok(content.equals(readFileSync(path)), `${size} at ${offset}`);
      }
    }
    // Only some bits are compared, and only these change.
    source.write(Uint8Array.of(0b1010_1100), 0);
    const masked = (expected: number, bytes: number) =>
      source.compareAndSwap(0, Uint8Array.of(expected), Uint8Array.of(bytes), Uint8Array.of(0b0000_1111));
    assert.deepEqual([...masked(0b0000_1101, 0)], [0b1010_1100]);
    assert.equal(readFileSync(path)[0], 0b1010_1100);
    assert.deepEqual([...masked(0b0101_1100, 0b1111_0011)], [0b1010_1100]);
    assert.equal(readFileSync(path)[0], 0b1010_0011);
    source.close();
    assert.throws(() => source.compareAndSwap(0, bytesOf(0n), bytesOf(0n)), shmErrorOf('EBADF'));
  });

  it('refuses what cannot be one step, and what is not inside', () => {
    const path = made.path('refused');
    writeFileSync(path, Buffer.alloc(4100));
    const source = addon.openPath(path, true);
    const zeros = (size: number) => new Uint8Array(size);
    for (const [offset, size] of [
      [0, 0],
      [0, 3],
      [0, 16],
      [1, 2],
      [4, 8],
    ] as const)
      assert.throws(() => source.compareAndSwap(offset, zeros(size), zeros(size)), shmErrorOf('EINVAL'), `${size} at ${offset}`);
    assert.throws(() => source.compareAndSwap(0, zeros(8), zeros(4)), shmErrorOf('EINVAL'));
    assert.throws(() => source.compareAndSwap(0, zeros(8), zeros(8), zeros(4)), shmErrorOf('EINVAL'));
    for (const offset of [4096, 4104, 8192, 2 ** 50])
      assert.throws(() => source.compareAndSwap(offset, zeros(8), zeros(8)), shmErrorOf('ERANGE'), String(offset));
    assert.deepEqual(source.compareAndSwap(4096, zeros(4), Uint8Array.of(1, 2, 3, 4)), zeros(4));
    assert.deepEqual([...readFileSync(path).subarray(4096)], [1, 2, 3, 4]);
    truncateSync(path, 10);
    assert.throws(() => source.compareAndSwap(8, zeros(8), zeros(8)), shmErrorOf('ERANGE'));
    assert.equal(statSync(path).size, 10);
    const readOnly = addon.openPath(path, false);
    assert.throws(() => readOnly.compareAndSwap(0, zeros(8), zeros(8)), shmErrorOf('EACCES', { path }));
    readOnly.close();
    source.close();
  });

  it('makes no memory held only to find that it holds something else', () => {
    const path = made.path('hole');
    addon.createPath(path, MIB, 0o600, true, false);
    const source = addon.openPath(path, true);
    assert.equal(valueOf(source.compareAndSwap(8192, bytesOf(1n), bytesOf(2n))), 0n);
    assert.equal(statSync(path).blocks, 0);
    assert.equal(valueOf(source.compareAndSwap(8192, bytesOf(0n), bytesOf(2n))), 0n);
    assert.equal(statSync(path).blocks, 8);
    assert.equal(wordAt(source, 8192), 2n);
    source.close();
  });

  it('loses no increment of a program that counts in the same word', async () => {
    const path = made.path('race');
    const counter = await made.start('counter', path.slice('/dev/shm'.length), '20000');
    const source = addon.openPath(path, true);
    let stored = 0n;
    let refused = 0;
    for (const until = Date.now() + 1500; Date.now() < until;) {
      const seen = wordAt(source, 0);
      if (valueOf(source.compareAndSwap(0, bytesOf(seen), bytesOf(seen + 1n))) === seen) stored++;
      else refused++;
    }
    await counter.dispose();
    assert.ok(stored > 0n && refused > 0, `${stored} stored, ${refused} refused`);
    assert.equal(wordAt(source, 0), wordAt(source, 8) + stored);
    source.close();
  });

  it('changes the bits of a mask under a program that changes the others as fast as it can', async () => {
    const path = made.path('masked');
    const counter = await made.start('counter', path.slice('/dev/shm'.length), '0');
    const source = addon.openPath(path, true);
    const high = 0xffff_ffff_0000_0000n;
    let stored = 0n;
    for (const until = Date.now() + 1000; Date.now() < until;) {
      const held = source.compareAndSwap(0, bytesOf(stored << 32n), bytesOf((stored + 1n) << 32n), bytesOf(high));
      assert.equal(valueOf(held) >> 32n, stored);
      stored++;
      assert.equal(wordAt(source, 0) >> 32n, stored);
    }
    await counter.dispose();
    assert.ok(stored > 0n);
    assert.equal(wordAt(source, 0), (stored << 32n) + wordAt(source, 8));
    source.close();
  });

  it('survives a storm of truncation, and disturbs no other child of this process', async () => {
    const { path, source } = await storm(made, true);
    let refused = 0;
    let stored = 0;
    const ended: Promise<unknown>[] = [];
    for (let round = 0, until = Date.now() + 3000; Date.now() < until; round++) {
      const offset = ((round * 4096) % MIB) + 8;
      for (const expected of [0n, 0xa5a5_a5a5_a5a5_a5a5n]) {
        try {
          if (valueOf(source.compareAndSwap(offset, bytesOf(expected), bytesOf(0xa5a5_a5a5_a5a5_a5a5n))) === expected) stored++;
        } catch (error) {
          if (!shmErrorOf('ERANGE')(error)) throw error;
          refused++;
        }
      }
      if (round % 200 === 0) {
        ended.push(promisify(execFile)('sh', ['-c', 'exit 0']));
        await new Promise((resolve) => setImmediate(resolve));
      }
      assert.ok(statSync(path).size <= MIB);
    }
    await Promise.all(ended);
    assert.ok(refused > 0 && stored > 0, `${stored} stored, ${refused} refused`);
    assert.deepEqual(zombies(), []);
    source.close();
  });

  it('serves for what has no name, for System V, and not through a process', async () => {
    const attached = addon.openSysv(made.sysv(0, 4100), true);
    assert.equal(valueOf(attached.compareAndSwap(8, bytesOf(0n), bytesOf(7n))), 0n);
    assert.equal(wordAt(attached, 8), 7n);
    assert.throws(() => attached.compareAndSwap(4096, bytesOf(0n), bytesOf(7n)), shmErrorOf('ERANGE'));
    attached.close();
    const { row, source: through } = await throughProcess(made);
    assert.throws(() => through.compareAndSwap(0, bytesOf(0n), bytesOf(7n)), shmErrorOf('ENOTSUP'));
    through.close();
    if (process.geteuid?.() !== 0) return;
    const inMapFiles = addon.openMapFiles(row.pid, row.address, row.length, true);
    assert.equal(valueOf(inMapFiles.compareAndSwap(8, bytesOf(0n), bytesOf(7n))), 0n);
    assert.equal(wordAt(inMapFiles, 8), 7n);
    inMapFiles.close();
  });

  it('stores, copies and compares in huge pages, of which none is taken for looking', async function () {
    const free = Number(/HugePages_Free: +(\d+)/.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? 0);
    if (free < 2) skipBecause(this, 'two free huge pages are needed (vm.nr_hugepages)');
    const HUGE = 2 * MIB;
    const name = unique('huge');
    const running = await made.start('nameless', 'huge', name, '1');
    const segment = at(namelessSegments(addon, [running.pid], 'memfd', name), 0);
    const [fd = -1] = addon.findDescriptors(running.pid, segment.device, segment.inode);
    const source = addon.openDescriptor(running.pid, fd, segment.device, segment.inode, true);
    const copy = made.path('huge');
    assert.equal(await source.copyTo(copy, 0, 2 * HUGE), 2 * HUGE);
    const kept = addon.openPath(copy, false);
    const heat = addon.openHeat(64);
    assert.deepEqual([...(await source.difference(kept, 0, 2 * HUGE, 10))], []);
    assert.equal((await heat.look(source, 10_000)).round, true);
    assert.equal(valueOf(source.compareAndSwap(HUGE + 8, bytesOf(1n), bytesOf(2n))), 0n);
    assert.equal(source.stat().residentBytes, HUGE);
    assert.equal(valueOf(source.compareAndSwap(HUGE + 8, bytesOf(0n), bytesOf(2n))), 0n);
    assert.deepEqual([source.stat().residentBytes, source.stat().size], [2 * HUGE, 2 * HUGE]);
    assert.deepEqual([...(await source.difference(kept, 0, 2 * HUGE, 10))], [HUGE + 8, HUGE + 9]);
    assert.deepEqual([...(await heat.look(source, 10_000)).changed], [32, 33]);
    assert.throws(() => source.compareAndSwap(2 * HUGE, bytesOf(0n), bytesOf(2n)), shmErrorOf('ERANGE'));
    heat.close();
    kept.close();
    source.close();
  });
});
