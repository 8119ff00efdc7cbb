/** What the page asks about locks. */
import type { LockRequests } from '../../protocol/locking.ts';
import { openLine } from '../../files/openLine.ts';
import type { Answer } from '../requests.ts';

export const lockAnswers: { readonly [Name in keyof LockRequests]: Answer<Name> } = {
  openWhere: async (panel, _parts, { offset, tid }) => {
    await openLine(panel.locks.whereOf(offset, tid), { focus: true, beside: true });
  },
  showOtherLock: (_panel, { showLock }, { id, offset }) => showLock(id, offset),
};
