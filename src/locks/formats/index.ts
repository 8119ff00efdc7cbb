/** The bytes of one lock, decoded. */
import { isSizeOf, type LockFormat } from '../known.ts';
import { glibcCond } from './glibcCond.ts';
import { glibcMutex } from './glibcMutex.ts';
import { glibcBarrier, glibcSemaphore, glibcSpinlock } from './glibcOthers.ts';
import { glibcRwlock } from './glibcRwlock.ts';
import { muslBarrier, muslCond, muslMutex, muslRwlock, muslSemaphore, muslSpinlock } from './musl.ts';
import { Words, type Libc, type LockWords } from './words.ts';

export type { Libc, LockWords } from './words.ts';
export type { LockFormat } from '../known.ts';

type Decoder = (words: Words, libc: Libc) => LockWords;

const DECODERS: Readonly<Record<Libc['kind'], Readonly<Record<LockFormat, Decoder>>>> = {
  glibc: {
    mutex: glibcMutex,
    rwlock: glibcRwlock,
    cond: glibcCond,
    barrier: glibcBarrier,
    semaphore: glibcSemaphore,
    spinlock: glibcSpinlock,
    flag,
    counter,
  },
  musl: {
    mutex: muslMutex,
    rwlock: muslRwlock,
    cond: muslCond,
    barrier: muslBarrier,
    semaphore: muslSemaphore,
    spinlock: muslSpinlock,
    flag,
    counter,
  },
};

/** glibc's condition variables, barriers and rwlocks were others before 2.25, its semaphores before 2.21. */
const FIRST: Partial<Record<LockFormat, number>> = { cond: 25, rwlock: 25, barrier: 25, semaphore: 21 };

/**
 * What the bytes of one lock say, all read at one moment. Undefined where they are not as many as such a lock has, or where the libc is
 * one whose locks are not known.
 */
export function decodeLock(bytes: Uint8Array, format: LockFormat, libc: Libc): LockWords | undefined {
  if (!isSizeOf(format, bytes.byteLength)) return undefined;
  const [major = 2, minor = 99] = libc.version ?? [];
  if (libc.kind === 'glibc' && (major !== 2 || minor < (FIRST[format] ?? 0))) return undefined;
  return DECODERS[libc.kind][format](new Words(bytes), libc);
}

/** std::atomic_flag, atomic_flag: one byte, set or clear. */
function flag(words: Words): LockWords {
  const value = words.u8(0);
  return {
    kind: 'spinlock',
    state: value === 0 ? 'free' : 'locked',
    notes: [],
    corrupt: value <= 1 ? undefined : `Its byte is ${value}, where only 0 and 1 are written.`,
    words: [],
  };
}

/** std::counting_semaphore. libstdc++'s waiting is within one process: FUTEX_WAIT_PRIVATE (bits/atomic_wait.h). */
function counter(words: Words): LockWords {
  const value = words.length === 4 ? BigInt(words.i32(0)) : BigInt.asIntN(64, words.u64(0));
  return {
    kind: 'semaphore',
    state: 'counting',
    value: Number(value),
    processShared: false,
    notes: [],
    corrupt: value >= 0n ? undefined : `Its count is ${value}, less than none.`,
    words: words.length === 4 ? [[0, 4]] : [],
  };
}
