/** What the tab Locks says beside, or instead of, its list. Pure. */
import type { LocksInfo } from '../../src/protocol/locking.ts';
import { withRemedy } from '../../src/protocol/sentences.ts';
import { formatCount, plural } from '../format.ts';
import type { Store } from '../state/store.ts';

export interface LocksWord {
  readonly icon: 'info' | 'warning' | 'loading' | 'eye-closed';
  readonly text: string;
  /** A type can be chosen from here. */
  readonly choose?: boolean;
}

const KINDS = 'mutexes, read-write locks, condition variables, barriers, spin locks and semaphores of pthreads, std and boost';

export function locksWords({ locks, typed, status }: Pick<Store, 'locks' | 'typed' | 'status'>): readonly LocksWord[] {
  const { phase } = status;
  const words: LocksWord[] = [];
  if (phase === 'gone' && locks)
    words.push({ icon: 'warning', text: 'The segment is gone: so its locks stood when they were seen last.' });
  if (!locks) {
    const text = phase === 'gone' ? 'The segment is gone, and its locks were not seen before.' : 'Looking at the locks…';
    return [{ icon: phase === 'gone' ? 'warning' : 'loading', text }];
  }
  if (locks.problem !== undefined) words.push({ icon: 'warning', text: locks.problem });
  else words.push(...lackOf(locks, typed !== undefined));
  if (locks.more) words.push({ icon: 'info', text: `There are more locks than these ${formatCount(locks.locks.length)}.` });
  const { processes, unlisted, remedy } = locks.unseen;
  if (unlisted !== undefined) words.push({ icon: 'eye-closed', text: `Who waits among others is not seen: ${unlisted}.` });
  if (processes > 0) {
    const who = processes === 1 ? 'The threads of one process' : `The threads of ${plural(processes, 'process', 'processes')}`;
    const text = `${who} may not be looked at: who waits among them is not seen.`;
    words.push({ icon: 'eye-closed', text: withRemedy(text, remedy) });
  }
  return words;
}

/** Why there is no lock. */
function lackOf({ locks, type }: LocksInfo, typed: boolean): readonly LocksWord[] {
  if (locks.length > 0) return [];
  if (type === undefined && !typed) return [{ icon: 'info', text: 'Choose a type: it says where the locks are.', choose: true }];
  const name = type ?? 'This type';
  return [{ icon: 'info', text: `${name} holds no locks that ShmScope knows: ${KINDS}.`, choose: true }];
}
