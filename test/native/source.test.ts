import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { storm } from './made.ts';
import { addon, at, cleanup, shmErrorOf } from './support.ts';

const MIB = 1 << 20;

describe('native: bytes by pread', () => {
  const made = cleanup();
  const resident = (path: string) => statSync(path).blocks * 512;

  it('reads any range at any alignment as the file has it', () => {
    const path = made.path('ranges');
    const bytes = Uint8Array.from({ length: 70_003 }, (_, i) => (i * 7919) >> 3);
    writeFileSync(path, bytes);
    const source = addon.openPath(path, false);
    assert.equal(source.how, 'pread');
    const room = new Uint8Array(80_000);
    for (const shift of [0, 1, 3, 4, 8]) {
      for (const [offset, length] of [
        [0, 70_003],
        [0, 1],
        [1, 7],
        [5, 16],
        [8, 20],
        [13, 66_000],
        [69_999, 4],
        [70_000, 16],
        [70_003, 8],
      ] as const) {
        const target = room.subarray(shift, shift + length).fill(0xee);
        const had = source.read(target, offset);
        assert.equal(had, Math.min(length, bytes.length - offset), `offset ${offset}, length ${length}, shift ${shift}`);
        assert.deepEqual(target.subarray(0, had), bytes.subarray(offset, offset + had));
        assert.ok(target.subarray(had).every((byte) => byte === 0xee));
      }
    }
    assert.equal(source.read(new Uint8Array(8), 2 ** 52), 0);
    source.close();
  });

  it('reads asynchronously, and survives that the target is taken away meanwhile', async () => {
    const path = made.path('async');
    writeFileSync(path, Buffer.alloc(4 * MIB, 0x5a));
    const source = addon.openPath(path, false);
    const target = new Uint8Array(4 * MIB);
    assert.equal(await source.readAsync(target, 0), 4 * MIB);
    assert.ok(target.every((byte) => byte === 0x5a));
    const lost = new Uint8Array(4 * MIB);
    const reading = source.readAsync(lost, 0);
    structuredClone(lost.buffer, { transfer: [lost.buffer] });
    source.close();
    assert.equal(await reading, 0);
  });

  it('allocates nothing in a sparse object of 1 GiB that is read from end to end', async () => {
    const path = made.path('sparse');
    await made.start('sparse', path.slice('/dev/shm'.length));
    const before = resident(path);
    assert.equal(before, 4096);
    const source = addon.openPath(path, false);
    const target = new Uint8Array(4 * MIB);
    let nonZero = 0;
    for (let offset = 0; offset < 1024 * MIB; offset += target.length) {
      assert.equal(await source.readAsync(target, offset), target.length);
      if (Buffer.compare(target, ZEROS) !== 0) nonZero++;
    }
    assert.equal(nonZero, 1);
    assert.deepEqual([...source.extents(0, 1024 * MIB, 100)], [512 * MIB, 512 * MIB + 4096]);
    assert.equal(resident(path), before);
    source.close();
  });
  const ZEROS = new Uint8Array(4 * MIB);

  it('tells held parts, and joins what passes the limit', () => {
    const path = made.path('extents');
    addon.createPath(path, 100 * 4096, 0o600, true, false);
    const source = addon.openPath(path, true);
    for (const page of [1, 3, 4, 50]) source.write(Uint8Array.of(1), page * 4096);
    const P = 4096;
    assert.deepEqual([...source.extents(0, 100 * P, 10)], [P, 2 * P, 3 * P, 5 * P, 50 * P, 51 * P]);
    assert.deepEqual([...source.extents(P + 10, 100, 10)], [P + 10, P + 110]);
    assert.deepEqual([...source.extents(0, 100 * P, 2)], [P, 2 * P, 3 * P, 100 * P]);
    assert.deepEqual([...source.extents(60 * P, 10 * P, 2)], []);
    source.close();
  });

  it('writes, and never lets the object grow', () => {
    const path = made.path('write');
    addon.createPath(path, 5000, 0o600, true, false);
    const source = addon.openPath(path, true);
    const text = Buffer.from('the quick brown fox');
    for (const offset of [0, 3, 4090, 5000 - text.length]) {
      source.write(text, offset);
      assert.deepEqual(readFileSync(path).subarray(offset, offset + text.length), text);
    }
    for (const offset of [4999, 5000, 8192, 2 ** 40]) {
      assert.throws(() => source.write(text, offset), shmErrorOf('ERANGE', { path }));
    }
    source.write(new Uint8Array(0), 5000);
    assert.equal(statSync(path).size, 5000);
    truncateSync(path, 100);
    assert.throws(() => source.write(text, 90), shmErrorOf('ERANGE', { path }));
    assert.equal(statSync(path).size, 100);
    source.close();
    const readOnly = addon.openPath(path, false);
    assert.throws(() => readOnly.write(text, 0), shmErrorOf('EACCES', { syscall: 'mmap', path }));
    readOnly.close();
  });

  it('survives a storm of truncation: what it has is pattern or zero', async () => {
    const { source } = await storm(made, true);
    const target = new Uint8Array(MIB);
    let reads = 0;
    let short = 0;
    let refused = 0;
    for (const until = Date.now() + 2000; Date.now() < until; reads++) {
      const had = reads % 4 === 3 ? await source.readAsync(target, 0) : source.read(target, 0);
      if (had < MIB) short++;
      assert.ok(had <= MIB);
      const strange = target.subarray(0, had).find((byte) => byte !== 0xa5 && byte !== 0);
      assert.equal(strange, undefined);
      try {
        // The last byte is there in one of a million rounds of the storm.
        source.write(Uint8Array.of(0xa5), reads % 2 === 0 ? reads % MIB : MIB - 1);
      } catch (error) {
        if (!shmErrorOf('ERANGE')(error)) throw error;
        refused++;
      }
      assert.ok(source.stat().size <= MIB);
      assert.ok(source.extents(0, MIB, 1000).length <= 2000);
    }
    assert.ok(reads > 0 && short > 0 && refused > 0, `${reads} reads, ${short} short, ${refused} writes refused`);
    source.close();
  });

  it('goes on reading an object that was unlinked', () => {
    const path = made.path('gone');
    const { device, inode } = addon.createPath(path, 10, 0o600, true, false);
    const source = addon.openPath(path, true);
    addon.unlinkPath(path, device, inode);
    source.write(Uint8Array.of(7), 9);
    const target = new Uint8Array(10);
    assert.equal(source.read(target, 0), 10);
    assert.equal(target[9], 7);
    assert.equal(source.stat().links, 0);
    source.close();
  });

  it('refuses what is no regular file, without waking anyone', async () => {
    const directory = made.path('kinds');
    mkdirSync(directory);
    execFileSync('mkfifo', [`${directory}/fifo`]);
    symlinkSync('fifo', `${directory}/link`);
    const server = createServer().listen(`${directory}/socket`);
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      for (const [name, code] of [
        ['fifo', 'EINVAL'],
        ['socket', 'EINVAL'],
        ['link', 'ELOOP'],
        ['.', 'EISDIR'],
        ['none', 'ENOENT'],
      ] as const) {
        const path = `${directory}/${name}`;
        for (const write of [false, true]) {
          assert.throws(() => addon.openPath(path, write), shmErrorOf(code, { syscall: 'open', path }), name);
        }
      }
      assert.throws(() => addon.openPath('/dev/null', false), shmErrorOf('EINVAL', { path: '/dev/null' }));
    } finally {
      server.close();
    }
  });

  it('gives EBADF once closed, and closes twice', async () => {
    const path = made.path('closed');
    addon.createPath(path, 10, 0o600, true, false);
    const source = addon.openPath(path, false);
    source.close();
    source.close();
    const target = new Uint8Array(1);
    assert.throws(() => source.read(target, 0), shmErrorOf('EBADF'));
    assert.throws(() => source.stat(), shmErrorOf('EBADF'));
    assert.throws(() => source.extents(0, 1, 1), shmErrorOf('EBADF'));
    assert.throws(() => source.write(target, 0), shmErrorOf('EBADF'));
    await assert.rejects(source.find(target, 0, 1, 1), shmErrorOf('EBADF'));
  });

  it('never tears an int at the end of an object, nor a word inside', async () => {
    const path = made.path('tear');
    const writer = await made.start('flipper', path.slice('/dev/shm'.length));
    const source = addon.openPath(path, false);
    const target = new Uint8Array(36);
    const view = new DataView(target.buffer);
    const seen = new Set<string>();
    for (let i = 0; i < 20_000; i++) {
      assert.equal(source.read(target, 0), 36);
      seen.add(
        `${view.getBigUint64(8, true).toString(16)} ${view.getUint32(32, true).toString(16)}`.replaceAll('f'.repeat(8), 'f'),
      );
      assert.equal(source.read(target.subarray(20, 36), 20), 16);
      seen.add(view.getUint32(32, true).toString(16).replaceAll('f'.repeat(8), 'f'));
    }
    assert.ok(seen.size > 1);
    for (const value of seen) assert.match(value, /^(0|f|ff)( (0|f))?$/);
    assert.ok(writer.pid > 0 && at([...seen], 0) !== '');
    source.close();
  });
});
