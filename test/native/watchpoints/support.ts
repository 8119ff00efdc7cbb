import { join } from 'node:path';
import type { ByteSource } from '../../../src/native/addon.ts';
import type { RawSeen, RawWatchpoints, WatchpointCalls } from '../../../src/native/watchpoints.ts';
import { IN_REGISTER, RULE } from '../../../src/native/watchpoints.ts';
import type { Programs, Running } from '../../programs/build.ts';
import { buildPrograms } from '../../programs/build.ts';
import { addon, cleanup } from '../support.ts';

/** Where the programs of test/programs/writers map their page (writers.h). */
export const FIELD = 0x5a0000000000n;
export const PROGRAMS: Programs = { sources: 'test/programs/writers', built: 'build/programs/writers', optimize: '-O1' };
const GO = 64;
const STORES = 72;
const LOADS = 80;

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export async function until(what: string, holds: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> {
  for (const end = Date.now() + ms; !(await holds()); await pause(5)) {
    if (Date.now() > end) throw new Error(`${what} was not to be seen`);
  }
}

export type Fields = Parameters<WatchpointCalls['openWatchpoints']>[0];

/** One page and the programs that store to it, and what watches them; all gone after each test. */
export function watching() {
  const made = cleanup();
  const open: RawWatchpoints[] = [];
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });
  return {
    made,
    watch: async (fields: Fields = [{ length: 8, reads: false }]) => {
      const watchpoints = await addon.openWatchpoints(fields);
      open.push(watchpoints);
      return watchpoints;
    },
    page: () => new Page(made),
  };
}

/** A page of test/programs/writers/writers.h. */
export class Page {
  readonly #made: ReturnType<typeof cleanup>;
  readonly #path: string;
  readonly source: ByteSource;

  constructor(made: ReturnType<typeof cleanup>) {
    this.#made = made;
    this.#path = made.path('writers');
    addon.createPath(this.#path, 4096, 0o600, true, false);
    this.source = addon.openPath(this.#path, true);
  }

  get name(): string {
    return this.#path.slice('/dev/shm'.length);
  }

  async start(how: string, count: number, pauseUs: number, ...more: string[]): Promise<Running> {
    const programs = await buildPrograms(PROGRAMS);
    return this.#made.start(join(programs, 'storer'), this.name, how, String(count), String(pauseUs), ...more);
  }

  go(value = 1): void {
    this.source.write(Uint8Array.of(value), GO);
  }

  get stores(): number {
    return this.#number(STORES);
  }

  get loads(): number {
    return this.#number(LOADS);
  }

  #number(offset: number): number {
    const bytes = new Uint8Array(8);
    this.source.read(bytes, offset);
    return Number(new DataView(bytes.buffer).getBigUint64(0, true));
  }
}

export interface Site {
  readonly field: number;
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly tid: number;
  readonly ip: bigint;
  readonly caller: bigint;
  readonly count: number;
  readonly first: number;
  readonly last: number;
  readonly before: bigint | undefined;
  readonly after: bigint | undefined;
}

const at = <T>(column: ArrayLike<T>, index: number): T => {
  const value = column[index];
  if (value === undefined) throw new Error('a column is too short');
  return value;
};

export function sitesOf({ sites, processes }: RawSeen): Site[] {
  const names = processes.names.split('\0');
  return [...sites.field].map((field, i) => {
    const process = at(sites.process, i);
    const known = at(sites.known, i);
    return {
      field,
      pid: at(processes.pid, process),
      parent: at(processes.parent, process),
      name: at(names, process),
      tid: at(sites.tid, i),
      ip: at(sites.ip, i),
      caller: at(sites.caller, i),
      count: at(sites.count, i),
      first: at(sites.first, i),
      last: at(sites.last, i),
      before: known & 1 ? at(sites.before, i) : undefined,
      after: known & 2 ? at(sites.after, i) : undefined,
    };
  });
}

export interface Rule {
  readonly kind: keyof typeof RULE;
  readonly cfa?: number;
  readonly returnAt?: number;
  readonly bpAt?: number;
}
export interface Place {
  readonly pid: number;
  readonly pc: bigint;
  readonly isReturn: boolean;
}

/** Answers what was asked by `ruleOf`; the number of answers. */
export function answer(watchpoints: RawWatchpoints, { asked }: RawSeen, ruleOf: (place: Place) => Rule): number {
  for (let i = 0; i < asked.pc.length; i++) {
    const place = { pid: at(asked.pid, i), pc: at(asked.pc, i), isReturn: at(asked.isReturn, i) === 1 };
    const rule = ruleOf(place);
    watchpoints.answer(at(asked.image, i), {
      pc: BigUint64Array.of(place.pc),
      isReturn: Uint8Array.of(place.isReturn ? 1 : 0),
      kind: Uint8Array.of(RULE[rule.kind]),
      cfa: Int32Array.of(rule.cfa ?? 0),
      returnAt: Int32Array.of(rule.returnAt ?? 0),
      bpAt: Int32Array.of(rule.bpAt ?? IN_REGISTER),
    });
  }
  return asked.pc.length;
}

/** Answers until `count` stores are in sites, and gives what was seen then. */
export async function seenAll(
  watchpoints: RawWatchpoints,
  count: number,
  ruleOf: (place: Place) => Rule = () => ({ kind: 'own' }),
): Promise<RawSeen> {
  for (const end = Date.now() + 20_000; ; await pause(5)) {
    const seen = watchpoints.take();
    answer(watchpoints, seen, ruleOf);
    if (seen.seen + seen.lost >= count && seen.pending === 0) return seen;
    if (Date.now() > end)
      throw new Error(`${seen.seen} stores were seen, ${seen.pending} wait, ${seen.lost} were lost, of ${count}`);
  }
}

export const total = (sites: readonly Site[]): number => sites.reduce((sum, site) => sum + site.count, 0);
