/** Objects and sources that several tests of the addon begin with. */
import assert from 'node:assert/strict';
import { truncateSync, writeFileSync } from 'node:fs';
import type { ByteSource } from '../../src/native/addon.ts';
import { lookOnce, rows } from './rows.ts';
import { addon, type cleanup } from './support.ts';

type Made = ReturnType<typeof cleanup>;

interface Opened {
  readonly path: string;
  readonly source: ByteSource;
}

/** What tells a long call to end, and is told how far it is. */
export const newControl = () => new Int32Array(new SharedArrayBuffer(12));

/** An object of `size` bytes that holds no memory, to be written. */
export function sparse(made: Made, what: string, size: number): Opened {
  const path = made.path(what);
  writeFileSync(path, '');
  truncateSync(path, size);
  return { path, source: addon.openPath(path, true) };
}

/** An object that holds memory wherever it has bytes, each of them `byte`, to be written. */
export function filled(made: Made, what: string, size: number, byte: number): Opened {
  const path = made.path(what);
  writeFileSync(path, Buffer.alloc(size, byte));
  return { path, source: addon.openPath(path, true) };
}

/** 1 GiB that a program maps, of which one page holds memory, and where it is mapped. */
export async function mapped(made: Made) {
  const path = made.path('process');
  const running = await made.start('sparse', path.slice('/dev/shm'.length));
  const { maps } = await lookOnce(addon);
  const row = rows(maps, running.pid).find((one) => one.name === path);
  assert.ok(row);
  return { path, running, row };
}

/** As `mapped`, reached through that program. */
export async function throughProcess(made: Made) {
  const found = await mapped(made);
  const { pid, address, length, offset } = found.row;
  return { ...found, source: addon.openProcess(pid, address, length, offset) };
}

/** 1 MiB at most, which a program cuts off and lets grow all the time. */
export async function storm(made: Made, write = false): Promise<Opened> {
  const path = made.path('storm');
  await made.start('truncator', path.slice('/dev/shm'.length));
  return { path, source: addon.openPath(path, write) };
}
