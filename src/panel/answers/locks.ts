/** What the page asks about locks. */
import { shmError } from '../../native/errors.ts';
import type { LockRequests } from '../../protocol/locking.ts';
import { openSource } from '../openLine.ts';
import type { Answer } from '../requests.ts';

export const lockAnswers: { readonly [Name in keyof LockRequests]: Answer<Name> } = {
  openWhere: async (panel, _parts, { offset, tid }) => {
    const { file, line } = panel.locks.whereOf(offset, tid);
    if (file === undefined) throw shmError('ENOENT', 'No debug info tells the line of the code where it waits.');
    await openSource(file, line);
  },
  showOtherLock: (_panel, { showLock }, { id, offset }) => showLock(id, offset),
};
