/** The row of a thread that waits. */
import type { Segment } from '../../../api.d.ts';
import type { Waiter } from '../../locks/face.ts';
import type { Row } from './row.ts';
import * as say from '../../locks/viewTexts.ts';

export function waiterRows(waiters: readonly Waiter[], now: number, segment?: Segment): Row[] {
  return waiters.map((waiter) => waiterRow(waiter, now, segment));
}

function waiterRow(waiter: Waiter, now: number, segment?: Segment): Row {
  const { tid, where } = waiter;
  const text = say.waiterText(waiter, now);
  return {
    kind: 'waiter',
    key: `waiter:${tid}`,
    label: say.threadText(waiter),
    description: text,
    icon: { name: waiter.stopped ? 'debug-pause' : 'watch' },
    says: `${say.threadText(waiter)} waits, ${text}`,
    tooltip: () => say.waiterTooltip(waiter, now),
    ...(segment && { segment }),
    ...(where?.file === undefined ? {} : { where }),
  };
}
