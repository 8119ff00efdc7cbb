/** The row of a lock, and what is below it. */
import type { Segment } from '../../../api.d.ts';
import type { Lock, LockShare, Owner } from '../../locks/face.ts';
import { segmentLabel } from '../../segments/texts.ts';
import { ERROR, rowsBelow, noteRow, WARNING, type Below, type Icon, type Row } from './row.ts';
import * as say from '../../locks/viewTexts.ts';
import { waiterRows } from './threadRows.ts';

/** Lower comes first. */
export function rankOf(lock: Lock, severe: boolean): number {
  if (severe || say.isBroken(lock)) return 0;
  return say.isHeld(lock) || lock.waiters.length > 0 || (lock.share?.held ?? 0) > 0 ? 1 : 2;
}

export function lockRow(lock: Lock, segment: Segment, now: number, severe: boolean): Row {
  const name = say.lockName(lock);
  const text = say.lockText(lock);
  const below = belowLock(lock, segment, now);
  return {
    kind: 'lock',
    key: `lock:${lock.offset}:${lock.type}`,
    label: name,
    description: text,
    icon: lockIcon(lock, severe),
    says: `${lock.kind} ${name}, ${say.isBroken(lock) ? 'in trouble, ' : ''}${text}`,
    tooltip: () => say.lockTooltip(lock, segmentLabel(segment), now),
    // Who holds it and who waits is what is looked for when something is wrong.
    open: severe,
    segment,
    at: { id: segment.id, offset: lock.offset, size: lock.size },
    ...(below && { below }),
  };
}

function lockIcon(lock: Lock, severe: boolean): Icon {
  if (severe || lock.state === 'unrecoverable' || lock.corrupt !== undefined || lock.owner?.alive === false) return ERROR;
  if (lock.state === 'owner-died') return WARNING;
  if (lock.waiters.length > 0) return { name: 'watch', color: 'charts.yellow' };
  if (say.isHeld(lock)) return { name: 'lock' };
  return { name: lock.state === 'free' ? 'unlock' : 'circle-outline' };
}

/** Its owner, who waits, what there is to say, how often it was held. */
function belowLock(lock: Lock, segment: Segment, now: number): Below | undefined {
  const { owner, waiters, share } = lock;
  const notes = notesOf(lock);
  const count = (owner ? 1 : 0) + waiters.length + notes.length + (share ? 1 : 0);
  return rowsBelow(count, (most) => [
    ...(owner ? [ownerRow(owner, lock.since, now)] : []),
    ...waiterRows(waiters.slice(0, most), now, segment),
    ...notes.map((text, i) => ({ ...noteRow(text), key: `note:${i}` })),
    ...(share ? [shareRow(share, now)] : []),
  ]);
}

function notesOf(lock: Lock): string[] {
  const counted = say.countedNote(lock.counted, lock.waiters.length);
  return [counted, lock.corrupt, ...say.factTexts(lock), ...lock.notes].filter((text) => text !== undefined);
}

function ownerRow(owner: Owner, since: number | undefined, now: number): Row {
  return {
    kind: 'owner',
    key: 'owner',
    label: say.ownerName(owner),
    description: say.ownerText(owner, since, now),
    icon: owner.alive ? { name: 'key' } : ERROR,
    says: `Owner ${say.ownerName(owner)}, ${say.ownerText(owner, since, now)}`,
  };
}

function shareRow(share: LockShare, now: number): Row {
  return {
    kind: 'share',
    key: 'share',
    label: '',
    description: say.shareText(share),
    slow: true,
    icon: { name: 'graph' },
    says: say.shareText(share),
    tooltip: () => say.shareTooltip(share, now),
  };
}
