/** A lock in words, the same in the fields and in the tab Locks. Pure. */
import type { CodePlace, LockInfo, OwnerInfo, ShareInfo, WaiterInfo, WaitersInfo } from '../../src/protocol/locking.ts';
import { formatCount, formatHex, plural } from '../format.ts';
import { timeOf } from '../snapshots/row.ts';

/** How a state looks; each has a colour and an icon of its own. */
export type LockLook = 'bad' | 'held' | 'free' | 'count';

export const LOCK_ICONS: Readonly<Record<LockLook, string>> = {
  bad: 'warning',
  held: 'lock',
  free: 'unlock',
  count: 'symbol-numeric',
};

/** Holders of a share that are named. */
const MOST_HOLDERS = 3;

export function lookOf({ state, owner, corrupt }: LockInfo): LockLook {
  if (corrupt !== undefined || owner?.alive === false || state === 'owner-died' || state === 'unrecoverable') return 'bad';
  if (state === 'counting') return 'count';
  return state === 'free' ? 'free' : 'held';
}

export function waitingOf({ waiters, moreWaiters }: WaitersInfo): number {
  return waiters.length + moreWaiters;
}

/** 'locked by strategy (4711) · 2 wait'. */
export function valueText(lock: LockInfo): string {
  const waiting = waitingOf(lock);
  const text = lock.corrupt === undefined ? lock.text : 'no such lock word';
  return waiting === 0 || /\bwait/.test(text) ? text : `${text} · ${formatCount(waiting)} ${waiting === 1 ? 'waits' : 'wait'}`;
}

/** 'strategy (4711), thread 4712'; of the first thread the pid says it all. */
export function threadText({ process, pid, tid }: Pick<OwnerInfo, 'process' | 'pid' | 'tid'>): string {
  if (process === undefined || pid === undefined) return `thread ${tid}`;
  return pid === tid ? `${process} (${pid})` : `${process} (${pid}), thread ${tid}`;
}

export function sinceText(since: number, exact = true): string {
  return exact ? `since ${timeOf(since)}` : `since before ${timeOf(since)}`;
}

export function waiterText({ since, exact, timed, stopped, ...thread }: WaiterInfo): string {
  const more = `${timed ? ' · with a timeout' : ''}${stopped ? ' · stopped' : ''}`;
  return `${threadText(thread)} · ${sinceText(since, exact)}${more}`;
}

/** 'worker.c:41 · take_order', the file without its folders; undefined where nothing is known. */
export function whereText(where: CodePlace | undefined): string | undefined {
  const file = where?.file?.split('/').at(-1);
  const line = file === undefined ? undefined : where?.line === undefined ? file : `${file}:${where.line}`;
  const parts = [line, where?.function].filter((part) => part !== undefined && part !== '');
  return parts.length > 0 ? parts.join(' · ') : undefined;
}

function percent(part: number, all: number): string {
  const value = all === 0 ? 0 : (100 * part) / all;
  if (value > 0 && value < 1) return '<1 %';
  return `${value > 99 && value < 100 ? 99 : Math.round(value)} %`;
}

/** '37 %' and '5 %', of what was looked at. */
export function sharesOf({ looks, held, contended }: ShareInfo): { readonly held: string; readonly contended: string } {
  return { held: percent(held, looks), contended: percent(contended, looks) };
}

export function shareText(share: ShareInfo): string {
  const { held, contended } = sharesOf(share);
  const most = share.holders.slice(0, MOST_HOLDERS).map(({ name, looks }) => `${name} ${percent(looks, share.looks)}`);
  const by = most.length === 0 ? '' : ` (${most.join(', ')})`;
  return `held ${held}${by} of ${plural(share.looks, 'look')}, contended ${contended}, ${sinceText(share.since)}`;
}

export function factsText({ type, robust, processShared, depth, counted }: LockInfo): string {
  const facts = [type];
  if (robust !== undefined) facts.push(robust ? 'robust' : 'not robust');
  if (processShared !== undefined) facts.push(processShared ? 'process-shared' : 'not process-shared');
  if (depth !== undefined && depth > 1) facts.push(`locked ${formatCount(depth)} times by its owner`);
  if (counted !== undefined) facts.push(`${formatCount(counted)} counted as waiting`);
  return facts.join(' · ');
}

export function nameOf({ path, offset }: Pick<LockInfo, 'path' | 'offset'>): string {
  return path || `at ${formatHex(offset)}`;
}

/** One row under a lock. */
export interface Detail {
  readonly key: string;
  readonly label: string;
  readonly icon: string;
  readonly text: string;
  readonly look?: LockLook;
  /** The line where this thread waits can be asked for. */
  readonly tid?: number;
  readonly where?: string;
}

export function detailsOf(lock: LockInfo): readonly Detail[] {
  const { owner, corrupt, notes, share, since } = lock;
  const details: Detail[] = [];
  if (corrupt !== undefined) details.push({ key: 'corrupt', label: 'corrupt', icon: 'warning', text: corrupt, look: 'bad' });
  if (owner) {
    const alive = owner.alive ? 'alive' : 'not there any more';
    const held = since === undefined || lookOf(lock) === 'free' ? '' : ` · ${sinceText(since)}`;
    const text = `${threadText(owner)} · ${owner.note ?? alive}${held}`;
    const look = owner.alive ? 'held' : 'bad';
    details.push({ key: 'owner', label: 'owner', icon: owner.alive ? 'person' : 'warning', text, look });
  }
  details.push(...waiterDetails(lock));
  if (share) details.push({ key: 'share', label: 'share', icon: 'graph-line', text: shareText(share) });
  details.push({ key: 'type', label: 'type', icon: 'info', text: factsText(lock) });
  notes.forEach((text, index) => details.push({ key: `note ${index}`, label: 'note', icon: 'info', text }));
  return details;
}

export function waiterDetails({ waiters, moreWaiters }: WaitersInfo): readonly Detail[] {
  const details = waiters.map((waiter, index): Detail => {
    const where = whereText(waiter.where);
    const text = waiterText(waiter);
    const key = `waiter ${waiter.tid} ${index}`;
    const link = where === undefined ? {} : { where, ...(waiter.where?.file === undefined ? {} : { tid: waiter.tid }) };
    return { key, label: 'waits', icon: 'watch', text, ...link };
  });
  if (moreWaiters === 0) return details;
  return [...details, { key: 'more', label: 'wait', icon: 'watch', text: `${plural(moreWaiters, 'thread')} more` }];
}

/** All that is known of a lock, one sentence or fact a line. */
export function describe(lock: LockInfo): string {
  const details = detailsOf(lock).map(
    ({ label, text, where }) => `${label}: ${text}${where === undefined ? '' : ` at ${where}`}`,
  );
  return [valueText(lock), ...details].join('\n');
}
