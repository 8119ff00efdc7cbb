/** What is told of a lock, and the words that it is read from. */
import type { Abi, SyncObject } from '../../../api.d.ts';

/** The C library whose code works on a lock: it decides what the words mean. */
export interface Libc {
  readonly kind: 'glibc' | 'musl';
  /** [2, 36], [1, 2, 3]. */
  readonly version?: readonly number[];
  readonly abi: Abi;
}

/** A lock as its own words say it is. Thread ids are those of the pid namespace of the one that wrote them. */
export interface LockWords {
  readonly kind: SyncObject['kind'];
  readonly state: SyncObject['state'];
  /** Who holds it, or held it when it died; absent where the words do not say. */
  readonly ownerTid?: number | undefined;
  /** Semaphore: its count. rwlock: readers. Barrier: threads that have come. Condition variable: threads that wait. */
  readonly value?: number | undefined;
  /** Barrier: threads that it waits for. */
  readonly of?: number | undefined;
  /** How many times its owner has locked it; of recursive ones. */
  readonly recursion?: number | undefined;
  readonly type?: 'normal' | 'recursive' | 'errorcheck' | 'adaptive' | undefined;
  readonly robust?: boolean | undefined;
  readonly protocol?: 'inherit' | 'protect' | undefined;
  readonly processShared?: boolean | undefined;
  /** Its last owner died, and the one that holds it now has not called pthread_mutex_consistent(3) yet. */
  readonly inconsistent?: boolean | undefined;
  /** pthread_mutex_destroy(3) was called. */
  readonly destroyed?: boolean | undefined;
  /** Threads that wait, as the lock itself counts them; one that was killed stays counted. */
  readonly waiterCount?: number | undefined;
  /** The words say that some thread waits, or waited lately. */
  readonly contended?: boolean | undefined;
  /** Condition variable: how many waits have begun, and how many of these were signalled, or gave up before a later signal. */
  readonly turns?: { readonly waits: bigint; readonly signalled: bigint } | undefined;
  /** Sentences for what matters and is not seen from the rest. */
  readonly notes: readonly string[];
  /** Why no implementation writes such words; the rest is then a guess. */
  readonly corrupt?: string | undefined;
  /** [offset in the lock, bytes] of each word that waiters sleep on (futex(2)). */
  readonly words: readonly (readonly [number, number])[];
}

/** Linux, include/linux/threads.h: PID_MAX_LIMIT. */
export const MOST_TIDS = 1 << 22;
/** linux/futex.h */
export const WAITERS = 0x80000000;
export const OWNER_DIED = 0x40000000;
export const TID_MASK = 0x3fffffff;

/** 32-bit words of a lock in this machine's byte order: what is decoded is mapped by programs of this machine, all of them little-endian. */
export class Words {
  readonly #view: DataView;
  readonly length: number;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.length = bytes.byteLength;
  }

  u8(offset: number): number {
    return this.#view.getUint8(offset);
  }
  u32(offset: number): number {
    return this.#view.getUint32(offset, true);
  }
  i32(offset: number): number {
    return this.#view.getInt32(offset, true);
  }
  u64(offset: number): bigint {
    return this.#view.getBigUint64(offset, true);
  }
  isZero(from = 0, to = this.length): boolean {
    for (let i = from; i < to; i++) if (this.u8(i) !== 0) return false;
    return true;
  }
}

export const hex = (value: number): string => `0x${value.toString(16)}`;

/** The first of `checks` that failed, as a sentence. */
export function firstWrong(...checks: readonly (readonly [ok: boolean, sentence: () => string])[]): string | undefined {
  return checks.find(([ok]) => !ok)?.[1]();
}
