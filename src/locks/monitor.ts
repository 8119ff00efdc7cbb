/** The locks of the segments that are followed: words often, sleeping threads as often as that costs little. */
import type { Disposable } from 'vscode';
import type { Segment } from '../../api.d.ts';
import { Emitter } from '../lifecycle.ts';
import { shmError, toShmError } from '../native/errors.ts';
import type { ThreadCalls } from '../native/threads.ts';
import { forEachPaced, Pace, runPaced } from '../segments/pace.ts';
import { mapperCount } from '../segments/views.ts';
import type { CycleStep, Finding, FindingKind, LocksLook, LocksModel, SegmentLocks } from './face.ts';
import { findingSteps, type Limits, type SignalsSince } from './findings.ts';
import { placesOf, type RawSegment } from './look.ts';
import { Looker, type Asleep, type Looked, type LookerParts } from './looker.ts';
import { refOf } from './cycles.ts';
import { RememberedLocks } from './remembered.ts';
import { pidsOf, Scope } from './scope.ts';
import { semaphoreSets } from './sets.ts';
import type { TypeAt, TypedSegments } from './typed.ts';
import type { Sleeper } from './waiting.ts';
import { lookKey } from './told.ts';

export interface MonitorParts extends LookerParts {
  readonly calls: LookerParts['calls'] & ThreadCalls;
  readonly typed: TypedSegments;
  /** As the last scan saw them; the first one is waited for. */
  readonly segments: () => Promise<readonly Segment[]>;
  /** Keeps the segments followed. */
  readonly follow: () => Disposable;
  readonly limits: () => Limits;
  /** Why there may be processes that are not listed (segments/procfs.ts). */
  readonly unlisted: () => string | undefined;
  readonly log: (line: string) => void;
}

/** ms between two looks at the words of all locks; more where they would take more than this share of the time, up to a limit. */
const WORDS_MS = 500;
const WORDS_SHARE = 0.004;
const WORDS_MOST_MS = 2000;
/** Sleeping threads: not more often than this, and at most this share of the time. */
const SLEEPERS_MS = 1000;
const SLEEPERS_SHARE = 0.003;
/** Of the time, for the lines at which threads wait that had not waited before; and how long they are not asked for at most, ms. */
const WHERE_SHARE = 0.001;
const WHERE_MOST_MS = 10_000;
/** Processes that are asked between two askings of all. */
const NEAR_MOST = 100;
const TYPES_MS = 2000;
/** Who asks for a look does not wait longer than this for types that are not known yet, ms. */
const FIRST_TYPES_MS = 1000;
/** Shares move at each look; they are told this often, ms. */
const SHARES_MS = 2000;
/** Findings that may be seen between two steps of a program that is well. */
const PASSING: ReadonlySet<FindingKind> = new Set(['deadlock', 'corrupt', 'dead-owner']);

export class LockMonitor implements LocksModel {
  readonly #parts: MonitorParts;
  readonly #looker: Looker;
  readonly #remembered = new RememberedLocks();
  readonly #scope = new Scope((used) => this.#follow(used));
  readonly #changes = new Emitter<LocksLook>();
  readonly onDidChange = this.#changes.event;
  #last: LocksLook | undefined;
  #byId: ReadonlyMap<string, SegmentLocks> = new Map();
  #running: AbortController | undefined;
  #looking: Promise<LocksLook> | undefined;
  #asleep: Asleep | undefined;
  /** ms since the epoch: when that was looked at. */
  #asleepAt = 0;
  #sleepersAt = 0;
  #nearAt = 0;
  /** Ids of segments in which a lock says that threads wait for it. */
  #contended = new Set<string>();
  /** ms that the sleeping threads took of the last look. */
  #sleepersTook = 0;
  #typesAt = 0;
  /** Keys of the findings of the look before, with the sleepers that were known when each was found first. */
  #before = new Map<string, Asleep>();
  #told = '';
  #toldAt = 0;

  constructor(parts: MonitorParts) {
    this.#parts = parts;
    this.#looker = new Looker(parts);
  }

  get last(): LocksLook | undefined {
    return this.#last;
  }

  of(id: string): SegmentLocks | undefined {
    return this.#byId.get(id);
  }

  follow(id?: string): Disposable {
    return this.#scope.follow(id);
  }

  async look(): Promise<LocksLook> {
    await this.#parts.typed.learn(await this.#parts.segments(), FIRST_TYPES_MS);
    // What an earlier one saw says nothing of the time between.
    if (!this.#running) this.#remembered.clear();
    await this.#look(true);
    // Who waits for each other still after it does so for ever.
    return this.#look(true);
  }

  async lookAt(segment: Segment, type?: TypeAt): Promise<SegmentLocks> {
    if (type) return (await this.#looker.lookAt(segment, type)).locks;
    await this.#parts.typed.learn([segment], Infinity);
    const problem = this.#parts.typed.problemOf(segment);
    if (problem !== undefined) throw shmError('ETYPE', problem);
    const { locks } = await this.#looker.lookAt(segment, this.#parts.typed.of(segment));
    if (locks.problem !== undefined) throw shmError('EIO', locks.problem);
    return locks;
  }

  dispose(): void {
    this.#stop();
    this.#changes.dispose();
  }

  /** Somebody begins to follow, or ceases to. */
  #follow(used: boolean): void {
    if (!used) this.#stop();
    else if (!this.#running) this.#start();
    else this.#again();
  }

  /** Others are followed from now on: nobody waits for the next look. */
  #again(): void {
    this.#sleepersAt = 0;
    this.#typesAt = 0;
    this.#wake?.();
  }
  #wake: (() => void) | undefined;

  #start(): void {
    const running = (this.#running = new AbortController());
    const following = this.#parts.follow();
    running.signal.addEventListener('abort', () => void following.dispose(), { once: true });
    this.#told = '';
    // Of a look that somebody asked for before: it may be old.
    this.#asleep = undefined;
    this.#again();
    void this.#run(running.signal);
  }

  #stop(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.#asleep = undefined;
    this.#last = undefined;
    this.#byId = new Map();
    this.#before.clear();
    this.#remembered.clear();
    this.#looker.forget();
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const begun = performance.now();
      try {
        if (begun >= this.#typesAt) {
          this.#typesAt = begun + TYPES_MS;
          void this.#learn(signal);
        }
        const look = await this.#look(false);
        await this.#tell(look, signal);
      } catch (error) {
        this.#log(`The locks could not be looked at: ${toShmError(error).message}`);
      }
      const took = performance.now() - begun;
      const share = Math.min((took - this.#sleepersTook) / WORDS_SHARE, WORDS_MOST_MS);
      await this.#pause(Math.max(WORDS_MS / 2, WORDS_MS - took, share), signal);
    }
  }

  /** Beside the looks: debug info may take long. */
  async #learn(signal: AbortSignal): Promise<void> {
    if (this.#learning) return;
    this.#learning = true;
    try {
      const done = await this.#parts.typed.learn(this.#scope.of(await this.#parts.segments()), TYPES_MS / 4, signal);
      if (!done) this.#typesAt = 0;
    } catch (error) {
      if (!signal.aborted) this.#parts.log(`The types of the segments: ${toShmError(error).message}`);
    } finally {
      this.#learning = false;
    }
  }
  #learning = false;

  async #look(sleepersToo: boolean): Promise<LocksLook> {
    const before = this.#looking;
    const looking = (async () => {
      await before?.catch(() => undefined);
      return this.#lookNow(sleepersToo);
    })();
    this.#looking = looking;
    return looking;
  }

  async #lookNow(sleepersToo: boolean): Promise<LocksLook> {
    const all = await this.#parts.segments();
    const followed = sleepersToo ? all : this.#scope.of(all);
    const asleep = await this.#sleepers(followed, sleepersToo);
    const typed = await this.#withLocks(followed, asleep);
    const heldSince = (id: string, offset: number, tid: number): number | undefined =>
      this.#remembered.heldSince(id, offset, tid);
    const looked = await this.#looker.look(typed, { asleep, heldSince, fresh: sleepersToo });
    const now = Date.now();
    this.#contended = new Set(looked.filter(({ raw }) => isContended(raw)).map(({ raw }) => raw.segment.id));
    const segments = await this.#remembered.take(looked, now);
    const sets = await this.#sets(asleep, sleepersToo);
    const limits = this.#parts.limits();
    // What came before somebody looked, and after who sleeps was looked at last, is not known: the limit is for what was watched.
    const watched = this.#asleepAt - limits.unsignalled;
    const signals: SignalsSince = (...of) => this.#remembered.signalsSince(...of, watched);
    const found = await runPaced(findingSteps(segments, limits, now, signals), new Pace());
    found.push(...mixed(looked));
    const findings = this.#confirmed(found, asleep);
    this.#byId = new Map(segments.map((one) => [one.segment.id, one]));
    if (!this.#running) this.#looker.forget();
    return (this.#last = { time: now, segments, sets, findings, unseen: unseenOf(asleep, this.#parts.unlisted()) });
  }

  /** Segments with locks, and those on which threads sleep. */
  async #withLocks(all: readonly Segment[], asleep: Asleep): Promise<(readonly [Segment, TypeAt | undefined])[]> {
    const found: (readonly [Segment, TypeAt | undefined])[] = [];
    await forEachPaced(all, new Pace(), (segment) => {
      const at = this.#parts.typed.of(segment);
      if (asleep.bySegment.has(segment.id) || placesOf(segment, at).places.length > 0) found.push([segment, at]);
    });
    return found;
  }

  async #sleepers(all: readonly Segment[], now: boolean): Promise<Asleep> {
    const begun = performance.now();
    this.#sleepersTook = 0;
    if (this.#asleep && !now && begun < this.#sleepersAt) return this.#nearSleepers(this.#asleep, all);
    const asleepAt = Date.now();
    const asleep = await this.#looker.asleep(all, now || this.#scope.wide ? undefined : pidsOf(all), now);
    this.#asleepAt = asleepAt;
    const lists = [...asleep.bySegment.values(), ...asleep.sets.values()];
    const sleepers = lists.flatMap((list) => list.map(({ sleeper }) => sleeper));
    this.#looker.sleeps.take(sleepers, Date.now());
    if (now) await this.#parts.where.learn(sleepers);
    else this.#learnWhere(sleepers);
    const took = (this.#sleepersTook = performance.now() - begun);
    this.#sleepersAt = performance.now() + Math.max(SLEEPERS_MS, took / SLEEPERS_SHARE);
    this.#nearAt = performance.now() + SLEEPERS_MS;
    return (this.#asleep = asleep);
  }

  /** Between two askings of all: of the processes alone that share a lock whose words say that somebody waits for it. */
  async #nearSleepers(before: Asleep, all: readonly Segment[]): Promise<Asleep> {
    const begun = performance.now();
    const contended = begun < this.#nearAt ? [] : all.filter(({ id }) => this.#contended.has(id));
    if (contended.length === 0) return before;
    this.#nearAt = begun + SLEEPERS_MS;
    // Where these are most of them, asking all in its turn is as good.
    if (contended.some((segment) => mapperCount(segment) > NEAR_MOST)) return before;
    const pids = pidsOf(contended);
    if (pids.size > NEAR_MOST) return before;
    const { bySegment } = await this.#looker.asleep(contended, pids, false);
    const sleepers = [...bySegment.values()].flatMap((list) => list.map(({ sleeper }) => sleeper));
    this.#looker.sleeps.take(sleepers, Date.now(), false);
    this.#learnWhere(sleepers);
    this.#sleepersTook = performance.now() - begun;
    this.#nearAt = performance.now() + Math.max(SLEEPERS_MS, this.#sleepersTook / SLEEPERS_SHARE);
    const now = new Map(before.bySegment);
    for (const { id } of contended) now.set(id, bySegment.get(id) ?? []);
    return (this.#asleep = { ...before, bySegment: now });
  }

  /** Where locks change hands all the time others sleep at each look: of those it is asked now and then, of who stays always. */
  #learnWhere(sleepers: readonly Sleeper[]): void {
    const begun = performance.now();
    const all = begun >= this.#whereAt;
    const wanted = all ? sleepers : sleepers.filter((sleeper) => this.#looker.sleeps.lasts(sleeper));
    const then = (): void => {
      const end = performance.now();
      if (all) this.#whereAt = end + Math.min((end - begun) / WHERE_SHARE, WHERE_MOST_MS);
    };
    void this.#parts.where.learn(wanted).then(then);
  }
  #whereAt = 0;

  async #sets(asleep: Asleep, now: boolean): Promise<LocksLook['sets']> {
    if (this.#last && !now && this.#setsOf === asleep) return this.#last.sets;
    this.#setsOf = asleep;
    const people = {
      since: (sleeper: Sleeper) => this.#looker.sleeps.since(sleeper),
      where: (sleeper: Sleeper) => this.#parts.where.of(sleeper),
    };
    return semaphoreSets(this.#parts.calls, asleep.sets, people).catch((error: unknown) => {
      // A kernel without System V semaphores, or whose filter hides them: the locks are told of all the same.
      this.#log(`The sets of semaphores: ${toShmError(error).message}`);
      return [];
    });
  }
  #setsOf: Asleep | undefined;

  /** The words of a lock that is just locked are not of one moment: two looks have to agree. */
  #confirmed(findings: readonly Finding[], asleep: Asleep): Finding[] {
    const before = this.#before;
    this.#before = new Map(findings.map(({ key }) => [key, before.get(key) ?? asleep]));
    return findings.filter(({ kind, key, cycle }) => {
      if (!PASSING.has(kind)) return true;
      const first = before.get(key);
      // Who was asleep before the words were read may have got its lock since: only who is asleep still when all are asked anew has not.
      if (cycle) return first !== undefined && first !== asleep && this.#lasts(cycle, asleep);
      return first !== undefined;
    });
  }

  /** Whether all of them sleep since the time before that sleepers were asked for. */
  #lasts(cycle: readonly CycleStep[], asleep: Asleep): boolean {
    const tids = new Set(cycle.map(({ tid }) => tid));
    const sleepers = [...asleep.bySegment.values()].flat().filter(({ sleeper }) => tids.has(sleeper.tid));
    return sleepers.every(({ sleeper }) => this.#looker.sleeps.lasts(sleeper));
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done, { once: true });
      this.#wake = done;
    });
  }

  /** Once, as long as each look fails in the same way. */
  #log(line: string): void {
    if (line !== this.#logged) this.#parts.log(line);
    this.#logged = line;
  }
  #logged = '';

  async #tell(look: LocksLook, signal: AbortSignal): Promise<void> {
    const key = await lookKey(look);
    if (signal.aborted) return;
    const due = performance.now() - this.#toldAt >= SHARES_MS;
    if (key === this.#told && !(due && look.segments.length > 0)) return;
    this.#told = key;
    this.#toldAt = performance.now();
    this.#changes.fire(look);
  }
}

function isContended({ raws }: RawSegment): boolean {
  return raws.some(({ words: { contended, waiterCount = 0 } }) => contended === true || waiterCount > 0);
}

function mixed(looked: readonly Looked[]): Finding[] {
  return looked.flatMap(({ locks: { segment, locks }, mixed: text }) => {
    const [first] = locks;
    if (text === undefined || !first) return [];
    const ref = refOf(segment, first);
    return [{ key: `mixed ${segment.id}`, kind: 'mixed', severity: 'error', text: `${segment.name}: ${text}`, locks: [ref] }];
  });
}

function unseenOf({ unseen, reason }: Asleep, unlisted: string | undefined): LocksLook['unseen'] {
  const others = unlisted === undefined ? {} : { unlisted };
  if (unseen === 0) return { processes: 0, ...others };
  return {
    processes: unseen,
    ...others,
    remedy:
      reason ??
      'Threads of other users are seen by root or with CAP_SYS_PTRACE; where Yama forbids it (kernel.yama.ptrace_scope), your own too.',
  };
}
