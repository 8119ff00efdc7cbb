/** What the page is told of its segment's locks, out of what a look saw: bounded. Pure. */
import type { CycleStep, Finding, Lock, LockRef, LocksLook, SegmentLocks, Waiter } from '../locks/face.ts';
import { MAX_CYCLE, MAX_FINDINGS, MAX_LOCK_TEXT, MAX_LOCK_WAITERS, MAX_LOCKS } from '../protocol/limits.ts';
import type {
  CodePlace,
  CycleStepInfo,
  FindingInfo,
  LockInfo,
  LockPlace,
  LocksInfo,
  ShareInfo,
  WaiterInfo,
  WaitersInfo,
} from '../protocol/locking.ts';

/** Names come from the programs that are looked at. */
const short = (text: string): string => (text.length > MAX_LOCK_TEXT ? `${text.slice(0, MAX_LOCK_TEXT - 1)}…` : text);

/** Whether a finding is about a lock of the segment. */
export function isAbout({ locks, cycle = [] }: Finding, id: string): boolean {
  return locks.some((lock) => lock.id === id) || cycle.some(({ holds, wants }) => holds.id === id || wants.id === id);
}

/** `look`: the newest one, with the findings. */
export function locksInfo(seen: SegmentLocks, look: Pick<LocksLook, 'findings' | 'unseen'> | undefined): LocksInfo {
  const { id } = seen.segment;
  const about = (look?.findings ?? []).filter((finding) => isAbout(finding, id));
  const told = wanted(seen.locks, about, id);
  const { processes, unlisted, remedy } = look?.unseen ?? { processes: 0 };
  return {
    ...(seen.type === undefined ? {} : { type: short(seen.type) }),
    locks: told.map(lockInfo),
    more: seen.more || told.length < seen.locks.length,
    elsewhere: seen.elsewhere.slice(0, MAX_LOCKS).map(({ offset, waiters }) => ({ offset, ...waitersInfo(waiters) })),
    findings: about.slice(0, MAX_FINDINGS).map((finding) => findingInfo(finding, id)),
    unseen: {
      processes,
      ...(unlisted === undefined ? {} : { unlisted: short(unlisted) }),
      ...(remedy === undefined ? {} : { remedy: short(remedy) }),
    },
    ...(seen.problem === undefined ? {} : { problem: short(seen.problem) }),
  };
}

/** Of too many locks those that matter most: what findings are about, what is waited for, what is held. */
function wanted(locks: readonly Lock[], findings: readonly Finding[], id: string): readonly Lock[] {
  if (locks.length <= MAX_LOCKS) return locks;
  const found = new Set(
    findings.flatMap((finding) => finding.locks.filter((lock) => lock.id === id).map(({ offset }) => offset)),
  );
  const ranks: Lock[][] = [[], [], [], []];
  for (const lock of locks) ranks[rankOf(lock, found)]?.push(lock);
  return ranks
    .flat()
    .slice(0, MAX_LOCKS)
    .sort((a, b) => a.offset - b.offset);
}

function rankOf(lock: Lock, found: ReadonlySet<number>): number {
  if (found.has(lock.offset) || lock.corrupt !== undefined) return 0;
  if (lock.waiters.length > 0) return 1;
  return lock.state === 'free' || lock.state === 'counting' ? 3 : 2;
}

function lockInfo(lock: Lock): LockInfo {
  const { offset, size, kind, state, path, owner, corrupt, share } = lock;
  return {
    offset,
    size,
    type: short(lock.type),
    kind,
    state,
    text: short(lock.text),
    ...given({
      path: path === undefined ? undefined : short(path),
      owner: owner && ownerInfo(owner),
      value: lock.value,
      depth: lock.depth,
      robust: lock.robust,
      processShared: lock.processShared,
      counted: lock.counted,
      corrupt: corrupt === undefined ? undefined : short(corrupt),
      share: share && shareInfo(share),
      since: lock.since,
    }),
    notes: lock.notes.slice(0, MAX_LOCK_WAITERS).map(short),
    ...waitersInfo(lock.waiters),
  };
}

type Given<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Without the members that are undefined. */
function given<T extends object>(members: T): Given<T>;
function given(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function ownerInfo({ tid, pid, process, alive, note }: NonNullable<Lock['owner']>): NonNullable<LockInfo['owner']> {
  const texts = given({ process: process && short(process), note: note && short(note) });
  return { tid, alive, ...texts, ...given({ pid }) };
}

function shareInfo({ looks, held, contended, since, holders }: NonNullable<Lock['share']>): ShareInfo {
  const most = holders.slice(0, MAX_LOCK_WAITERS).map((one) => ({ name: short(one.name), looks: one.looks }));
  return { looks, held, contended, since, holders: most };
}

function waitersInfo(waiters: readonly Waiter[]): WaitersInfo {
  const told = waiters.slice(0, MAX_LOCK_WAITERS);
  return { waiters: told.map(waiterInfo), moreWaiters: waiters.length - told.length };
}

function waiterInfo({ tid, pid, process, since, exact, timed, stopped, where }: Waiter): WaiterInfo {
  return { tid, pid, process: short(process), since, exact, timed, stopped, ...given({ where: where && placeInfo(where) }) };
}

function placeInfo({ function: name, file, line }: CodePlace): CodePlace {
  return given({ function: name && short(name), file: file && short(file), line });
}

function findingInfo({ key, kind, severity, text, locks, cycle }: Finding, id: string): FindingInfo {
  return {
    key: short(key),
    kind,
    severity,
    text: short(text),
    locks: locks.slice(0, MAX_LOCKS).map((lock) => lockPlace(lock, id)),
    ...given({ cycle: cycle?.slice(0, MAX_CYCLE).map((step) => stepInfo(step, id)) }),
  };
}

function stepInfo({ pid, tid, process, holds, wants, where }: CycleStep, id: string): CycleStepInfo {
  return {
    pid,
    tid,
    process: short(process),
    holds: lockPlace(holds, id),
    wants: lockPlace(wants, id),
    ...given({ where: where && placeInfo(where) }),
  };
}

function lockPlace({ id, segment, offset, path }: LockRef, here: string): LockPlace {
  return { id, segment: short(segment), here: id === here, offset, ...given({ path: path === undefined ? path : short(path) }) };
}
