/** Programs that store into a field: programs/stores.c and programs/paced.c. */

import { closeSync, openSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { atEnd, end, start } from '../../../scripts/lib/children.mjs';
import { programs } from '../scan/load.ts';

/** The field that both programs store into. */
export const FIELD = { offset: 0, length: 8, path: 'field' } as const;

/** An object in /dev/shm that is gone afterwards, and a program of the benchmark that was started with its name. */
interface Started {
  readonly path: string;
  /** Its line after 'ready'. */
  readonly said: string;
  readonly pid: number;
  /** Gives the next line that the program prints. */
  readonly next: () => Promise<string>;
  readonly say: (line: string) => void;
  readonly stop: () => Promise<void>;
}

let made = 0;

async function started(program: string): Promise<Started> {
  const name = `shmscope-bench-${process.pid}-${++made}`;
  const path = join('/dev/shm', name);
  const remove = (): void => rmSync(path, { force: true });
  atEnd(remove);
  writeFileSync(path, '', { mode: 0o600, flag: 'wx' });
  const child = start(join(await programs(), program), [`/${name}`], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { pid, stdin, stdout } = child;
  const stop = async (): Promise<void> => {
    await end(child);
    remove();
  };
  if (pid === undefined || stdin === null || stdout === null) throw new Error(`${program} did not start`);
  // It may have ended when it is told something: what is read then says so.
  stdin.on('error', () => undefined);
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done !== true) return value;
    await stop();
    throw new Error(`${program} has ended`);
  };
  if ((await next()) !== 'ready') {
    await stop();
    throw new Error(`${program} did not get ready`);
  }
  return { path, said: await next(), pid, next, say: (line) => void stdin.write(`${line}\n`), stop };
}

/** The names of the functions of programs/stores.c, and a text of the lines that store. */
export const WRITERS = [
  { function: 'store_first', text: '/* first */' },
  { function: 'store_second', text: '/* second */' },
  { function: 'store_third', text: '/* third */' },
] as const;
/** Stores of one burst, and bursts a second: programs/stores.c. */
export const BURST = 10;
export const BURSTS_A_SECOND = 1000;
/** Bytes from the start of its object. */
const BURSTS_AT = 8;
const MADE_AT = 64;
const MADE_EACH = 64;

/** Three processes that store, each from a function of its own, in the order of WRITERS. */
export interface Stores extends AsyncDisposable {
  readonly path: string;
  readonly pids: readonly number[];
  /** How many bursts each shall have made since the start. */
  want(bursts: number): void;
  /** Stores that each has made, by its own count. */
  made(): number[];
}

export async function startStores(): Promise<Stores> {
  const { path, said, stop } = await started('stores');
  const object = openSync(path, 'r+');
  return {
    path,
    pids: said.split(' ').map(Number),
    want: (bursts) => void writeSync(object, Buffer.from(Uint32Array.of(bursts).buffer), 0, 4, BURSTS_AT),
    made: () => {
      const bytes = Buffer.alloc(MADE_EACH * WRITERS.length);
      readSync(object, bytes, 0, bytes.length, MADE_AT);
      return WRITERS.map((_, i) => Number(bytes.readBigUInt64LE(i * MADE_EACH)));
    },
    [Symbol.asyncDispose]: async () => {
      closeSync(object);
      await stop();
    },
  };
}

/** A process that does what it is told, and measures it. */
export interface Paced extends AsyncDisposable {
  readonly path: string;
  readonly pid: number;
  /** Of the field in the process: '0x7f…'. */
  readonly address: string;
  /** ns for each of `times` stores into the field. */
  store(times: number): Promise<number>;
  /** The same, while a breakpoint on the field only counts them. */
  counted(times: number): Promise<number>;
  /** ns for each of `times` rounds of work that does not touch the field. */
  work(times: number): Promise<number>;
}

export async function startPaced(): Promise<Paced> {
  const { path, said, pid, next, say, stop } = await started('paced');
  const told = async (what: string, times: number): Promise<number> => {
    say(`${what} ${times}`);
    return Number(await next()) / times;
  };
  return {
    path,
    pid,
    address: said,
    store: (times) => told('store', times),
    counted: (times) => told('count', times),
    work: (times) => told('work', times),
    [Symbol.asyncDispose]: stop,
  };
}
