/** The POSIX objects that a benchmark makes, and the programs that store into them; all gone when it ends, however it ends. */
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { atEnd, end, start } from '../../../scripts/lib/children.mjs';
import { programs } from '../scan/load.ts';

export const KiB = 1024;
export const MiB = 1024 * KiB;
export const GiB = 1024 * MiB;

export interface SharedObject extends Disposable {
  /** As the extension names it. */
  readonly name: string;
  readonly path: string;
  readonly size: number;
  /** Puts bytes there; allocates the pages that they are in and no other. */
  put(bytes: Uint8Array, offset: number): void;
}

/** A new object, all of it a hole but for the first `resident` bytes (default 4096, or all where it is smaller), which are random and not zero. */
export function makeObject(what: string, size: number, resident = Math.min(size, 4 * KiB)): SharedObject {
  const name = `/shmscope-bench-${process.pid}-${what}`;
  const path = `/dev/shm${name}`;
  const remove = (): void => rmSync(path, { force: true });
  atEnd(remove);
  const fd = openSync(path, 'wx+', 0o600);
  const put = (bytes: Uint8Array, offset: number): void => {
    if (writeSync(fd, bytes, 0, bytes.length, offset) !== bytes.length) throw new Error(`${path}: written short`);
  };
  try {
    ftruncateSync(fd, size);
    const block = noise(Math.min(resident, MiB));
    for (let offset = 0; offset < resident; offset += block.length) put(block, offset);
  } catch (error) {
    closeSync(fd);
    remove();
    throw error;
  }
  const dispose = (): void => {
    closeSync(fd);
    remove();
  };
  return { name, path, size, put, [Symbol.dispose]: dispose };
}

/** Random bytes, none of them 0. */
export function noise(length: number): Uint8Array {
  return randomFillSync(new Uint8Array(length)).map((byte) => byte || 1);
}

/** A stamper that runs. */
export interface Stamper extends AsyncDisposable {
  /** Ends it; what it printed of its stores. */
  stop(): Promise<string[]>;
}

async function startStamper(args: readonly string[]): Promise<Stamper> {
  const child = start(join(await programs(), 'stamper'), args, { stdio: ['ignore', 'pipe', 'inherit'] });
  if (!child.stdout) throw new Error('the stamper has no output');
  const lines: string[] = [];
  const input = createInterface({ input: child.stdout });
  const closed = once(input, 'close');
  input.on('line', (line) => lines.push(line));
  const said = await Promise.race([once(input, 'line'), closed.then(() => ['its end'])]);
  if (said[0] !== 'ready') throw new Error(`the stamper is not ready: ${String(said[0])}`);
  const stop = async (): Promise<string[]> => {
    await end(child);
    await closed;
    return lines.slice(1);
  };
  return { stop, [Symbol.asyncDispose]: async () => void (await stop()) };
}

/** Stores its clock at offset 0, again and again after `least` to `most` ms; `stop` gives the stamps in ns, as the page reads them. */
export const stampInto = ({ path }: SharedObject, least: number, most: number): Promise<Stamper> =>
  startStamper([path, 'stamps', String(least * 1000), String(most * 1000)]);

/** Changes every byte of the first `length`, `hz` times a second. */
export const changeAll = ({ path }: SharedObject, length: number, hz: number): Promise<Stamper> =>
  startStamper([path, 'all', String(length), String(hz)]);
