/** Reading a window of an object: the addon's read against fs.readSync on the same object. */
import assert from 'node:assert/strict';
import { closeSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';
import { loadAddon } from '../../src/native/load.ts';
import { sample } from './bench.ts';
import type { Row } from './bench.ts';

const sizes = [4096, 65536, 1048576];

export async function run(): Promise<Row[]> {
  const path = `/dev/shm/shmscope-bench-${process.pid}`;
  const size = 16 * 1024 * 1024;
  writeFileSync(path, Buffer.alloc(size, 'ShmScope'), { mode: 0o600 });
  const fd = openSync(path, 'r');
  const source = loadAddon(join(root, 'dist/shmscope.node')).openPath(path, false);
  try {
    return sizes.map((length) => {
      const target = new Uint8Array(length);
      const calls = Math.max(20, Math.round(20_000_000 / length));
      let offset = 0;
      const next = (): number => (offset = (offset + length) % (size - length));
      const ours = sample(15, calls, () => void source.read(target, next()));
      const peer = sample(15, calls, () => void readSync(fd, target, 0, length, next()));
      assert.equal(source.read(target, 0), length);
      return { what: `read ${length / 1024} KiB`, unit: 'µs', ours, peer, peerName: 'fs.readSync' };
    });
  } finally {
    source.close();
    closeSync(fd);
    rmSync(path, { force: true });
  }
}
