/** Locks in words. */
import type { LockWords } from './formats/words.ts';

/** Who a lock's thread id is, as far as that was found out. */
export interface LockOwner {
  readonly tid: number;
  readonly pid?: number;
  /** Name of the process. */
  readonly process?: string;
  /** Name of the thread, where it has one of its own. */
  readonly thread?: string;
  /** Absent: not known. */
  readonly alive?: boolean;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** '1234 (writer)', 'thread 1240 "io" of 1234 (writer), which has ended'. */
export function ownerText(owner: LockOwner): string {
  const { tid, pid, process, thread, alive } = owner;
  const name = process === undefined ? '' : ` (${process})`;
  const own = thread === undefined || thread === process ? '' : ` "${thread}"`;
  const who = pid === undefined || pid === tid ? `${tid}${own}${name}` : `thread ${tid}${own} of ${pid}${name}`;
  return alive === false ? `${who}, which has ended` : who;
}

/** What state a lock is in: 'free', 'locked twice (recursive) by 1234 (writer)', 'count 0, 1 waiting', '2 of 4 have come'. */
export function stateText(lock: LockWords, owner?: LockOwner): string {
  if (lock.corrupt !== undefined) return 'corrupt';
  if (lock.destroyed === true) return 'destroyed';
  const by = owner ?? (lock.ownerTid === undefined ? undefined : { tid: lock.ownerTid });
  return TEXTS[lock.state](lock, by);
}

type Text = (lock: LockWords, owner: LockOwner | undefined) => string;

const byText = (owner: LockOwner | undefined): string => (owner === undefined ? '' : ` by ${ownerText(owner)}`);

const TEXTS: Readonly<Record<LockWords['state'], Text>> = {
  free: freeText,
  locked: (lock, owner) => `locked${timesText(lock)}${byText(owner)}${lock.inconsistent === true ? ', not consistent yet' : ''}`,
  'write-locked': (_, owner) => `write-locked${byText(owner)}`,
  'read-locked': ({ value = 0 }) => `read-locked by ${plural(value, 'reader')}`,
  // That it has ended is what the state says.
  'owner-died': (_, owner) => `owner died${owner === undefined ? '' : `: ${ownerText({ ...owner, alive: true })}`}`,
  unrecoverable: () => 'not recoverable',
  counting: countText,
};

function timesText({ recursion = 1 }: LockWords): string {
  if (recursion <= 1) return '';
  return recursion === 2 ? ' twice (recursive)' : ` ${recursion} times (recursive)`;
}

function freeText({ kind, of = 0 }: LockWords): string {
  if (kind === 'cond') return 'nobody waits';
  return kind === 'barrier' ? (of > 0 ? `0 of ${of} have come` : 'not initialised') : 'free';
}

function countText({ kind, value, of, waiterCount = 0 }: LockWords): string {
  if (kind === 'barrier') return value === undefined ? `some of ${of} have come` : `${value} of ${of} have come`;
  if (kind === 'cond') return value === undefined ? 'some wait' : `${value} ${value === 1 ? 'waits' : 'wait'}`;
  return `count ${value}${waiterCount > 0 ? `, ${waiterCount} waiting` : ''}`;
}
