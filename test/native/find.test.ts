import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { statSync } from 'node:fs';
import { addon, cleanup, shmErrorOf } from './support.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('native: find', () => {
  const made = cleanup();

  it('finds what a plain search finds, across chunks, overlapping, within its range', async () => {
    const path = made.path('plain');
    const content = Buffer.alloc(1_000_000, 'x');
    for (const at of [0, 262_142, 262_144, 524_287, 999_997]) content.write('aba', at);
    content.write('ababa', 300_000);
    writeFileSync(path, content);
    const source = addon.openPath(path, false);
    const expected = (from: number, to: number) => {
      const hits = [];
      for (let at = content.indexOf('aba', from); at >= 0 && at < to; at = content.indexOf('aba', at + 1)) hits.push(at);
      return hits;
    };
    assert.equal(expected(0, 1e6).length, 7);
    for (const [from, to] of [
      [0, 1e6],
      [1, 1e6],
      [0, 999_997],
      [0, 999_998],
      [262_143, 300_002],
      [300_002, 300_003],
      [5, 5],
      [0, 2 ** 50],
    ] as const) {
      assert.deepEqual([...(await source.find(bytes('aba'), from, to, 1000))], expected(from, to), `${from}–${to}`);
    }
    assert.deepEqual([...(await source.find(bytes('aba'), 0, 1e6, 2))], expected(0, 1e6).slice(0, 2));
    assert.deepEqual([...(await source.find(new Uint8Array(2_000_000), 0, 1e6, 2))], []);
    source.close();
  });

  it('searches holes as the zeros that they read as, without holding memory for them', async () => {
    const path = made.path('holes');
    const size = 1 << 30;
    addon.createPath(path, size, 0o600, true, false);
    const source = addon.openPath(path, true);
    const page = 4096 * 1000;
    source.write(new Uint8Array(4096).fill(0x11), page);
    const held = statSync(path).blocks;
    const find = async (pattern: number[], from = 0, limit = 100) => [
      ...(await source.find(Uint8Array.from(pattern), from, size, limit)),
    ];
    assert.deepEqual(await find([0, 0, 0x11]), [page - 2]);
    assert.deepEqual(await find([0x11, 0, 0]), [page + 4095]);
    assert.deepEqual(await find([0, 0], 0, 3), [0, 1, 2]);
    assert.deepEqual(await find([0, 0], page - 3, 4), [page - 3, page - 2, page + 4096, page + 4097]);
    assert.deepEqual(await find([0], page - 1, 2), [page - 1, page + 4096]);
    assert.deepEqual(await find([0, 0, 0], size - 5), [size - 5, size - 4, size - 3]);
    assert.deepEqual(await find([0x12]), []);
    assert.deepEqual(
      await find([0x11, 0x11], page + 4090),
      [0, 1, 2, 3, 4].map((i) => page + 4090 + i),
    );
    assert.equal(statSync(path).blocks, held);
    source.close();
  });

  it('ends early when it is cancelled', async () => {
    const path = made.path('cancel');
    addon.createPath(path, 64 << 20, 0o600, true, false);
    const source = addon.openPath(path, true);
    const cancel = new Int32Array(new SharedArrayBuffer(12));
    assert.equal((await source.find(new Uint8Array(1), 0, 64 << 20, 1000, cancel)).length, 1000);
    Atomics.store(cancel, 0, 1);
    assert.equal((await source.find(new Uint8Array(1), 0, 64 << 20, 1000, cancel)).length, 0);
    await assert.rejects(source.find(new Uint8Array(1), 0, 1, 1, new Int32Array(1)), shmErrorOf('EINVAL'));
    await assert.rejects(source.find(new Uint8Array(0), 0, 1, 1), shmErrorOf('EINVAL'));
    source.close();
  });

  it('goes on after close, and ends where the object was cut', async () => {
    const path = made.path('cut');
    const { device, inode } = addon.createPath(path, 32 << 20, 0o600, true, false);
    const source = addon.openPath(path, true);
    source.write(new Uint8Array(32 << 20).fill(1), 0);
    const searching = source.find(Uint8Array.of(2), 0, 32 << 20, 10);
    addon.resizePath(path, device, inode, 100);
    source.close();
    assert.deepEqual([...(await searching)], []);
  });
});
