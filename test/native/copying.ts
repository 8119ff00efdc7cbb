/** Run by copy.test.ts where /dev/shm is a tmpfs of 64 MiB and no file may be larger than 100 MiB: what becomes of copies there, as JSON. Arguments: the
 *  addon, and a directory with a larger file, 'beyond', elsewhere. */
import { readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAddon } from '../../src/native/load.ts';
import { toShmError } from '../../src/native/errors.ts';

const MIB = 1 << 20;
const addon = loadAddon(process.argv[2] ?? '');
const directory = process.argv[3] ?? '';

async function code(copying: Promise<number>): Promise<string | number> {
  try {
    return await copying;
  } catch (error) {
    return toShmError(error).code;
  }
}

async function copyOf(content: Uint8Array, size: number, to: string): Promise<string | number> {
  const path = join(directory, to);
  writeFileSync(path, content);
  truncateSync(path, size);
  return copyOfFile(path, to);
}

async function copyOfFile(path: string, to: string): Promise<string | number> {
  const source = addon.openPath(path, false);
  const copied = await code(source.copyTo(`/dev/shm/${to}`, 0, source.stat().size));
  source.close();
  return copied;
}

/** Something else fills the file system while the copy is made. */
async function overtaken(): Promise<string | number> {
  const path = join(directory, 'large');
  writeFileSync(path, new Uint8Array(60 * MIB).fill(1));
  const source = addon.openPath(path, false);
  let copied: string | number = 'never';
  for (let tries = 0; tries < 50 && copied !== 'ENOSPC'; tries++) {
    rmSync('/dev/shm/copy', { force: true });
    rmSync('/dev/shm/full', { force: true });
    const control = new Int32Array(new SharedArrayBuffer(12));
    const copying = code(source.copyTo('/dev/shm/copy', 0, 60 * MIB, control));
    while (Atomics.load(control, 1) === 0) await new Promise((resolve) => setImmediate(resolve));
    try {
      writeFileSync('/dev/shm/full', new Uint8Array(40 * MIB).fill(1));
    } catch (error) {
      if (toShmError(error).code !== 'ENOSPC') throw error;
    }
    copied = await copying;
  }
  source.close();
  return copied;
}

const before = await copyOf(new Uint8Array(70 * MIB).fill(1), 70 * MIB, 'before');
const sparse = await copyOf(new Uint8Array(4096).fill(1), 80 * MIB, 'sparse');
const limit = await copyOfFile(join(directory, 'beyond'), 'limit');
const meanwhile = await overtaken();
console.log(JSON.stringify({ before, sparse, limit, meanwhile, left: readdirSync('/dev/shm').sort() }));
