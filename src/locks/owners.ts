/** Who the tid in a lock word is. A tid is one of its own pid namespace (pid_namespaces(7)), and may be another thread's by now. */
import type { Segment } from '../../api.d.ts';
import type { RawThreads, ThreadCalls } from '../native/threads.ts';
import { mapPaced, Pace } from '../segments/pace.ts';
import { processesOf } from '../segments/views.ts';
import type { Owner } from './face.ts';

interface Thread {
  readonly pid: number;
  readonly tid: number;
  readonly ownTid: number;
  readonly space: number;
  readonly startedAt: number;
  readonly ended: boolean;
}

/** A lock word's owner, in a segment. */
export interface Asked {
  readonly segment: Segment;
  readonly tid: number;
  /** ms since the epoch: since when it has been seen to hold it. */
  readonly since: number | undefined;
}

/** Processes whose namespace is remembered. */
const KEPT = 20_000;
/**
 * Of the time, for asking again whether those that were alive still are, and how late it may be seen that they are not, ms; only where many
 * are asked for at once: of few, asking takes less than a share is worth.
 */
const ALIVE_SHARE = 0.001;
const ALIVE_MOST_MS = 4000;
const MANY = 50;

type Calls = Pick<ThreadCalls, 'threads' | 'threadsById'>;

export class Owners {
  readonly #calls: Calls;
  /** By 'pid startedAt': of processes in another pid namespace than ours true. */
  readonly #foreign = new Map<string, boolean>();
  readonly #foreignOf = new WeakMap<Segment, readonly number[]>();
  #own: number | undefined;
  /** Those that lived when they were asked for, by tid, and until when that is taken for now, performance.now(). */
  readonly #alive = new Map<number, { readonly thread: Thread; readonly until: number }>();

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  /**
   * In the order of `asked`. `mayHide`: a process that may not be looked into could map the segment. `fresh`: all are asked for; else not
   * those that were alive a moment ago, where asking for them takes long.
   */
  async resolve(asked: readonly Asked[], mayHide: (segment: Segment) => boolean, fresh = true): Promise<Owner[]> {
    if (asked.length === 0) return [];
    const segments = new Set(asked.map(({ segment }) => segment));
    const foreign = await this.#foreignMappers(segments);
    const [byTid, there] = await Promise.all([
      this.#threadsOf(asked, fresh),
      foreign.size === 0 ? undefined : this.#calls.threads(Int32Array.from(foreign)),
    ]);
    const others = there ? threadsIn(there) : [];
    const around = new Map(
      [...segments].map((segment) => {
        const names = namesIn(segment);
        return [segment, { names, others: others.filter(({ pid }) => names.has(pid)), mayHide: mayHide(segment) }];
      }),
    );
    return mapPaced(asked, new Pace(), (one) => ownerOf(one, byTid, around.get(one.segment) ?? NOBODY));
  }

  /** Of those that exist. */
  async #threadsOf(asked: readonly Asked[], fresh: boolean): Promise<ReadonlyMap<number, Thread>> {
    const begun = performance.now();
    const found = new Map<number, Thread>();
    const tids = new Set<number>();
    for (const { tid, segment } of asked) {
      const { thread, until = 0 } = this.#alive.get(tid) ?? {};
      // That a process has unmapped the segment, most do by ending.
      if (thread && begun < until && !fresh && namesIn(segment).has(thread.pid)) found.set(tid, thread);
      else tids.add(tid);
    }
    for (const tid of tids) {
      found.delete(tid);
      this.#alive.delete(tid);
    }
    const threads = tids.size === 0 ? [] : threadsIn(await this.#calls.threadsById(Int32Array.from(tids)));
    for (const thread of threads) found.set(thread.tid, thread);
    if (tids.size >= MANY) this.#keep(threads, performance.now(), begun);
    return found;
  }

  #keep(threads: readonly Thread[], now: number, begun: number): void {
    for (const [tid, { until }] of this.#alive) if (until <= now) this.#alive.delete(tid);
    const until = now + Math.min((now - begun) / ALIVE_SHARE, ALIVE_MOST_MS);
    for (const thread of threads) if (!thread.ended) this.#alive.set(thread.tid, { thread, until });
  }

  /** Asks for all the next time. */
  forget(): void {
    this.#alive.clear();
  }

  /** Processes of another pid namespace. With 30,000 mappings even asking for the keys takes 5 ms: only of segments that are others now. */
  async #foreignMappers(segments: ReadonlySet<Segment>): Promise<Set<number>> {
    const others = [...segments].filter((segment) => !this.#foreignOf.has(segment));
    if (others.length > 0) await this.#learnForeign(others);
    return new Set([...segments].flatMap((segment) => this.#foreignOf.get(segment) ?? []));
  }

  async #learnForeign(segments: readonly Segment[]): Promise<void> {
    const mappers = new Map<number, string>();
    for (const segment of segments) for (const { pid, startedAt } of segment.mappings) mappers.set(pid, `${pid} ${startedAt}`);
    const unknown = [...mappers].filter(([, key]) => !this.#foreign.has(key)).map(([pid]) => pid);
    if (unknown.length > 0) await this.#learnSpaces(unknown, mappers);
    const isForeign = (pid: number): boolean => this.#foreign.get(mappers.get(pid) ?? '') === true;
    for (const segment of segments) {
      const pids = new Set(segment.mappings.map(({ pid }) => pid));
      this.#foreignOf.set(segment, [...pids].filter(isForeign));
    }
    for (const oldest of this.#foreign.keys()) {
      if (this.#foreign.size <= KEPT) break;
      this.#foreign.delete(oldest);
    }
  }

  async #learnSpaces(pids: readonly number[], keys: ReadonlyMap<number, string>): Promise<void> {
    this.#own ??= threadsIn(await this.#calls.threads(Int32Array.of(process.pid)))[0]?.space ?? 0;
    const threads = threadsIn(await this.#calls.threads(Int32Array.from(pids)));
    const spaces = new Map(threads.map(({ pid, space }) => [pid, space]));
    for (const pid of pids) {
      const space = spaces.get(pid) ?? 0;
      this.#foreign.set(keys.get(pid) ?? '', space !== 0 && space !== this.#own);
    }
  }
}

/** A segment is the same object while its mappers are the same, and many locks of one segment ask. */
const namesOf = new WeakMap<Segment, ReadonlyMap<number, string>>();

function namesIn(segment: Segment): ReadonlyMap<number, string> {
  let known = namesOf.get(segment);
  if (!known) namesOf.set(segment, (known = new Map(processesOf(segment).map(({ pid, process: name }) => [pid, name]))));
  return known;
}

/** Of one segment. */
interface Around {
  /** Of the processes that map it, by pid. */
  readonly names: ReadonlyMap<number, string>;
  /** Threads of those in other pid namespaces. */
  readonly others: readonly Thread[];
  readonly mayHide: boolean;
}

const NOBODY: Around = { names: new Map(), others: [], mayHide: false };

function ownerOf({ tid, since }: Asked, here: ReadonlyMap<number, Thread>, { names, others, mayHide }: Around): Owner {
  const own = here.get(tid);
  const candidates = [
    // Of a process of another namespace the number is not what its lock word says.
    ...(own && names.has(own.pid) && !others.some(({ tid: other }) => other === own.tid) ? [own] : []),
    ...others.filter(({ ownTid }) => ownTid === tid),
  ].filter(({ ended, startedAt }) => !ended && !(since !== undefined && startedAt > since));
  const [found, second] = candidates;
  if (found && second) {
    const who = candidates.map(({ pid }) => `${names.get(pid) ?? ''} (${pid})`).join(' or ');
    return { tid, alive: true, note: `Thread ${tid} is ${who}: they are in different pid namespaces.` };
  }
  if (found) return { tid: found.tid, pid: found.pid, process: names.get(found.pid) ?? '', alive: true };
  if (!own || own.ended) return { tid, alive: false };
  // It lives, and maps nothing here that can be seen.
  if (mayHide && !names.has(own.pid))
    return { tid, pid: own.pid, alive: true, note: 'It may not be looked into, so whether it maps the segment is not known.' };
  return {
    tid,
    alive: false,
    note: `Thread ${tid} is by now one of process ${own.pid}, which began later or does not map the segment.`,
  };
}

function threadsIn({ pid, tid, ownTid, space, startedAt, state }: RawThreads): Thread[] {
  return Array.from(pid, (one, at) => {
    const letter = String.fromCharCode(state[at] ?? 0);
    return {
      pid: one,
      tid: tid[at] ?? 0,
      ownTid: ownTid[at] ?? 0,
      space: space[at] ?? 0,
      startedAt: startedAt[at] ?? 0,
      ended: letter === 'Z' || letter === 'X',
    };
  });
}
