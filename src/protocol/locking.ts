/** What the page is told of the locks of its segment, and what it asks about them. Times are ms since the epoch. */
import type { SyncObject } from '../../api.d.ts';
import { isCount, isList, isObject, isOneOf, isOptional, isText } from './check.ts';
import { MAX_CYCLE, MAX_FINDINGS, MAX_LOCK_TEXT, MAX_LOCK_WAITERS, MAX_LOCKS } from './limits.ts';
import type { AnswerChecks, AskChecks } from './requests.ts';

export const LOCK_KINDS = ['mutex', 'rwlock', 'cond', 'barrier', 'spinlock', 'semaphore'] as const satisfies SyncObject['kind'][];
export const LOCK_STATES = [
  'free', 'locked', 'read-locked', 'write-locked', 'owner-died', 'unrecoverable', 'counting',
] as const satisfies SyncObject['state'][]; // prettier-ignore
export const FINDING_KINDS = [
  'dead-owner', 'deadlock', 'unsignalled', 'held-long', 'corrupt', 'not-shared', 'mixed',
] as const; // prettier-ignore

export interface CodePlace {
  readonly function?: string;
  readonly file?: string;
  readonly line?: number;
}

export interface OwnerInfo {
  readonly tid: number;
  readonly pid?: number;
  readonly process?: string;
  readonly alive: boolean;
  readonly note?: string;
}

export interface WaiterInfo {
  readonly tid: number;
  readonly pid: number;
  readonly process: string;
  readonly since: number;
  /** False: it waited already when it was seen first. */
  readonly exact: boolean;
  readonly timed: boolean;
  readonly stopped: boolean;
  readonly where?: CodePlace;
}

/** Threads that wait: the first ones, and how many more there are. */
export interface WaitersInfo {
  readonly waiters: readonly WaiterInfo[];
  readonly moreWaiters: number;
}

/** How often a lock was seen in which state. */
export interface ShareInfo {
  readonly looks: number;
  readonly held: number;
  readonly contended: number;
  readonly since: number;
  /** Most often first. */
  readonly holders: readonly { readonly name: string; readonly looks: number }[];
}

export interface LockInfo extends WaitersInfo {
  readonly offset: number;
  readonly size: number;
  /** Absent where no type is known. */
  readonly path?: string;
  readonly type: string;
  readonly kind: (typeof LOCK_KINDS)[number];
  readonly state: (typeof LOCK_STATES)[number];
  /** The state in words, with the owner. */
  readonly text: string;
  readonly owner?: OwnerInfo;
  readonly value?: number;
  readonly depth?: number;
  readonly robust?: boolean;
  readonly processShared?: boolean;
  /** As the lock itself counts them. */
  readonly counted?: number;
  readonly corrupt?: string;
  readonly notes: readonly string[];
  readonly share?: ShareInfo;
  readonly since?: number;
}

/** A lock that a finding is about. */
export interface LockPlace {
  /** Of its segment. */
  readonly id: string;
  readonly segment: string;
  /** It is one of the segment that the page shows. */
  readonly here: boolean;
  readonly offset: number;
  readonly path?: string;
}

/** This thread holds `holds` and waits for `wants`, which the next one holds. */
export interface CycleStepInfo {
  readonly pid: number;
  readonly tid: number;
  readonly process: string;
  readonly holds: LockPlace;
  readonly wants: LockPlace;
  readonly where?: CodePlace;
}

export interface FindingInfo {
  readonly key: string;
  readonly kind: (typeof FINDING_KINDS)[number];
  readonly severity: 'error' | 'warning';
  readonly text: string;
  /** The first one is where to look. */
  readonly locks: readonly LockPlace[];
  readonly cycle?: readonly CycleStepInfo[];
}

/** What one look saw of the segment. */
export interface LocksInfo {
  /** The type that says where its locks are. */
  readonly type?: string;
  readonly locks: readonly LockInfo[];
  /** There are more than these. */
  readonly more: boolean;
  /** Threads that sleep on a word of the segment where no lock is known. */
  readonly elsewhere: readonly ({ readonly offset: number } & WaitersInfo)[];
  /** Those that are about this segment. */
  readonly findings: readonly FindingInfo[];
  /** Processes whose threads may not be looked at. */
  readonly unseen: { readonly processes: number; readonly unlisted?: string; readonly remedy?: string };
  /** Why its locks are not known. */
  readonly problem?: string;
}

export interface LockRequests {
  /** Opens the source line where the thread waits: at the lock, or the word, that stands at `offset`. ENOENT where that is not known. */
  openWhere: { ask: { readonly offset: number; readonly tid: number }; answer: null };
  /** Shows a lock of another segment in a panel of that one; `id` as a finding has it. ESTALE for a segment that is gone. */
  showOtherLock: { ask: { readonly id: string; readonly offset: number }; answer: null };
}

const isShort = (value: unknown): value is string => isText(value, MAX_LOCK_TEXT);
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

function isPlace(value: unknown): value is CodePlace {
  if (!isObject(value)) return false;
  return isOptional(value['function'], isShort) && isOptional(value['file'], isShort) && isOptional(value['line'], isCount);
}

function isOwner(value: unknown): value is OwnerInfo {
  return (
    isObject(value) &&
    isCount(value['tid']) &&
    isOptional(value['pid'], isCount) &&
    isOptional(value['process'], isShort) &&
    isBoolean(value['alive']) &&
    isOptional(value['note'], isShort)
  );
}

function isWaiter(value: unknown): value is WaiterInfo {
  return (
    isObject(value) &&
    [value['tid'], value['pid']].every(isCount) &&
    isShort(value['process']) &&
    isTime(value['since']) &&
    ['exact', 'timed', 'stopped'].every((key) => isBoolean(value[key])) &&
    isOptional(value['where'], isPlace)
  );
}

function hasWaiters(value: unknown): value is WaitersInfo {
  return isObject(value) && isList(value['waiters'], MAX_LOCK_WAITERS, isWaiter) && isCount(value['moreWaiters']);
}

function isHolder(value: unknown): value is ShareInfo['holders'][number] {
  return isObject(value) && isShort(value['name']) && isCount(value['looks']);
}

function isShare(value: unknown): value is ShareInfo {
  return (
    isObject(value) &&
    [value['looks'], value['held'], value['contended']].every(isCount) &&
    isTime(value['since']) &&
    isList(value['holders'], MAX_LOCK_WAITERS, isHolder)
  );
}

function isLock(value: unknown): value is LockInfo {
  return (
    isObject(value) &&
    hasWaiters(value) &&
    [value['offset'], value['size']].every(isCount) &&
    [value['path'], value['corrupt']].every((text) => isOptional(text, isShort)) &&
    [value['type'], value['text']].every(isShort) &&
    isOneOf(value['kind'], LOCK_KINDS) &&
    isOneOf(value['state'], LOCK_STATES) &&
    isOptional(value['owner'], isOwner) &&
    [value['value'], value['depth'], value['counted']].every((count) => isOptional(count, isCount)) &&
    [value['robust'], value['processShared']].every((flag) => isOptional(flag, isBoolean)) &&
    isList(value['notes'], MAX_LOCK_WAITERS, isShort) &&
    isOptional(value['share'], isShare) &&
    isOptional(value['since'], isTime)
  );
}

function isLockPlace(value: unknown): value is LockPlace {
  return (
    isObject(value) &&
    isShort(value['id']) &&
    isShort(value['segment']) &&
    isBoolean(value['here']) &&
    isCount(value['offset']) &&
    isOptional(value['path'], isShort)
  );
}

function isStep(value: unknown): value is CycleStepInfo {
  return (
    isObject(value) &&
    [value['pid'], value['tid']].every(isCount) &&
    isShort(value['process']) &&
    [value['holds'], value['wants']].every(isLockPlace) &&
    isOptional(value['where'], isPlace)
  );
}

function isFinding(value: unknown): value is FindingInfo {
  return (
    isObject(value) &&
    [value['key'], value['text']].every(isShort) &&
    isOneOf(value['kind'], FINDING_KINDS) &&
    isOneOf(value['severity'], ['error', 'warning']) &&
    isList(value['locks'], MAX_LOCKS, isLockPlace) &&
    isOptional(value['cycle'], (cycle) => isList(cycle, MAX_CYCLE, isStep))
  );
}

function isElsewhere(value: unknown): value is LocksInfo['elsewhere'][number] {
  return isObject(value) && isCount(value['offset']) && hasWaiters(value);
}

export function isLocksInfo(value: unknown): value is LocksInfo {
  if (!isObject(value) || !isObject(value['unseen'])) return false;
  const { processes, unlisted, remedy } = value['unseen'];
  return (
    [value['type'], value['problem']].every((text) => isOptional(text, isShort)) &&
    isList(value['locks'], MAX_LOCKS, isLock) &&
    isBoolean(value['more']) &&
    isList(value['elsewhere'], MAX_LOCKS, isElsewhere) &&
    isList(value['findings'], MAX_FINDINGS, isFinding) &&
    isCount(processes) &&
    [unlisted, remedy].every((text) => isOptional(text, isShort))
  );
}

const isNull = (value: unknown): value is null => value === null || value === undefined;

export const lockAsks: AskChecks<LockRequests> = {
  openWhere: (value): value is LockRequests['openWhere']['ask'] =>
    isObject(value) && isCount(value['offset']) && isCount(value['tid']),
  showOtherLock: (value): value is LockRequests['showOtherLock']['ask'] =>
    isObject(value) && isShort(value['id']) && isCount(value['offset']),
};

export const lockAnswers: AnswerChecks<LockRequests> = { openWhere: isNull, showOtherLock: isNull };
