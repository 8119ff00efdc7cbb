/** Which segments nothing maps or holds any more, and their removal, each only if that still holds at the moment. */
import type { Segment } from '../../api.d.ts';
import { toShmError } from '../native/errors.ts';
import type { Scan } from './scan.ts';
import { HOST } from './namespaces.ts';
import { forEachPaced, Pace } from './pace.ts';
import { bornAt, plural } from './texts.ts';
import { mapperCount } from './views.ts';

/** What is asked of a scan. */
type Seen = Pick<Scan, 'segments' | 'mayHideMappers'>;
/** Whether the kernel says that no process at all has it open or maps it; false where it does not tell. */
export type IsUnused = (segment: Segment) => boolean;

/** A program that makes links without end does not hold a clean-up up. */
const NAMES_MAX = 1000;

export interface Kept {
  readonly id: string;
  readonly name: string;
  /** A sentence. */
  readonly reason: string;
}

export interface Cleaned {
  /** Ids. */
  readonly removed: readonly string[];
  readonly kept: readonly Kept[];
}

/**
 * Why the segment is none to be cleaned up; undefined where it is an orphan. The kernel is asked only where processes that may not be looked
 * into could have it: asking makes who opens the object wait for a moment, therefore it is for a clean-up and not for a scan.
 */
export function whyNoOrphan(segment: Segment, scan: Seen, isUnused: IsUnused): string | undefined {
  if (segment.namespace !== HOST) return `It belongs to ${segment.namespace}: clean up there.`;
  const mappers = mapperCount(segment);
  if (mappers > 0) return `${plural(mappers, 'process maps', 'processes map')} it now.`;
  if (segment.holders.length > 0) return `${segment.holders[0]?.process ?? 'A process'} holds it open.`;
  if ((segment.sysv?.attachCount ?? 0) > 0) return `It is attached ${plural(segment.sysv?.attachCount ?? 0, 'time')}.`;
  const unclear = scan.mayHideMappers(segment);
  if (!segment.orphaned && !(unclear && segment.residentBytes)) return 'It holds no memory, and was perhaps just made.';
  return unclear && !isUnused(segment) ? 'A process that you may not look into may map it.' : undefined;
}

/** The oldest first. */
export async function orphansOf(scan: Seen, isUnused: IsUnused): Promise<Segment[]> {
  const found: Segment[] = [];
  await forEachPaced(scan.segments, new Pace(), (segment) => {
    if (whyNoOrphan(segment, scan, isUnused) === undefined) found.push(segment);
  });
  return found.toSorted((a, b) => (bornAt(a) ?? Infinity) - (bornAt(b) ?? Infinity));
}

export interface Cleaning {
  readonly segments: readonly Pick<Segment, 'id' | 'name'>[];
  /** A scan that begins now. */
  readonly refresh: () => Promise<Seen>;
  readonly isUnused: IsUnused;
  /** Removes one segment; gives a scan that began after that. */
  readonly unlink: (id: string) => Promise<Seen>;
  /** Told before each one. */
  readonly onNext?: (done: number) => void;
  /** True ends it: what is left stays. */
  readonly cancelled?: () => boolean;
}

/**
 * One after the other, each judged by a scan that ended right before: what somebody has come back for meanwhile stays. The scan after one
 * removal is the one before the next, since nothing is waited for between them.
 */
export async function removeOrphans({ segments, refresh, isUnused, unlink, onNext, cancelled }: Cleaning): Promise<Cleaned> {
  const removed: string[] = [];
  const kept: Kept[] = [];
  if (segments.length === 0) return { removed, kept };
  let scan = await refresh();
  for (const [done, { id, name }] of segments.entries()) {
    onNext?.(done);
    let reason = cancelled?.() ? 'The clean-up was cancelled before its turn.' : whyKept(id, scan, isUnused);
    let names = 0;
    try {
      // By all of its names: a hard link keeps it.
      for (; reason === undefined && names < NAMES_MAX; names++) {
        scan = await unlink(id);
        reason = whyKept(id, scan, isUnused);
      }
    } catch (error) {
      reason = reasonOf(error);
      scan = await refresh();
    }
    if (names > 0 && !hasName(id, scan)) removed.push(id);
    else kept.push({ id, name, reason: reason ?? 'It is given new names without end.' });
  }
  return { removed, kept };
}

function hasName(id: string, { segments }: Seen): boolean {
  return segments.some((segment) => segment.id === id && !segment.unlinked);
}

function whyKept(id: string, scan: Seen, isUnused: IsUnused): string | undefined {
  const segment = scan.segments.find((candidate) => candidate.id === id);
  return segment ? whyNoOrphan(segment, scan, isUnused) : 'It is gone already.';
}

function reasonOf(error: unknown): string {
  const { code, message } = toShmError(error);
  return code === 'EBUSY' ? 'A process that is not seen here has it open or maps it.' : message;
}
