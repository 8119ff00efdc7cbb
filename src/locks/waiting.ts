/** Which threads sleep on the words of which segment: what the kernel tells of sleeping threads, met with the mappings. */
import type { Mapping, Segment } from '../../api.d.ts';
import { WAITING_FLAGS, WAITING_OPERATIONS, type RawWaiting } from '../native/threads.ts';
import { Pace } from '../segments/pace.ts';
import { pidsIn } from '../segments/views.ts';

/** A thread that sleeps in the kernel, on one word or semaphore. */
export interface Sleeper {
  /** The same as long as it is the same sleep of the same thread. */
  readonly key: string;
  readonly pid: number;
  readonly tid: number;
  readonly process: string;
  readonly operation: (typeof WAITING_OPERATIONS)[number] | undefined;
  readonly timed: boolean;
  readonly restarted: boolean;
  readonly stopped: boolean;
  /** FUTEX_PRIVATE_FLAG: no thread of another process can wake it. */
  readonly isPrivate: boolean;
  readonly started: number;
  readonly sp: bigint;
  readonly pc: bigint;
  /** A 32-bit program. */
  readonly narrow: boolean;
}

export interface SleeperAt {
  readonly offset: number;
  readonly sleeper: Sleeper;
}

/** By segment id. A System V semaphore's are in `sets`, by semid; `semaphore` -1 where it is not known. */
export interface Sleepers {
  readonly bySegment: ReadonlyMap<string, readonly SleeperAt[]>;
  readonly sets: ReadonlyMap<number, readonly { readonly semaphore: number; readonly sleeper: Sleeper }[]>;
}

interface Row {
  readonly at: number;
  readonly address: bigint;
}

/** In slices: there may be thousands of segments. */
export async function sleepersOf(waiting: RawWaiting, segments: readonly Segment[]): Promise<Sleepers> {
  const rows = rowsByPid(waiting);
  const bySegment = new Map<string, SleeperAt[]>();
  const pace = new Pace();
  for (const segment of rows.size === 0 ? [] : segments) {
    if (pace.due()) await pace.pause();
    if (!pidsIn(segment).some((pid) => rows.has(pid))) continue;
    const found = sleepersIn(segment, waiting, rows);
    if (found.length > 0) bySegment.set(segment.id, found);
  }
  return { bySegment, sets: setSleepers(waiting) };
}

function rowsByPid({ pid, address, operation }: RawWaiting): Map<number, Row[]> {
  const rows = new Map<number, Row[]>();
  for (let at = 0; at < pid.length; at++) {
    if (WAITING_OPERATIONS[operation[at] ?? -1] === 'semop') continue;
    const row = { at, address: address[at] ?? 0n };
    const known = rows.get(pid[at] ?? 0);
    if (known) known.push(row);
    else rows.set(pid[at] ?? 0, [row]);
  }
  return rows;
}

function sleepersIn(segment: Segment, waiting: RawWaiting, rows: ReadonlyMap<number, readonly Row[]>): SleeperAt[] {
  const found = new Map<string, SleeperAt>();
  for (const mapping of segment.mappings) {
    if (!mapping.shared) continue;
    for (const { at, address } of rows.get(mapping.pid) ?? []) {
      if (address < mapping.address || address >= mapping.address + BigInt(mapping.length)) continue;
      const offset = mapping.offset + Number(address - mapping.address);
      found.set(`${waiting.tid[at]} ${offset}`, { offset, sleeper: sleeperOf(waiting, at, mapping) });
    }
  }
  return [...found.values()];
}

function sleeperOf(waiting: RawWaiting, at: number, { pid, process }: Pick<Mapping, 'pid' | 'process'>): Sleeper {
  const flags = waiting.flags[at] ?? 0;
  const state = String.fromCharCode(waiting.state[at] ?? 0);
  const tid = waiting.tid[at] ?? 0;
  const switches = waiting.switches[at] ?? 0;
  const sp = waiting.sp[at] ?? 0n;
  return {
    key: `${tid} ${switches} ${sp}`,
    pid,
    tid,
    process,
    operation: WAITING_OPERATIONS[waiting.operation[at] ?? -1],
    timed: (flags & WAITING_FLAGS.timed) !== 0,
    restarted: (flags & WAITING_FLAGS.restarted) !== 0,
    stopped: state === 'T' || state === 't',
    isPrivate: (flags & WAITING_FLAGS.private) !== 0,
    started: waiting.started[at] ?? NaN,
    sp,
    pc: waiting.pc[at] ?? 0n,
    narrow: (flags & WAITING_FLAGS.narrow) !== 0,
  };
}

function setSleepers(waiting: RawWaiting): Sleepers['sets'] {
  const sets = new Map<number, { semaphore: number; sleeper: Sleeper }[]>();
  for (let at = 0; at < waiting.pid.length; at++) {
    if (WAITING_OPERATIONS[waiting.operation[at] ?? -1] !== 'semop') continue;
    const semid = Number(BigInt.asIntN(32, waiting.address[at] ?? 0n));
    const sleeper = sleeperOf(waiting, at, { pid: waiting.pid[at] ?? 0, process: '' });
    const one = { semaphore: waiting.semaphore[at] ?? -1, sleeper };
    const known = sets.get(semid);
    if (known) known.push(one);
    else sets.set(semid, [one]);
  }
  return sets;
}
