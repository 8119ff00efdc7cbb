/**
 * pthread_mutex_t and mtx_t of glibc. Source: sysdeps/nptl/bits/struct_mutex.h, sysdeps/x86/nptl/bits/struct_mutex.h (offsets),
 * sysdeps/nptl/pthreadP.h (kinds), nptl/pthread_mutex_lock.c and pthread_mutex_unlock.c (what is written when).
 */
import { firstWrong, hex, MOST_TIDS, OWNER_DIED, TID_MASK, WAITERS, type LockWords, type Words } from './words.ts';

const ROBUST = 0x10;
const INHERIT = 0x20;
const PROTECT = 0x40;
const SHARED = 0x80;
/** PTHREAD_MUTEX_ELISION_NP and PTHREAD_MUTEX_NO_ELISION_NP. */
const ELISION = 0x300;
const CEILING = 0xfff80000;
/** PTHREAD_MUTEX_INCONSISTENT and PTHREAD_MUTEX_NOTRECOVERABLE, as owners. */
const INCONSISTENT = 0x7fffffff;
const NOT_RECOVERABLE = 0x7ffffffe;
const TYPES: readonly LockWords['type'][] = ['normal', 'recursive', 'errorcheck', 'adaptive'];

interface Fields {
  readonly lock: number;
  readonly count: number;
  readonly owner: number;
  readonly kind: number;
}

/** 24 bytes on 32-bit machines; 40, on aarch64 48, on others. */
export function glibcMutex(words: Words): LockWords {
  const fields = { lock: words.u32(0), count: words.u32(4), owner: words.u32(8), kind: words.u32(words.length === 24 ? 12 : 16) };
  // pthread_mutex_destroy.c
  const destroyed = fields.kind === 0xffffffff;
  const kind = destroyed ? 0 : fields.kind;
  const protocol = protocolOf(kind);
  const robust = (kind & ROBUST) !== 0;
  const common = {
    kind: 'mutex' as const,
    type: TYPES[kind & 3],
    robust,
    protocol,
    processShared: destroyed ? undefined : (kind & SHARED) !== 0,
    words: [[0, 4]] as const,
    corrupt: wrongKind(kind),
  };
  if (destroyed) return { ...common, state: 'free', destroyed, notes: ['It was destroyed (pthread_mutex_destroy).'] };
  return {
    ...common,
    ...(robust || protocol === 'inherit' ? byTid(fields, robust) : byWord(fields, protocol === 'protect')),
  };
}

function protocolOf(kind: number): LockWords['protocol'] | undefined {
  if ((kind & INHERIT) !== 0) return 'inherit';
  return (kind & PROTECT) !== 0 ? 'protect' : undefined;
}

function wrongKind(kind: number): string | undefined {
  const valid = (kind & ~(3 | ROBUST | INHERIT | PROTECT | SHARED | ELISION)) === 0;
  const two = (kind & PROTECT) !== 0 && (kind & (ROBUST | INHERIT)) !== 0;
  return valid && !two ? undefined : `Its kind is ${hex(kind)}, which pthread_mutex_init never makes.`;
}

type State = Pick<LockWords, 'state' | 'notes'> & {
  readonly [K in 'ownerTid' | 'recursion' | 'contended' | 'corrupt' | 'inconsistent']?: LockWords[K] | undefined;
};

const recursionOf = ({ count, kind }: Fields): number | undefined => ((kind & 3) === 1 ? Math.max(1, count) : undefined);

/** Neither robust nor of priority inheritance: 0 free, 1 locked, 2 contended; the owner is written after it. */
function byWord(fields: Fields, ceiling: boolean): State {
  const { lock, count, owner, kind } = fields;
  const word = ceiling ? (lock & ~CEILING) >>> 0 : lock;
  const wrong =
    wrongKind(kind) ??
    firstWrong(
      [word <= 2, () => `Its lock word is ${hex(lock)}, where only 0, 1 and 2 are written.`],
      [owner < MOST_TIDS, () => `Its owner is ${hex(owner)}, which is no thread id.`],
      [(kind & 3) === 1 || ceiling || count === 0, () => `It counts ${count} lockings, and is not recursive.`],
    );
  if (word === 0) {
    // Owner and lock word are two stores; what was read between them passes.
    const notes =
      owner === 0 || wrong !== undefined ? [] : [`Its owner is still ${owner}: it was being unlocked at that moment.`];
    return { state: 'free', contended: false, notes, corrupt: wrong };
  }
  return {
    state: 'locked',
    contended: word === 2,
    ownerTid: owner === 0 ? undefined : owner,
    recursion: recursionOf(fields),
    notes: owner === 0 ? ['Its owner is not written yet: it was being taken at that moment.'] : [],
    corrupt: wrong,
  };
}

/** Robust, or of priority inheritance: the lock word is the owner's id with FUTEX_WAITERS and FUTEX_OWNER_DIED (linux/futex.h). */
function byTid(fields: Fields, robust: boolean): State {
  const { lock, count, owner, kind } = fields;
  const tid = lock & TID_MASK;
  const named = owner < MOST_TIDS && owner !== 0 ? owner : undefined;
  const common = {
    contended: lock >= WAITERS,
    corrupt:
      wrongKind(kind) ??
      firstWrong(
        [tid < MOST_TIDS, () => `Its lock word is ${hex(lock)}: ${hex(tid)} is no thread id.`],
        [
          owner < MOST_TIDS || (robust && owner >= NOT_RECOVERABLE && owner <= INCONSISTENT),
          () => `Its owner is ${hex(owner)}, which is no thread id.`,
        ],
        [(kind & 3) === 1 || count <= 1, () => `It counts ${count} lockings, and is not recursive.`],
      ),
  };
  if (robust && owner === NOT_RECOVERABLE)
    return {
      ...common,
      state: 'unrecoverable',
      notes: ['Its owner died, and who had it next unlocked it without making it consistent.'],
    };
  if ((lock & OWNER_DIED) !== 0) {
    const notes = robust ? [] : ['It is not robust: whoever waits for it waits forever.'];
    return { ...common, state: 'owner-died', ownerTid: tid === 0 ? named : tid, notes };
  }
  if (tid === 0) return { ...common, state: 'free', notes: [] };
  const inconsistent = robust && owner === INCONSISTENT;
  const notes = inconsistent ? ['Its last owner died; who holds it has not made it consistent yet.'] : [];
  return {
    ...common,
    state: 'locked',
    ownerTid: tid,
    recursion: recursionOf(fields),
    ...(inconsistent ? { inconsistent } : {}),
    notes,
  };
}
