/** What differs between two scans. */
import type { Holder, Mapping, Segment } from '../../api.d.ts';
import { forEachPaced, Pace } from './pace.ts';
import { moveView, sameShown } from './views.ts';

export interface SegmentChange {
  readonly added: readonly Segment[];
  readonly removed: readonly Segment[];
  readonly changed: readonly Segment[];
}

export interface Comparison {
  /** The later scan, in which a segment of which nothing differs is the object that it was before. */
  readonly byId: ReadonlyMap<string, Segment>;
  /** Exactly the segments that came, went or differ; undefined when none does. */
  readonly change: SegmentChange | undefined;
}

export async function compareScans(before: ReadonlyMap<string, Segment>, after: readonly Segment[]): Promise<Comparison> {
  const added: Segment[] = [];
  const changed: Segment[] = [];
  const removed: Segment[] = [];
  const byId = new Map<string, Segment>();
  const pace = new Pace();
  await pace.pause();
  await forEachPaced(after, pace, (segment) => {
    const old = before.get(segment.id);
    const same = old !== undefined && sameSegment(old, segment);
    if (!old) added.push(segment);
    else if (!same) changed.push(segment);
    else moveView(old, segment);
    byId.set(segment.id, same ? old : segment);
  });
  await forEachPaced(before.values(), pace, (segment) => {
    if (!byId.has(segment.id)) removed.push(segment);
  });
  const differs = added.length + changed.length + removed.length > 0;
  return { byId, change: differs ? { added, removed, changed } : undefined };
}

function sameSegment(a: Segment, b: Segment): boolean {
  return (
    a.name === b.name &&
    a.path === b.path &&
    a.size === b.size &&
    a.residentBytes === b.residentBytes &&
    a.uid === b.uid &&
    a.gid === b.gid &&
    a.mode === b.mode &&
    a.unlinked === b.unlinked &&
    a.orphaned === b.orphaned &&
    a.modifiedAt === b.modifiedAt &&
    a.namespace === b.namespace &&
    a.backing === b.backing &&
    a.access.read === b.access.read &&
    a.access.write === b.access.write &&
    sameSysv(a.sysv, b.sysv) &&
    (sameShown(a, b) ?? (sameSet(a.mappings, b.mappings, mappingKey) && sameSet(a.holders, b.holders, holderKey)))
  );
}

function sameSysv(a: Segment['sysv'], b: Segment['sysv']): boolean {
  if (!a || !b) return a === b;
  return (
    a.key === b.key &&
    a.lastPid === b.lastPid &&
    a.attachCount === b.attachCount &&
    a.attachedAt === b.attachedAt &&
    a.detachedAt === b.detachedAt &&
    a.changedAt === b.changedAt &&
    a.locked === b.locked &&
    a.creatorAlive === b.creatorAlive
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
