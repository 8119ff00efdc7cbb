/** Barriers, semaphores and spin locks of glibc: sysdeps/nptl/internaltypes.h, nptl/pthread_barrier_wait.c, nptl/sem_waitcommon.c. */
import { firstWrong, hex, MOST_TIDS, type Libc, type LockWords, type Words } from './words.ts';

/** FUTEX_PRIVATE_FLAG, kept where a lock is *shared*: the calls xor it (lowlevellock-futex.h). */
const SHARED = 128;
/** limits.h: SEM_VALUE_MAX. */
const MOST_TOKENS = 0x7fffffff;

const sharedCheck = (shared: number): readonly [boolean, () => string] => [
  shared === 0 || shared === SHARED,
  () => `Its flag for process-shared is ${hex(shared)}, neither 0 nor 128.`,
];

/** 20 bytes on 32-bit machines, 32 on others; the words are the same. */
export function glibcBarrier(words: Words): LockWords {
  const [entered, round, count, shared, left] = [words.u32(0), words.u32(4), words.u32(8), words.u32(12), words.u32(16)];
  const come = Math.max(0, entered - round);
  if (words.isZero(0, 20))
    return {
      kind: 'barrier',
      state: 'free',
      value: 0,
      of: 0,
      notes: ['It was never initialised: it waits for no thread.'],
      words: [],
    };
  return {
    kind: 'barrier',
    state: come > 0 ? 'counting' : 'free',
    value: come,
    of: count,
    waiterCount: come,
    contended: come > 0,
    processShared: shared === SHARED,
    notes: [],
    corrupt: firstWrong(
      sharedCheck(shared),
      // pthread_barrier_init.c refuses 0; far more than there can be threads is no mistake of the program's, but of other bytes.
      [count > 0, () => 'It waits for no thread, which pthread_barrier_init refuses.'],
      [count <= MOST_TIDS, () => `It waits for ${count} threads, more than there can be.`],
      // The first is read first: threads may come and leave before the other one is.
      [left <= entered + count, () => `${left} threads have left it, and only ${entered} have come.`],
      [
        round % Math.max(1, count) === 0,
        () => `Its rounds of ${count} threads have come to ${round}, which is no whole number of them.`,
      ],
      [come <= MOST_TIDS, () => `${come} threads wait at it, more than there can be.`],
    ),
    words: [
      [4, 4],
      [0, 4],
    ],
  };
}

/** 16 bytes on 32-bit machines, where the lowest bit of the value says that some wait; 32 on others. */
export function glibcSemaphore(words: Words): LockWords {
  const small = words.length === 16;
  const first = words.u32(0);
  const value = small ? first >>> 1 : first;
  const waiterCount = words.u32(small ? 12 : 4);
  const shared = words.u32(small ? 4 : 8);
  return {
    kind: 'semaphore',
    state: 'counting',
    value,
    waiterCount,
    contended: waiterCount > 0,
    processShared: shared === SHARED,
    notes: [],
    corrupt: firstWrong(
      sharedCheck(shared),
      [value <= MOST_TOKENS, () => `Its count is ${hex(value)}, over SEM_VALUE_MAX.`],
      [waiterCount <= MOST_TIDS, () => `It counts ${waiterCount} waiters, more than there can be threads.`],
    ),
    words: [[0, 4]],
  };
}

/** On x86 1 is free, and each that wants it takes 1 away (sysdeps/x86_64/nptl/pthread_spin_lock.S); elsewhere 0 is (nptl/pthread_spin_lock.c). */
export function glibcSpinlock(words: Words, { abi }: Libc): LockWords {
  const value = words.i32(0);
  const x86 = abi === 'x86_64' || abi === 'i386';
  const valid = x86 ? value <= 1 && value > -MOST_TIDS : value === 0 || value === 1;
  return {
    kind: 'spinlock',
    state: value === (x86 ? 1 : 0) ? 'free' : 'locked',
    contended: x86 && value < 0 ? true : undefined,
    notes: x86 && value === 0 ? ['Zero is locked here: it looks the same where pthread_spin_init was never called.'] : [],
    corrupt: valid ? undefined : `Its word is ${value}, where only ${x86 ? '1 and less' : '0 and 1'} is written.`,
    // Nobody sleeps for it.
    words: [],
  };
}
