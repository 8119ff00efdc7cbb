/** System V semaphore sets: they belong to no segment, and programs use them beside one. */
import type { SemaphoreSet } from '../../locks/face.ts';
import { plural } from '../../segments/texts.ts';
import { rowsBelow, WARNING, type Below, type Row } from './row.ts';
import * as say from '../../locks/viewTexts.ts';
import { waiterRows } from './threadRows.ts';

export function setsRow(sets: readonly SemaphoreSet[], now: number): Row {
  const sorted = [...sets].sort((a, b) => a.semid - b.semid);
  const waiting = say.waitingCount(sets);
  return {
    kind: 'sets',
    key: 'sets',
    label: say.SETS_LABEL,
    description: [plural(sets.length, 'set'), ...(waiting > 0 ? [say.waitText(waiting)] : [])].join(' · '),
    slow: true,
    icon: { name: 'symbol-event' },
    open: waiting > 0,
    below: { count: sorted.length, take: (most) => sorted.slice(0, most).map((set) => setRow(set, now)) },
  };
}

function setRow(set: SemaphoreSet, now: number): Row {
  const below = semaphoresBelow(set, now);
  return {
    kind: 'set',
    key: `set:${set.semid}`,
    label: say.setLabel(set),
    description: say.setText(set),
    icon: set.reason === undefined ? { name: 'symbol-array' } : WARNING,
    says: `semaphore set ${say.setLabel(set)}, ${say.setText(set)}`,
    tooltip: () =>
      [`Key ${set.key}, semid ${set.semid}, mode ${set.mode.toString(8)}, uid ${set.uid}`, ...reasonOf(set)].join('\n'),
    open: set.waiters.length > 0,
    ...(below && { below }),
  };
}

function reasonOf({ reason }: SemaphoreSet): string[] {
  return reason === undefined ? [] : [reason];
}

/** A set that may not be read still has the waiters that were seen. */
function semaphoresBelow({ semaphores = [], waiters }: SemaphoreSet, now: number): Below | undefined {
  const strangers = waiters.filter(({ semaphore }) => semaphore >= semaphores.length);
  if (semaphores.length === 0) return rowsBelow(strangers.length, (most) => waiterRows(strangers.slice(0, most), now));
  return {
    count: semaphores.length,
    take: (most) =>
      semaphores.slice(0, most).map((semaphore, i): Row => {
        const own = waiters.filter((waiter) => waiter.semaphore === i);
        const below = rowsBelow(own.length, (most) => waiterRows(own.slice(0, most), now));
        return {
          kind: 'semaphore',
          key: `semaphore:${i}`,
          label: `#${i}`,
          description: say.semaphoreText(semaphore),
          icon: { name: semaphore.waitingMore + semaphore.waitingZero > 0 ? 'watch' : 'circle-outline' },
          says: `semaphore ${i}, ${say.semaphoreText(semaphore)}`,
          open: own.length > 0,
          ...(below && { below }),
        };
      }),
  };
}
