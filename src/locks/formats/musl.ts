/** Locks of musl: src/internal/pthread_impl.h (offsets), src/thread/pthread_*.c and sem_*.c; include/alltypes.h.in (sizes). */
import { firstWrong, hex, MOST_TIDS, OWNER_DIED, TID_MASK, WAITERS, type Libc, type LockWords, type Words } from './words.ts';

/** What a lock without an owner's id holds: EBUSY. */
const BUSY = 16;
const TYPES: readonly LockWords['type'][] = ['normal', 'recursive', 'errorcheck'];
const ROBUST = 4;
const INHERIT = 8;
const SHARED = 0x80;
const LOW = 0x7fffffff;

/** _m_type 0, _m_lock 4, _m_waiters 8, _m_count 20 on all machines. */
export function muslMutex(words: Words): LockWords {
  const [kind, lock, waiters, count] = [words.u32(0), words.u32(4), words.i32(8), words.i32(20)];
  const type = TYPES[kind & 3];
  const robust = (kind & ROBUST) !== 0;
  const inherit = (kind & INHERIT) !== 0;
  const plain = (kind & 15) === 0;
  const tid = lock & TID_MASK;
  const dead = robust && tid === TID_MASK;
  return {
    kind: 'mutex',
    ...(plain ? { state: (lock & LOW) === 0 ? ('free' as const) : ('locked' as const) } : ownedState(lock, robust, dead)),
    ownerTid: plain || dead || tid === 0 ? undefined : tid,
    // Counted are the lockings after the first.
    recursion: type === 'recursive' && tid !== 0 && !dead ? Math.max(0, count) + 1 : undefined,
    type,
    robust,
    protocol: inherit ? 'inherit' : undefined,
    processShared: (kind & SHARED) !== 0,
    waiterCount: inherit ? undefined : Math.max(0, waiters),
    contended: lock >= WAITERS || waiters > 0,
    notes: mutexNotes(lock, plain, robust, dead),
    corrupt: firstWrong(
      [(kind & ~0x8f) === 0 && (kind & 3) !== 3, () => `Its kind is ${hex(kind)}, which pthread_mutex_init never makes.`],
      [
        !plain || (lock & LOW) === 0 || (lock & LOW) === BUSY,
        () => `Its lock word is ${hex(lock)}, where only 0 and 16 are written.`,
      ],
      [plain || dead || tid < MOST_TIDS, () => `Its lock word is ${hex(lock)}: ${hex(tid)} is no thread id.`],
      [waiters >= -1 && waiters < MOST_TIDS, () => `It counts ${waiters} waiters.`],
    ),
    words: [[4, 4]],
  };
}

function ownedState(lock: number, robust: boolean, dead: boolean): Pick<LockWords, 'state' | 'inconsistent'> {
  if (dead) return { state: 'unrecoverable' };
  const tid = lock & TID_MASK;
  if ((lock & OWNER_DIED) === 0) return { state: tid === 0 ? 'free' : 'locked' };
  // The bit stays until pthread_mutex_consistent.
  return tid !== 0 && robust ? { state: 'locked', inconsistent: true } : { state: 'owner-died' };
}

function mutexNotes(lock: number, plain: boolean, robust: boolean, dead: boolean): string[] {
  if (plain) return (lock & LOW) === 0 ? [] : ['musl does not write who holds a mutex of the normal type.'];
  if (dead) return ['Its owner died, and who had it next unlocked it without making it consistent.'];
  if ((lock & OWNER_DIED) === 0) return [];
  if (!robust) return ['It is not robust: whoever waits for it waits forever.'];
  return (lock & TID_MASK) === 0 ? [] : ['Its last owner died; who holds it has not made it consistent yet.'];
}

export function muslRwlock(words: Words): LockWords {
  const [lock, waiters, shared] = [words.u32(0), words.i32(4), words.u32(8)];
  const count = lock & LOW;
  const state = count === LOW ? 'write-locked' : count > 0 ? 'read-locked' : 'free';
  return {
    kind: 'rwlock',
    state,
    value: state === 'read-locked' ? count : undefined,
    processShared: shared === SHARED,
    waiterCount: Math.max(0, waiters),
    contended: lock >= WAITERS || waiters > 0,
    notes: state === 'free' ? [] : ['musl does not write who holds it.'],
    corrupt: firstWrong(
      [shared === 0 || shared === SHARED, () => `Its flag for process-shared is ${hex(shared)}, neither 0 nor 128.`],
      [count === LOW || count <= MOST_TIDS, () => `It counts ${count} readers, more than there can be threads.`],
      [waiters >= 0 && waiters < MOST_TIDS, () => `It counts ${waiters} waiters.`],
    ),
    words: [[0, 4]],
  };
}

/** Of one that is not shared, waiters are a list on their stacks, and sleep there. */
export function muslCond(words: Words, { abi }: Libc): LockWords {
  const wide = abi === 'x86_64' || abi === 'aarch64';
  const shared = wide ? words.u64(0) : BigInt(words.u32(0));
  const isShared = shared !== 0n;
  const waiters = isShared ? words.u32(12) & LOW : undefined;
  const listed = wide ? words.u64(8) !== 0n : words.u32(4) !== 0;
  return {
    kind: 'cond',
    state: (waiters === undefined ? listed : waiters > 0) ? 'counting' : 'free',
    value: waiters,
    waiterCount: waiters,
    contended: waiters === undefined ? listed : waiters > 0,
    processShared: isShared,
    notes: waiters === undefined && listed ? ['Threads wait, and it does not count them.'] : [],
    corrupt: firstWrong(
      [
        shared === 0n || shared === (wide ? 0xffffffffffffffffn : 0xffffffffn),
        () => 'Its flag for process-shared is neither 0 nor -1.',
      ],
      [words.u32(16) <= 16, () => `Its clock is ${words.u32(16)}, which is none.`],
      [words.u32(32) <= 2, () => `Its inner lock is ${words.u32(32)}, where only 0, 1 and 2 are written.`],
      [(waiters ?? 0) <= MOST_TIDS, () => `It counts ${waiters} waiters, more than there can be threads.`],
    ),
    words: isShared ? [[8, 4]] : [],
  };
}

/** Of one that is not shared, who has come is counted on the stack of the first. */
export function muslBarrier(words: Words): LockWords {
  const [lock, limit, count] = [words.u32(0), words.u32(8), words.i32(12)];
  const shared = limit >= WAITERS;
  const of = (limit & LOW) + 1;
  const come = shared ? Math.max(0, count) : undefined;
  const begun = come === undefined ? !words.isZero(24, Math.min(32, words.length)) : come > 0;
  return {
    kind: 'barrier',
    state: begun ? 'counting' : 'free',
    value: come,
    of,
    waiterCount: come,
    contended: begun,
    processShared: shared,
    notes: come === undefined && begun ? ['Threads have come, and it does not count them.'] : [],
    corrupt: firstWrong(
      [of <= MOST_TIDS, () => `It waits for ${of} threads, more than there can be.`],
      [!shared || (count <= of && count >= -of), () => `${count} threads have come to it, which waits for ${of}.`],
      [
        shared ? (lock & LOW) <= of + 1 : lock <= 1,
        () => `Its inner lock is ${hex(lock)}, which pthread_barrier_wait never makes.`,
      ],
    ),
    words: shared
      ? [
          [12, 4],
          [0, 4],
        ]
      : [],
  };
}

/** __val[0] the count, [1] waiters, [2] 128 where it is not shared. Bit 31 of the count says that some wait; until 1.2.3, -1 did. */
export function muslSemaphore(words: Words): LockWords {
  const [first, waiterCount, isPrivate] = [words.u32(0), words.u32(4), words.u32(8)];
  return {
    kind: 'semaphore',
    state: 'counting',
    value: first === 0xffffffff ? 0 : first & LOW,
    waiterCount,
    contended: first >= WAITERS || waiterCount > 0,
    processShared: isPrivate === 0,
    notes: [],
    corrupt: firstWrong(
      [isPrivate === 0 || isPrivate === SHARED, () => `Its flag for process-shared is ${hex(isPrivate)}, neither 0 nor 128.`],
      [waiterCount <= MOST_TIDS, () => `It counts ${waiterCount} waiters, more than there can be threads.`],
    ),
    words: [[0, 4]],
  };
}

export function muslSpinlock(words: Words): LockWords {
  const value = words.u32(0);
  return {
    kind: 'spinlock',
    state: value === 0 ? 'free' : 'locked',
    notes: [],
    corrupt: value === 0 || value === BUSY ? undefined : `Its word is ${hex(value)}, where only 0 and 16 are written.`,
    words: [],
  };
}
