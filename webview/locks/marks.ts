/** The locks among the fields: which row is one, and how it is marked. Pure. */
import type { FieldRow } from '../../src/decode/tree.ts';
import type { LockInfo, LocksInfo } from '../../src/protocol/locking.ts';

interface Index {
  readonly byPath: ReadonlyMap<string, LockInfo>;
  readonly byOffset: ReadonlyMap<number, LockInfo>;
}

const indices = new WeakMap<LocksInfo, Index>();

function indexOf(info: LocksInfo): Index {
  const known = indices.get(info);
  if (known) return known;
  const byPath = new Map(info.locks.flatMap((lock) => (lock.path === undefined ? [] : [[lock.path, lock] as const])));
  const index = { byPath, byOffset: new Map(info.locks.map((lock) => [lock.offset, lock])) };
  indices.set(info, index);
  return index;
}

/** The lock that a row is: by its path, or a lock's own words at a place where one is known. A struct that begins with a lock is none. */
export function lockOf(
  row: Pick<FieldRow, 'path' | 'offset' | 'type' | 'gap'>,
  info: LocksInfo | undefined,
): LockInfo | undefined {
  if (!info || info.locks.length === 0 || row.gap !== undefined) return undefined;
  const { byPath, byOffset } = indexOf(info);
  const at = byOffset.get(row.offset);
  if (!at) return undefined;
  const named = byPath.get(row.path);
  if (named?.offset === row.offset) return named;
  return row.type.kind === 'sync' ? at : undefined;
}
