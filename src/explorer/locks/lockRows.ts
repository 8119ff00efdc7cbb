/** The row of a lock, and what is below it. */
import type { Segment } from '../../../api.d.ts';
import type { Lock, LockShare, Owner } from '../../locks/face.ts';
import { segmentLabel } from '../../segments/texts.ts';
import { ERROR, few, noteRow, WARNING, type Icon, type Row } from './row.ts';
import * as say from '../../locks/viewTexts.ts';
import { waiterRow } from './threadRows.ts';

/** Lower comes first. */
export function rankOf(lock: Lock, severe: boolean): number {
  if (severe || say.isBroken(lock)) return 0;
  return say.isHeld(lock) || lock.waiters.length > 0 || (lock.share?.held ?? 0) > 0 ? 1 : 2;
}

export function lockRow(lock: Lock, segment: Segment, now: number, severe: boolean): Row {
  const name = say.lockName(lock);
  const text = say.lockText(lock);
  const below = few(belowLock(lock, segment, now));
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

function belowLock(lock: Lock, segment: Segment, now: number): Row[] {
  const { owner, waiters, share } = lock;
  const counted = say.countedNote(lock.counted, waiters.length);
  return [
    ...(owner ? [ownerRow(owner, lock.since, now)] : []),
    ...waiters.map((waiter) => waiterRow(waiter, now, segment)),
    ...(counted === undefined ? [] : [{ ...noteRow(counted), key: 'counted' }]),
    ...(lock.corrupt === undefined ? [] : [noteRow(lock.corrupt)]),
    ...[...say.factTexts(lock), ...lock.notes].map(noteRow),
    ...(share ? [shareRow(share, now)] : []),
  ];
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
