/** What differs between two scans. */
import type { Holder, Mapping, Segment } from '../../api.d.ts';

export interface SegmentChange {
  readonly added: readonly Segment[];
  readonly removed: readonly Segment[];
  readonly changed: readonly Segment[];
}

/** Exactly the segments that came, went or differ; undefined when none does. */
export function compareScans(before: ReadonlyMap<string, Segment>, after: readonly Segment[]): SegmentChange | undefined {
  const added: Segment[] = [];
  const changed: Segment[] = [];
  const seen = new Set<string>();
  for (const segment of after) {
    seen.add(segment.id);
    const old = before.get(segment.id);
    if (!old) added.push(segment);
    else if (!sameSegment(old, segment)) changed.push(segment);
  }
  const removed = [...before.values()].filter((segment) => !seen.has(segment.id));
  return added.length + changed.length + removed.length > 0 ? { added, removed, changed } : undefined;
}

const PLAIN = ['name', 'path', 'size', 'residentBytes', 'uid', 'gid', 'mode', 'unlinked', 'orphaned', 'modifiedAt'] as const;
const SYSV = ['key', 'lastPid', 'attachCount', 'attachedAt', 'detachedAt', 'changedAt', 'locked'] as const;

function sameSegment(a: Segment, b: Segment): boolean {
  return (
    PLAIN.every((key) => a[key] === b[key]) &&
    SYSV.every((key) => a.sysv?.[key] === b.sysv?.[key]) &&
    a.access.read === b.access.read &&
    a.access.write === b.access.write &&
    sameSet(a.mappings, b.mappings, mappingKey) &&
    sameSet(a.holders, b.holders, holderKey)
  );
}

/** The order in which the kernel lists processes and mappings means nothing. */
function sameSet<T>(a: readonly T[], b: readonly T[], key: (item: T) => string): boolean {
  if (a.length !== b.length) return false;
  const keys = new Set(a.map(key));
  return b.every((item) => keys.has(key(item)));
}

function mappingKey(m: Mapping): string {
  return `${m.pid} ${m.startedAt} ${m.process} ${m.address} ${m.length} ${m.offset} ${m.protection} ${m.shared} ${m.pastEnd}`;
}

function holderKey(h: Holder): string {
  return `${h.pid} ${h.process} ${h.fd} ${h.access}`;
}
