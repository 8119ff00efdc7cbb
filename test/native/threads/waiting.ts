/** Programs that wait, what they report of it, and what the addon says. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Addon } from '../../../src/native/addon.ts';
import { WAITING_FLAGS, WAITING_OPERATIONS } from '../../../src/native/threads.ts';
import { CHECKOUT, type Programs } from '../../programs/build.ts';

/** Folders of the programs that wait, for buildPrograms. */
export const WAITING_PROGRAMS: Programs = { sources: 'test/programs/waiting', built: 'build/programs/waiting', optimize: '-O1' };
const SOURCE = join(CHECKOUT, 'test/programs/waiting/waiter.c');
const ROWS = 8;
const ROW = 32;

/** What test/programs/waiting/waiter.c says of one of its threads. */
interface Reported {
  readonly address: bigint;
  readonly size: number;
  /** ms since the epoch. */
  readonly since: number;
  /** In the program's own pid namespace. */
  readonly tid: number;
  /** errno, where it does not wait. */
  readonly error: number;
}

/** The report at the start of the object. */
export function reportOf(path: string): { semid: number; rows: Reported[] } {
  const bytes = readFileSync(path);
  const rows = Array.from({ length: bytes.readInt32LE(0) }, (_, i) => {
    const at = ROWS + i * ROW;
    return {
      address: bytes.readBigUInt64LE(at),
      size: Number(bytes.readBigUInt64LE(at + 8)),
      since: Number(bytes.readBigUInt64LE(at + 16)) / 1000,
      tid: bytes.readInt32LE(at + 24),
      error: bytes.readInt32LE(at + 28),
    };
  });
  return { semid: bytes.readInt32LE(4), rows };
}

export interface Waiter {
  readonly pid: number;
  readonly tid: number;
  readonly operation: string;
  readonly flags: string[];
  readonly state: string;
  readonly address: bigint;
  readonly expected: number;
  readonly semaphore: number;
  readonly change: number;
  readonly sp: bigint;
  readonly pc: bigint;
  readonly started: number;
  readonly switches: number;
}

/** The columns as rows. */
export async function waitersOf(addon: Addon, pids: readonly number[], privateToo = true, quickly = true) {
  const raw = await addon.waitingThreads(Int32Array.from(pids), privateToo, quickly);
  const rows = Array.from(raw.pid, (pid, i): Waiter => {
    const { tid, operation, state, address, expected, semaphore, change, sp, pc, started, switches } = raw;
    const flags = raw.flags[i] ?? 0;
    return {
      pid,
      tid: tid[i] ?? 0,
      operation: WAITING_OPERATIONS[operation[i] ?? -1] ?? 'unknown',
      flags: Object.entries(WAITING_FLAGS).flatMap(([name, bit]) => (flags & bit ? [name] : [])),
      state: String.fromCharCode(state[i] ?? 0),
      address: address[i] ?? 0n,
      expected: expected[i] ?? 0,
      semaphore: semaphore[i] ?? 0,
      change: change[i] ?? 0,
      sp: sp[i] ?? 0n,
      pc: pc[i] ?? 0n,
      started: started[i] ?? NaN,
      switches: switches[i] ?? NaN,
    };
  });
  return { rows, unseen: [...raw.unseen], spread: raw.spread, threads: raw.threads, cut: raw.cut };
}

/** Looks until `isThere` holds, for ten seconds at most; gives what was seen last. */
export async function until<T>(look: () => T | Promise<T>, isThere: (seen: T) => boolean): Promise<T> {
  for (const end = Date.now() + 10_000; ;) {
    const seen = await look();
    if (isThere(seen) || Date.now() > end) return seen;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** `count` rows or more of a program: it says that it is ready before its threads sleep. */
export async function whenWaiting(addon: Addon, pid: number, count = 1) {
  return await until(
    () => waitersOf(addon, [pid]),
    ({ rows }) => rows.length >= count && (!existsSync('/proc/self/sched') || !rows.some(({ started }) => Number.isNaN(started))),
  );
}

/** The columns of `threads` and `threadsById` as rows. */
export function threadRows(raw: Awaited<ReturnType<Addon['threads']>>) {
  const names = raw.names.split('\0');
  return Array.from(raw.tid, (tid, i) => ({
    pid: raw.pid[i] ?? 0,
    tid,
    ownTid: raw.ownTid[i] ?? 0,
    space: raw.space[i] ?? 0,
    startedAt: raw.startedAt[i] ?? 0,
    state: String.fromCharCode(raw.state[i] ?? 0),
    name: names[i] ?? '',
  }));
}

/** Compiles the waiter in another way; undefined where that cannot be done, or such programs do not run here. */
export function compileWaiter(to: string, compiler: string, flags: readonly string[]): string | undefined {
  const args = ['-std=gnu17', '-O1', '-g', SOURCE, '-o', to, ...flags];
  if (spawnSync(compiler, args, { stdio: 'ignore' }).status !== 0) return undefined;
  // Without arguments it says how it is called.
  return spawnSync(to, { stdio: 'ignore' }).status === 2 ? to : undefined;
}

/** What the kernel's table tells of System V sets, in ms since the epoch (proc_sysvipc(5)). */
export function setTimes(semid: number): { operatedAt: number; changedAt: number } | undefined {
  const line = readFileSync('/proc/sysvipc/sem', 'utf8')
    .split('\n')
    .map((one) => one.trim().split(/\s+/))
    .find(([, id]) => id === String(semid));
  return line && { operatedAt: Number(line[8]) * 1000, changedAt: Number(line[9]) * 1000 };
}

/** For a set whose program was killed. */
export function removeSet(semid: number): void {
  if (semid >= 0 && setTimes(semid)) execFileSync('ipcrm', ['-s', String(semid)]);
}
