/** What is wrong with the locks of some segments, as sentences with names and places. */
import type { Segment } from '../../api.d.ts';
import { mapperCount } from '../segments/views.ts';
import { cyclesOf, refOf } from './cycles.ts';
import type { CycleStep, Finding, Lock, LockRef, SegmentLocks, Waiter } from './face.ts';
import { forText, lineText, listed, lockName, threadName } from './names.ts';

/** From when on something counts as a finding. */
export interface Limits {
  /** ms that a lock is held by one thread. */
  readonly held: number;
  /** ms that a thread waits for a condition or semaphore that nobody signals. */
  readonly unsignalled: number;
}

/** Within which a new mapper is seen, with some to spare: segments/follow.ts. */
const SCAN_MS = 2500;

/** How often what a waiter waits for was seen to be signalled since it began; undefined where it is not followed. */
export type SignalsSince = (segment: Segment, lock: Lock, waiter: Waiter) => number | undefined;

interface Found {
  readonly segment: Segment;
  readonly lock: Lock;
}

/** Locks after which it yields. */
const STEP = 4;

type Rule = (found: Found) => Omit<Finding, 'locks' | 'key'> | undefined;

/** The gravest first. It yields after some locks. */
export function* findingSteps(
  segments: readonly SegmentLocks[],
  limits: Limits,
  now: number,
  signals: SignalsSince = () => undefined,
): Generator<void, Finding[]> {
  const rules: readonly Rule[] = [
    corrupt,
    (found) => deadOwner(found, now),
    notRecoverable,
    (found) => heldLong(found, limits.held, now),
    (found) => unsignalled(found, limits.unsignalled, now, signals),
  ];
  const found: Finding[] = cyclesOf(segments).map(deadlock);
  const cyclic = new Set(found.flatMap(({ locks }) => locks.map(keyOf)));
  for (const { segment, locks } of segments) {
    const own: Finding[] = [];
    let done = 0;
    for (const lock of locks) {
      if (isIdle(lock)) continue;
      const found = { segment, lock };
      for (const rule of rules) {
        const one = rule(found);
        if (!one) continue;
        const ref = refOf(segment, lock);
        // That it is held for long, a deadlock says already.
        if (one.kind === 'held-long' && cyclic.has(keyOf(ref))) continue;
        own.push({ ...one, locks: [ref], key: `${one.kind} ${keyOf(ref)}` });
      }
      if (++done % STEP === 0) yield;
    }
    found.push(...gathered(own), ...notShared(segment, locks));
  }
  return found.sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'));
}

/** Nobody has it and nobody waits for it, as it should be: no rule says anything of it. */
function isIdle({ owner, waiters, state, corrupt }: Lock): boolean {
  return owner === undefined && waiters.length === 0 && state !== 'unrecoverable' && corrupt === undefined;
}

const nameOf = (segment: Segment, lock: Lock): string => lockName(refOf(segment, lock));
const keyOf = ({ id, offset }: LockRef): string => `${id} ${offset}`;

/** Of an array's elements one is told, with how many are like it: a type that is wrong would fill the list. */
const GATHERED: ReadonlySet<Finding['kind']> = new Set(['corrupt', 'held-long', 'unsignalled']);

function gathered(findings: readonly Finding[]): Finding[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { kind, key, locks } = finding;
    const path = locks[0]?.path;
    const like = GATHERED.has(kind) && path !== undefined ? `${kind} ${locks[0]?.id} ${pattern(path)}` : key;
    const known = groups.get(like);
    if (known) known.push(finding);
    else groups.set(like, [finding]);
  }
  return [...groups].flatMap(([key, [first, ...others]]) => {
    if (!first || others.length === 0) return first ?? [];
    const more = others.length === 1 ? 'One more is like it.' : `${others.length} more are like it.`;
    return [{ ...first, key, text: `${first.text} ${more}`, locks: [first, ...others].flatMap(({ locks }) => locks) }];
  });
}

/** 'slots[].lock' of each 'slots[3].lock'. */
const pattern = (path: string): string => path.replace(/\[\d+\]/g, '[]');

function deadlock(cycle: readonly CycleStep[]): Finding {
  const locks = cycle.map(({ wants }) => wants);
  const steps = cycle.map(({ holds, wants, where, ...thread }) => {
    const at = where && lineText(where) ? ` (${lineText(where)})` : '';
    return `${threadName(thread)} holds ${lockName(holds)} and waits for ${lockName(wants)}${at}`;
  });
  const [only] = cycle;
  const alone = cycle.length === 1 && only;
  const text = alone
    ? `${threadName(only)} waits for ${lockName(only.wants)}, which it holds itself: it waits for ever.`
    : `Deadlock: ${steps.join('; ')}. None of them goes on by itself.`;
  const key = `deadlock ${cycle.map(({ tid, wants }) => `${tid} ${keyOf(wants)}`).join()}`;
  return { key, kind: 'deadlock', severity: 'error', text, locks, cycle };
}

function corrupt({ segment, lock }: Found): ReturnType<Rule> {
  if (lock.corrupt === undefined) return undefined;
  return { kind: 'corrupt', severity: 'error', text: `${nameOf(segment, lock)} is no ${lock.type} any more: ${lock.corrupt}` };
}

function waitersText(waiters: readonly Waiter[]): string {
  if (waiters.length === 0) return '';
  const many = waiters.length === 1 ? '1 thread waits' : `${waiters.length} threads wait`;
  return ` ${many}: ${listed(waiters.map(threadName))}.`;
}

function deadOwner({ segment, lock }: Found, now: number): ReturnType<Rule> {
  const { owner, robust, waiters, state, since } = lock;
  if (state === 'free' || state === 'unrecoverable' || !owner || owner.alive) return undefined;
  // A thread of that number lives: it may have mapped the segment since its mappers were asked for.
  if (owner.note !== undefined && since !== undefined && now - since < SCAN_MS) return undefined;
  const who = owner.process === undefined ? `thread ${owner.tid}` : `${owner.process} (${owner.tid})`;
  const note = owner.note === undefined ? '' : ` ${owner.note}`;
  const next = robust
    ? ' It is robust: the next thread that locks it gets EOWNERDEAD, and has to make it consistent.'
    : ' Nobody can unlock it any more.';
  return {
    kind: 'dead-owner',
    severity: robust && waiters.length === 0 ? 'warning' : 'error',
    text: `${nameOf(segment, lock)} is held by ${who}, which has ended.${note}${waitersText(waiters)}${next}`,
  };
}

function notRecoverable({ segment, lock }: Found): ReturnType<Rule> {
  if (lock.state !== 'unrecoverable') return undefined;
  const text = `${nameOf(segment, lock)} cannot be locked any more (ENOTRECOVERABLE): its owner died, and who came next unlocked it without pthread_mutex_consistent.`;
  return { kind: 'dead-owner', severity: 'error', text };
}

function heldLong({ segment, lock }: Found, limit: number, now: number): ReturnType<Rule> {
  const { owner, since, waiters } = lock;
  if (!owner?.alive || since === undefined || now - since < limit || lock.state === 'free') return undefined;
  const who = owner.pid === undefined ? `thread ${owner.tid}` : threadName({ process: '', ...owner, pid: owner.pid });
  const note = owner.note === undefined ? '' : ` ${owner.note}`;
  const text = `${nameOf(segment, lock)} has been held by ${who} for ${forText(now - since)}.${note}${waitersText(waiters)}`;
  return { kind: 'held-long', severity: 'warning', text };
}

function unsignalled({ segment, lock }: Found, limit: number, now: number, signals: SignalsSince): ReturnType<Rule> {
  if (lock.kind !== 'cond' && lock.kind !== 'semaphore') return undefined;
  const stuck = lock.waiters.filter((waiter) => now - waiter.since >= limit && signals(segment, lock, waiter) === 0);
  const [first] = stuck;
  if (!first) return undefined;
  const longest = stuck.reduce((least, { since }) => Math.min(least, since), now);
  const wait = stuck.length > 1 ? `and ${stuck.length - 1} more wait` : 'waits';
  const done = lock.kind === 'cond' ? 'signalled it' : 'posted to it';
  const text = `${threadName(first)} ${wait} for ${nameOf(segment, lock)} for ${forText(now - longest)}, and nobody has ${done} since: 0 changes seen.`;
  return { kind: 'unsignalled', severity: 'warning', text };
}

/** POSIX's locks that can be shared; of C++'s and C11's none can. */
const SHAREABLE: Readonly<Partial<Record<Lock['kind'], string>>> = {
  mutex: 'a pthread_mutex_t with PTHREAD_PROCESS_SHARED',
  rwlock: 'a pthread_rwlock_t with PTHREAD_PROCESS_SHARED',
  cond: 'a pthread_cond_t with PTHREAD_PROCESS_SHARED',
  semaphore: 'a sem_t of sem_init with pshared 1',
};

function sharedText({ kind, type }: Lock): string {
  const instead = SHAREABLE[kind];
  if (instead !== undefined && /^(std::|mtx_t$|cnd_t$)/.test(type)) return `no ${type} can be; ${instead} can`;
  return `${kind === 'semaphore' ? 'sem_init with pshared 1' : 'PTHREAD_PROCESS_SHARED'} is what they need`;
}

/** PTHREAD_MUTEX_INITIALIZER and sem_init(…, 0, …) in memory that several processes map: one finding for all elements of an array. */
function notShared(segment: Segment, locks: readonly Lock[]): Finding[] {
  const processes = mapperCount(segment);
  if (processes < 2) return [];
  const groups = new Map<string, Lock[]>();
  for (const lock of locks) {
    if (lock.processShared !== false || lock.corrupt !== undefined) continue;
    const like = pattern(lock.path ?? '');
    const known = groups.get(like);
    if (known) known.push(lock);
    else groups.set(like, [lock]);
  }
  return [...groups].flatMap(([like, [first, ...others]]) => {
    if (!first) return [];
    const ref = refOf(segment, first);
    const more = others.length > 0 ? ` and ${others.length} more like it` : '';
    const text = `${lockName(ref)}${more} ${others.length > 0 ? 'are' : 'is'} not process-shared, and ${processes} processes map it: that is undefined (${sharedText(first)}).`;
    return [{ key: `not-shared ${segment.id} ${like}`, kind: 'not-shared', severity: 'warning', text, locks: [ref] }];
  });
}
