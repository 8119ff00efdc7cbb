/** All that the Locks view and the explorer's marks say of locks, so that it can be read together. Plain text: names come from other programs. */
import { segmentLabel, countText, plural } from '../segments/texts.ts';
import type {
  CodeLine,
  CycleStep,
  Finding,
  Lock,
  LockRef,
  LocksLook,
  LockShare,
  Owner,
  SegmentLocks,
  SemaphoreSet,
  Waiter,
} from './face.ts';

/** ms that a lock is held before it is said since when: what comes and goes would never stand still. */
export const HELD_MS = 2000;
const DAY_MS = 86_400_000;
const HOLDERS_SHOWN = 5;
const TOOLTIP_WAITERS = 20;
const TOOLTIP_LOCKS = 10;

export const SETS_LABEL = 'System V semaphores';
export const ELSEWHERE_LABEL = 'Waiting elsewhere';
export const MORE_LOCKS = 'The type has more locks than are looked at.';
export const NOT_SEEN = 'Threads of these processes may wait for locks, too, and are not seen.';

/** The lock words of threads that run, and of those that have ended. */
export function isHeld({ state }: Lock): boolean {
  return state === 'locked' || state === 'read-locked' || state === 'write-locked';
}

/** Held by who cannot give it back, in a state that only a repair ends, or no lock at all. */
export function isBroken({ state, owner, corrupt }: Lock): boolean {
  return corrupt !== undefined || state === 'unrecoverable' || state === 'owner-died' || owner?.alive === false;
}

/** 'queue.lock', 'sem_t', 'pthread_mutex_t at 0x40'. */
export function lockName({ path, type, offset }: Pick<Lock, 'path' | 'type' | 'offset'>): string {
  if (path === undefined) return `${type} at ${offsetText(offset)}`;
  return path === '' ? type : path;
}

/** As `lockName`, where only a reference is known: 'queue.lock', 'the lock', '0x40'. */
export function refName({ path, offset }: LockRef): string {
  if (path === undefined) return offsetText(offset);
  return path === '' ? 'the lock' : path;
}

export function offsetText(offset: number): string {
  return `0x${offset.toString(16)}`;
}

/** '14:03:07', with the day where that is another one. */
export function clockText(ms: number, now: number): string {
  const date = new Date(ms);
  const clock = date.toLocaleTimeString('en-GB');
  const sameDay = now - ms < DAY_MS && date.getDate() === new Date(now).getDate();
  return sameDay ? clock : `${date.toLocaleDateString('en-CA')} ${clock}`;
}

/** 'queue.c:88', 'in take()'. */
export function lineText({ file, line, function: name }: CodeLine): string | undefined {
  if (file !== undefined) return `${file.slice(file.lastIndexOf('/') + 1)}${line === undefined ? '' : `:${line}`}`;
  return name === undefined ? undefined : `in ${name}()`;
}

/** 'take() at /src/queue.c:88'. */
export function placeText({ file, line, function: name }: CodeLine): string {
  const place = file === undefined ? undefined : `${file}${line === undefined ? '' : `:${line}`}`;
  return [...(name === undefined ? [] : [`${name}()`]), ...(place === undefined ? [] : [place])].join(' at ');
}

/** 'thread 4712'; nothing for a process's first thread, which has the pid. */
function threadParts({ tid, pid }: { readonly tid: number; readonly pid?: number }): string[] {
  return tid === pid ? [] : [`thread ${tid}`];
}

/* Findings */

const TITLES: Readonly<Record<Exclude<Finding['kind'], 'deadlock'>, string>> = {
  'dead-owner': 'Owner is dead',
  unsignalled: 'Nobody signals',
  'held-long': 'Held for long',
  corrupt: 'Corrupt',
  'not-shared': 'Not process-shared',
  mixed: 'Mixed',
};

/** A few words: 'Deadlock of 2 processes', 'Owner is dead: queue.lock'. */
export function findingTitle({ kind, cycle, locks: [first] }: Finding): string {
  if (kind === 'deadlock') return deadlockTitle(cycle ?? []);
  return first ? `${TITLES[kind]}: ${refName(first)}` : TITLES[kind];
}

function deadlockTitle(cycle: readonly CycleStep[]): string {
  const processes = new Set(cycle.map(({ pid }) => pid)).size;
  if (cycle.length === 0) return 'Deadlock';
  if (cycle.length === 1) return `Deadlock of ${cycle[0]?.process ?? ''} with itself`;
  return processes === 1
    ? `Deadlock of ${plural(cycle.length, 'thread')}`
    : `Deadlock of ${plural(processes, 'process', 'processes')}`;
}

/** The segments that it is about. */
export function findingDescription({ locks }: Finding): string {
  return [...new Set(locks.map(({ segment }) => segment))].join(', ');
}

/** 'a (12) holds queue.a, waits for queue.b'. */
export function stepText({ process, pid, holds, wants }: CycleStep): string {
  return `${process} (${pid}) holds ${refName(holds)}, waits for ${refName(wants)}`;
}

export function stepDescription(step: CycleStep): string {
  const { holds, wants, where } = step;
  const segments = holds.id === wants.id ? [] : [`${holds.segment} → ${wants.segment}`];
  const line = where && lineText(where);
  return [...threadParts(step), ...segments, ...(line === undefined ? [] : [line])].join(' · ');
}

export function badgeText(errors: number): string {
  return `${plural(errors, 'error')} in locks`;
}

/* Segments and locks */

/** '3 locks · 1 held · 2 wait', or why they are not known. */
export function segmentText({ locks, elsewhere, problem, more }: SegmentLocks): string {
  if (problem !== undefined) return problem;
  const held = locks.filter(isHeld).length;
  const waiting = waitingCount(locks) + waitingCount(elsewhere);
  return [
    `${plural(locks.length, 'lock')}${more ? ' and more' : ''}`,
    ...(held > 0 ? [`${countText(held)} held`] : []),
    ...(waiting > 0 ? [waitText(waiting)] : []),
  ].join(' · ');
}

export function waitingCount(all: readonly { readonly waiters: readonly unknown[] }[]): number {
  return all.reduce((sum, { waiters }) => sum + waiters.length, 0);
}

/** '1 waits', '2 wait'. */
export function waitText(count: number): string {
  return `${countText(count)} ${count === 1 ? 'waits' : 'wait'}`;
}

/** 'locked by strategy (4711) · 2 wait'. */
export function lockText({ text, waiters }: Lock): string {
  return [text, ...(waiters.length > 0 ? [waitText(waiters.length)] : [])].join(' · ');
}

export function lockTooltip(lock: Lock, segment: string, now: number): string {
  const { waiters, corrupt, counted, owner, since, share } = lock;
  const left = waiters.length - TOOLTIP_WAITERS;
  return [
    `${lockName(lock)} in ${segment}, at ${offsetText(lock.offset)}`,
    `${lock.type}: ${lock.text}`,
    corrupt === undefined ? undefined : `No implementation writes such words: ${corrupt}`,
    owner?.note,
    since !== undefined && now - since >= HELD_MS ? `It has been so since ${clockText(since, now)}.` : undefined,
    ...waiters.slice(0, TOOLTIP_WAITERS).map((waiter) => `${threadText(waiter)} waits, ${waiterText(waiter, now)}`),
    left > 0 ? `and ${countText(left)} more` : undefined,
    countedNote(counted, waiters.length),
    ...factTexts(lock),
    ...lock.notes,
    share && shareText(share),
  ]
    .filter((line) => line !== undefined && line !== '')
    .join('\n');
}

/** Depth, robust, process-shared. */
export function factTexts({ depth, robust, processShared }: Lock): string[] {
  return [
    ...(depth !== undefined && depth > 1 ? [`Its owner has locked it ${plural(depth, 'time')}.`] : []),
    ...(robust === true ? ['It is robust: who locks it next is told that its owner has died.'] : []),
    ...(processShared === false ? ['It is not process-shared.'] : []),
  ];
}

/** Where the lock's own count is another one than what was seen. */
export function countedNote(counted: number | undefined, seen: number): string | undefined {
  if (counted === undefined || counted <= seen) return undefined;
  return `The lock itself counts ${plural(counted, 'thread')} that wait${counted === 1 ? 's' : ''}; killed ones stay counted.`;
}

/** 'strategy (4711)', 'thread 4711' where the process is not known. */
export function ownerName({ process, pid, tid }: Owner): string {
  return process === undefined || pid === undefined ? `Thread ${tid}` : `${process} (${pid})`;
}

/** 'holds it · thread 4712 · since 14:03:07', 'is dead · held it since 14:03:07'. */
export function ownerText(owner: Owner, since: number | undefined, now: number): string {
  const { alive, pid, note } = owner;
  const held = since !== undefined && now - since >= HELD_MS ? [`${alive ? '' : 'held it '}since ${clockText(since, now)}`] : [];
  const thread = pid === undefined ? [] : threadParts(owner);
  return [alive ? 'holds it' : 'is dead', ...thread, ...held, ...(note === undefined ? [] : [note])].join(' · ');
}

/** 'worker (4712)'. */
export function threadText({ process, pid }: Waiter): string {
  return `${process} (${pid})`;
}

/** 'thread 4713 · since 14:03:07 · queue.c:88': it stays true without being drawn anew. */
export function waiterText(waiter: Waiter, now: number): string {
  const { since, exact, timed, stopped, where } = waiter;
  const line = where && lineText(where);
  return [
    ...threadParts(waiter),
    `since ${exact ? '' : 'before '}${clockText(since, now)}`,
    ...(timed ? ['for a limited time'] : []),
    ...(stopped ? ['stopped'] : []),
    ...(line === undefined ? [] : [line]),
  ].join(' · ');
}

export function waiterTooltip(waiter: Waiter, now: number): string {
  const { where } = waiter;
  return [
    `${threadText(waiter)}, thread ${waiter.tid}, waits ${waiterText(waiter, now)}`,
    ...(where === undefined ? [] : [placeText(where)]),
    ...(waiter.exact ? [] : ['It waited already when it was seen first; the kernel does not say since when.']),
    ...(waiter.stopped ? ['It is stopped (SIGSTOP, or a debugger), and cannot go on when the lock is free.'] : []),
  ].join('\n');
}

/** 'held 37 % of 412 looks · contended 5 %'. */
export function shareText({ looks, held, contended }: LockShare): string {
  const percent = (count: number): string => {
    const share = looks > 0 ? (100 * count) / looks : 0;
    return share > 0 && share < 1 ? 'under 1 %' : `${Math.round(share)} %`;
  };
  return `held ${percent(held)} of ${plural(looks, 'look')} · contended ${percent(contended)}`;
}

export function shareTooltip({ since, holders, looks }: LockShare, now: number): string {
  return [
    `Seen since ${clockText(since, now)}; what comes and goes between two looks is not seen.`,
    ...holders
      .slice(0, HOLDERS_SHOWN)
      .map(({ name, looks: held }) => `${name} held it at ${countText(held)} of ${plural(looks, 'look')}`),
    ...(holders.length > HOLDERS_SHOWN ? [`and ${countText(holders.length - HOLDERS_SHOWN)} more`] : []),
  ].join('\n');
}

/* System V */

export function setLabel({ semid, key }: SemaphoreSet): string {
  return Number(key) === 0 ? `semid ${semid}` : key;
}

/** 'semid 5 · 3 semaphores · 2 wait', or why they are not known. */
export function setText({ semid, key, semaphores, waiters, reason }: SemaphoreSet): string {
  return [
    ...(Number(key) === 0 ? [] : [`semid ${semid}`]),
    ...(semaphores ? [plural(semaphores.length, 'semaphore')] : []),
    ...(waiters.length > 0 ? [waitText(waiters.length)] : []),
    ...(reason === undefined ? [] : [reason]),
  ].join(' · ');
}

type Semaphore = NonNullable<SemaphoreSet['semaphores']>[number];

/** 'value 0 · last pusher (12) · 2 wait for more · 1 waits for 0'. */
export function semaphoreText({ value, lastPid, lastProcess, waitingMore, waitingZero }: Semaphore): string {
  const last = lastProcess === undefined ? `pid ${lastPid}` : `${lastProcess} (${lastPid})`;
  return [
    `value ${countText(value)}`,
    ...(lastPid === 0 ? [] : [`last changed by ${last}`]),
    ...(waitingMore > 0 ? [`${waitText(waitingMore)} for more`] : []),
    ...(waitingZero > 0 ? [`${waitText(waitingZero)} for 0`] : []),
  ].join(' · ');
}

/** The answer to showLocks for a segment without a row. */
export function noLocksText(segment: string): string {
  return `No locks are known in ${segment}: its type says where they are. Open it, and choose its type.`;
}

/* What was not seen */

/** Empty where all were. */
export function unseenText({ processes, unlisted }: LocksLook['unseen']): string {
  const counted = processes > 0 ? [`${plural(processes, 'process', 'processes')} could not be looked at`] : [];
  return [...counted, ...(unlisted === undefined ? [] : [unlisted])].join(', ');
}

/* Marks in the explorer */

const FOUND: Readonly<Record<Finding['kind'], string>> = {
  deadlock: 'deadlock',
  'dead-owner': 'owner dead',
  corrupt: 'corrupt lock',
  unsignalled: 'nobody signals',
  'held-long': 'held for long',
  'not-shared': 'lock not process-shared',
  mixed: 'mixed locks',
};

/** 'deadlock · 2 locks held · 1 waits'; '' where nothing of it is worth a word. What is held for moments is left out. */
export function markText(locks: readonly Lock[], findings: readonly Finding[], now: number): string {
  const held = locks.filter((lock) => isHeld(lock) && (lock.waiters.length > 0 || (lock.since ?? now) <= now - HELD_MS)).length;
  const waiting = waitingCount(locks.filter(isHeld));
  return [
    ...new Set(findings.map(({ kind }) => FOUND[kind])),
    ...(held > 0 ? [`${plural(held, 'lock')} held`] : []),
    ...(waiting > 0 ? [waitText(waiting)] : []),
  ].join(' · ');
}

/** Findings, and the locks that are held, with owners and waiters, a line each. */
export function markLines(locks: readonly Lock[], findings: readonly Finding[]): string[] {
  const held = locks.filter((lock) => isHeld(lock) || isBroken(lock));
  const left = held.length - TOOLTIP_LOCKS;
  return [
    ...findings.map(({ text }) => text),
    ...held.slice(0, TOOLTIP_LOCKS).map((lock) => `${lockName(lock)}: ${lock.text}${waitersPart(lock.waiters)}`),
    ...(left > 0 ? [`and ${plural(left, 'more lock')}`] : []),
  ];
}

function waitersPart(waiters: readonly Waiter[]): string {
  if (waiters.length === 0) return '';
  const shown = waiters.slice(0, HOLDERS_SHOWN).map(threadText);
  const left = waiters.length - shown.length;
  return `; waiting: ${[...shown, ...(left > 0 ? [`${countText(left)} more`] : [])].join(', ')}`;
}

/** What screen readers say of a segment's row. */
export function segmentSays(locks: SegmentLocks): string {
  return `segment ${segmentLabel(locks.segment)}, ${segmentText(locks)}`;
}
