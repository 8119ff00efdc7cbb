/** The rows of the tab Locks: what is in trouble first, then what is held, and what was opened beneath its lock. Pure. */
import type { LockInfo, LocksInfo, WaitersInfo } from '../../src/protocol/locking.ts';
import { detailsOf, lookOf, waiterDetails, waitingOf, type Detail } from './words.ts';

/** Threads that sleep where no lock is known. */
export type Elsewhere = { readonly offset: number } & WaitersInfo;

interface Row {
  readonly key: string;
  /** Of the lock, or of the word. */
  readonly offset: number;
  /** Bytes that are selected with it. */
  readonly length: number;
  readonly position: number;
  readonly siblings: number;
}
export type LockRow =
  | (Row & { readonly kind: 'lock'; readonly lock: LockInfo; readonly expanded: boolean })
  | (Row & { readonly kind: 'elsewhere'; readonly word: Elsewhere; readonly expanded: boolean })
  | (Row & { readonly kind: 'detail'; readonly detail: Detail; readonly parent: string });

/** A futex word is 32 bits on every architecture: futex(2). */
const WORD = 4;

export function rowsOf(info: LocksInfo, expanded: ReadonlySet<string>): readonly LockRow[] {
  const sorted = sortedLocks(info);
  const siblings = sorted.length + info.elsewhere.length;
  const rows: LockRow[] = [];
  const add = (row: LockRow, details: () => readonly Detail[]): void => {
    rows.push(row);
    if (row.kind === 'detail' || !row.expanded) return;
    const { key, offset, length } = row;
    details().forEach((detail, position, all) =>
      rows.push({
        kind: 'detail',
        key: `${key}/${detail.key}`,
        parent: key,
        detail,
        offset,
        length,
        position,
        siblings: all.length,
      }),
    );
  };
  sorted.forEach((lock, position) => {
    const { offset, size } = lock;
    const key = keyOf(lock);
    const row = { kind: 'lock', key, lock, offset, length: Math.max(1, size), position, siblings } as const;
    add({ ...row, expanded: expanded.has(key) }, () => detailsOf(lock));
  });
  info.elsewhere.forEach((word, index) => {
    const key = `word ${word.offset}`;
    const row = {
      kind: 'elsewhere',
      key,
      word,
      offset: word.offset,
      length: WORD,
      position: sorted.length + index,
      siblings,
    } as const;
    add({ ...row, expanded: expanded.has(key) }, () => waiterDetails(word));
  });
  return rows;
}

export function keyOf({ offset, path }: Pick<LockInfo, 'offset' | 'path'>): string {
  return `lock ${offset} ${path ?? ''}`;
}

export function sortedLocks({ locks, findings }: Pick<LocksInfo, 'locks' | 'findings'>): readonly LockInfo[] {
  const severities = new Map<number, number>();
  for (const { severity, locks: about } of findings)
    for (const { here, offset } of about) {
      const rank = severity === 'error' ? 0 : 1;
      if (here) severities.set(offset, Math.min(rank, severities.get(offset) ?? rank));
    }
  const rank = (lock: LockInfo): number => severities.get(lock.offset) ?? usualRank(lock);
  const ranked = locks.map((lock) => ({ lock, rank: rank(lock) }));
  return ranked.sort((a, b) => a.rank - b.rank || a.lock.offset - b.lock.offset).map(({ lock }) => lock);
}

function usualRank(lock: LockInfo): number {
  const look = lookOf(lock);
  if (look === 'bad') return 2;
  if (waitingOf(lock) > 0) return 3;
  return look === 'held' ? 4 : 5;
}
