/** pthread_rwlock_t of glibc 2.25 and later. Source: nptl/pthread_rwlock_common.c (the states #1 to #8), sysdeps/…/bits/struct_rwlock.h. */
import { firstWrong, hex, MOST_TIDS, type LockWords, type Words } from './words.ts';

const WRITE_PHASE = 1;
const WRITE_LOCKED = 2;
const READERS_WAIT = 4;
const READER_SHIFT = 3;
const HANDOVER = 0x80000000;
const FUTEX_USED = 2;

/** 32 bytes on 32-bit machines, 56 on others. */
export function glibcRwlock(words: Words): LockWords {
  const small = words.length === 32;
  const [readers, writers, phase, writersFutex] = [words.u32(0), words.u32(4), words.u32(8), words.u32(12)];
  const writer = words.u32(small ? 28 : 24);
  const shared = small ? words.u8(25) : words.u32(28);
  const flags = small ? words.u8(24) : words.u32(48);
  const count = readers >>> READER_SHIFT;
  const waitingWriters = writers & ~HANDOVER;
  const locked = (readers & WRITE_PHASE) !== 0 && (readers & WRITE_LOCKED) !== 0;
  const reading = (readers & WRITE_PHASE) === 0 && count > 0;
  // Waiting writers are counted only where they are preferred.
  const waiterCount = (locked ? count : 0) + waitingWriters;
  const writerWaits = reading && (readers & WRITE_LOCKED) !== 0;
  const used = ((phase | writersFutex) & FUTEX_USED) !== 0 || (readers & READERS_WAIT) !== 0;
  return {
    kind: 'rwlock',
    state: locked ? 'write-locked' : reading ? 'read-locked' : 'free',
    ownerTid: locked && writer !== 0 ? writer : undefined,
    value: reading ? count : undefined,
    processShared: shared !== 0,
    waiterCount: flags !== 0 || waiterCount > 0 ? waiterCount + (writerWaits && waitingWriters === 0 ? 1 : 0) : undefined,
    contended: used || writerWaits || waiterCount > 0,
    notes: reading ? ['Who reads is not written in it.'] : [],
    corrupt: firstWrong(
      [flags <= 2, () => `Its kind is ${hex(flags)}, which pthread_rwlock_init never makes.`],
      [shared <= 1, () => `Its flag for process-shared is ${hex(shared)}, neither 0 nor 1.`],
      [writer < MOST_TIDS, () => `Its writer is ${hex(writer)}, which is no thread id.`],
      [count <= MOST_TIDS, () => `It counts ${count} readers, more than there can be threads.`],
      [waitingWriters <= MOST_TIDS, () => `It counts ${waitingWriters} waiting writers, more than there can be threads.`],
      [
        phase <= 3 && writersFutex <= 3,
        () => `Its futex words are ${hex(phase)} and ${hex(writersFutex)}, where 0 to 3 is written.`,
      ],
    ),
    words: [
      [0, 4],
      [8, 4],
      [12, 4],
    ],
  };
}
