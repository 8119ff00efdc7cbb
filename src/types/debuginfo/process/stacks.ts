/** The stacks of a process's threads, where they wait in the kernel: read without stopping any. */
import { readdir, readFile } from 'node:fs/promises';
import type { ProgramCalls } from '../../../native/programs.ts';

/** Words of a stack from its top on. Addresses are numbers: those of user space are below 2^47. */
export interface Stack {
  readonly top: number;
  readonly words: Float64Array;
}

export interface Memory {
  readonly stacks: readonly Stack[];
  /** Whether code may be run at an address. */
  readonly isCode: (address: number) => boolean;
  /** `length` is a multiple of 8; what is not there is 0. */
  readonly bytes: (address: number, length: number) => Promise<Uint8Array>;
}

const MOST_THREADS = 32;
/** Words of one stack: what is above them are the program's arguments, or calls that nest deep. */
const MOST_WORDS = 16_384;

interface Area {
  readonly from: number;
  readonly to: number;
  readonly code: boolean;
}

/** What cannot be read is left out: a thread that runs has no stack pointer to be told. */
export async function memoryOf(calls: ProgramCalls, pid: number): Promise<Memory> {
  const areas = areasOf(await readFile(`/proc/${pid}/maps`, 'latin1'));
  const threads = (await readdir(`/proc/${pid}/task`)).slice(0, MOST_THREADS);
  const stacks: Stack[] = [];
  for (const thread of threads) {
    const top = await stackPointer(`/proc/${pid}/task/${thread}/syscall`);
    const area = areas.find(({ from, to }) => top >= from && top < to);
    if (area) stacks.push({ top, words: await wordsFrom(calls, pid, top, area.to) });
  }
  const isCode = (address: number): boolean => areas.some(({ from, to, code }) => code && address >= from && address < to);
  return { stacks, isCode, bytes: (address, length) => bytesAt(calls, pid, address, length) };
}

/** 'NUMBER ARGUMENTS… SP PC' or '-1 SP PC' (proc_pid_syscall(5)); 0 for a thread that runs or has ended. */
async function stackPointer(path: string): Promise<number> {
  const words = (await readFile(path, 'latin1').catch(() => '')).trim().split(' ');
  const pointer = Number(words.at(-2));
  return words.length >= 3 && Number.isSafeInteger(pointer) && pointer % 8 === 0 ? pointer : 0;
}

/** Up to the first word that is not there. */
async function wordsFrom(calls: ProgramCalls, pid: number, from: number, to: number): Promise<Float64Array> {
  const count = Math.min(MOST_WORDS, Math.floor((to - from) / 8));
  const { values, had } = await calls.peek(pid, addressesFrom(from, count), 8);
  const end = had.indexOf(0);
  return numbersOf(values.subarray(0, end < 0 ? count : end));
}

async function bytesAt(calls: ProgramCalls, pid: number, address: number, length: number): Promise<Uint8Array> {
  if (!(address >= 0)) return new Uint8Array(length);
  const { values } = await calls.peek(pid, addressesFrom(address, length / 8), 8);
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function addressesFrom(first: number, count: number): BigUint64Array {
  return BigUint64Array.from({ length: count }, (_, i) => BigInt(first + 8 * i));
}

/** What is no address of user space is 0. */
function numbersOf(values: BigUint64Array): Float64Array {
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  return Float64Array.from(values, (_, i) => {
    const high = view.getUint32(8 * i + 4, true);
    return high < 0x8000 ? high * 2 ** 32 + view.getUint32(8 * i, true) : 0;
  });
}

function areasOf(maps: string): Area[] {
  return maps.split('\n').flatMap((line) => {
    const [, from = '', to = '', rights = ''] = /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) /.exec(line) ?? [];
    return rights === '' ? [] : [{ from: parseInt(from, 16), to: parseInt(to, 16), code: rights[2] === 'x' }];
  });
}
