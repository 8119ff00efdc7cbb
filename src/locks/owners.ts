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

export class Owners {
  readonly #calls: ThreadCalls;
  /** By 'pid startedAt': of processes in another pid namespace than ours true. */
  readonly #foreign = new Map<string, boolean>();
  #own: number | undefined;

  constructor(calls: ThreadCalls) {
    this.#calls = calls;
  }

  /** In the order of `asked`. `mayHide`: a process that may not be looked into could map the segment. */
  async resolve(asked: readonly Asked[], mayHide: (segment: Segment) => boolean): Promise<Owner[]> {
    if (asked.length === 0) return [];
    const segments = new Set(asked.map(({ segment }) => segment));
    const foreign = await this.#foreignMappers(segments);
    const [here, there] = await Promise.all([
      this.#calls.threadsById(Int32Array.from(new Set(asked.map(({ tid }) => tid)))),
      foreign.size === 0 ? undefined : this.#calls.threads(Int32Array.from(foreign)),
    ]);
    const byTid = new Map(threadsIn(here).map((thread) => [thread.tid, thread]));
    const others = there ? threadsIn(there) : [];
    const around = new Map(
      [...segments].map((segment) => {
        const names = new Map(processesOf(segment).map(({ pid, process: name }) => [pid, name]));
        return [segment, { names, others: others.filter(({ pid }) => names.has(pid)), mayHide: mayHide(segment) }];
      }),
    );
    return mapPaced(asked, new Pace(), (one) => ownerOf(one, byTid, around.get(one.segment) ?? NOBODY));
  }

  async #foreignMappers(segments: ReadonlySet<Segment>): Promise<Set<number>> {
    const mappers = new Map<number, string>();
    for (const segment of segments) for (const { pid, startedAt } of segment.mappings) mappers.set(pid, `${pid} ${startedAt}`);
    const unknown = [...mappers].filter(([, key]) => !this.#foreign.has(key)).map(([pid]) => pid);
    if (unknown.length > 0) {
      this.#own ??= threadsIn(await this.#calls.threads(Int32Array.of(process.pid)))[0]?.space ?? 0;
      const spaces = new Map(
        threadsIn(await this.#calls.threads(Int32Array.from(unknown))).map(({ pid, space }) => [pid, space]),
      );
      for (const pid of unknown) {
        const space = spaces.get(pid) ?? 0;
        this.#foreign.set(mappers.get(pid) ?? '', space !== 0 && space !== this.#own);
      }
      for (const oldest of this.#foreign.keys()) {
        if (this.#foreign.size <= KEPT) break;
        this.#foreign.delete(oldest);
      }
    }
    return new Set([...mappers].filter(([, key]) => this.#foreign.get(key) === true).map(([pid]) => pid));
  }
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
