/** What is known of the locks in segments, as the views and the API see it. */
import type { Disposable, Event } from 'vscode';
import type { CodeLine } from '../code/face.ts';
import type { Segment, SyncObject, TypeLayout } from '../../api.d.ts';

export type { CodeLine } from '../code/face.ts';

/** The thread that a lock word names. */
export interface Owner {
  /** As this process would name it; where the owner is not found, as the lock word has it. */
  readonly tid: number;
  readonly pid?: number;
  readonly process?: string;
  readonly alive: boolean;
  /** One sentence, where `alive` needs one: the tid is another process's by now, it is stopped, its namespace is not seen. */
  readonly note?: string;
}

/** A thread that sleeps in the kernel on a word of a lock. */
export interface Waiter {
  readonly tid: number;
  readonly pid: number;
  readonly process: string;
  /** ms since the epoch; `exact` false: it waited already when it was seen first, and the kernel does not say since when. */
  readonly since: number;
  readonly exact: boolean;
  /** It gives up by itself after a time. */
  readonly timed: boolean;
  /** It is stopped (SIGSTOP, a debugger). */
  readonly stopped: boolean;
  /** Where the program's own code waits; absent until it is known. */
  readonly where?: CodeLine;
}

/** How often a lock was seen in which state, since it has been followed. It moves on from look to look. */
export interface LockShare {
  readonly looks: number;
  readonly held: number;
  /** With threads that waited for it. */
  readonly contended: number;
  /** ms since the epoch of the first look. */
  readonly since: number;
  /** The threads that held it, most often first. */
  readonly holders: readonly { readonly name: string; readonly looks: number }[];
}

export interface Lock {
  readonly offset: number;
  readonly size: number;
  /** 'queue.lock'; '' for a segment that is one lock; absent where no type is known. */
  readonly path?: string;
  /** The type's own name: 'pthread_mutex_t', 'std::mutex', 'sem_t'. */
  readonly type: string;
  readonly kind: SyncObject['kind'];
  readonly state: SyncObject['state'];
  /** The state in words, with the owner: 'locked by strategy (4711)', 'count 3'. */
  readonly text: string;
  readonly owner?: Owner;
  readonly value?: number;
  /** Times that its owner has locked it. */
  readonly depth?: number;
  readonly robust?: boolean;
  readonly processShared?: boolean;
  readonly waiters: readonly Waiter[];
  /** Threads that wait, as the lock itself counts them; killed ones stay counted. */
  readonly counted?: number;
  /** No implementation writes such words: why. */
  readonly corrupt?: string;
  /** Sentences: recursive, protocol, what could not be seen. */
  readonly notes: readonly string[];
  /** While locks are followed. */
  readonly share?: LockShare;
  /** ms since the epoch: it has been seen in this state, held by this owner, at each look since then. */
  readonly since?: number;
}

/** The locks of one segment at one look. */
export interface SegmentLocks {
  readonly segment: Segment;
  /** The type that says where they are; absent for a named semaphore, and where none is known. */
  readonly type?: string;
  readonly locks: readonly Lock[];
  /** The type has more locks than are looked at. */
  readonly more: boolean;
  /** Threads that sleep on a word of the segment where no lock is known. */
  readonly elsewhere: readonly { readonly offset: number; readonly waiters: readonly Waiter[] }[];
  /** Why its locks are not known: it cannot be read, its type fails. */
  readonly problem?: string;
}

/** A System V semaphore set: semget(2). */
export interface SemaphoreSet {
  readonly semid: number;
  /** '0x000004d2'. */
  readonly key: string;
  readonly uid: number;
  readonly mode: number;
  /** Absent where it may not be read. */
  readonly semaphores?: readonly {
    readonly value: number;
    /** Of the last semop(2); 0 for none, or one of a namespace that is not seen. */
    readonly lastPid: number;
    readonly lastProcess?: string;
    /** Threads that wait for it to grow, and for it to be 0. */
    readonly waitingMore: number;
    readonly waitingZero: number;
  }[];
  readonly waiters: readonly (Waiter & { readonly semaphore: number })[];
  readonly reason?: string;
}

export type FindingKind = 'dead-owner' | 'deadlock' | 'unsignalled' | 'held-long' | 'corrupt' | 'not-shared' | 'mixed';

/** One step of a cycle: this thread holds `holds` and waits for `wants`, which the next one holds. */
export interface CycleStep {
  readonly pid: number;
  readonly tid: number;
  readonly process: string;
  readonly holds: LockRef;
  readonly wants: LockRef;
  readonly where?: CodeLine;
}

export interface LockRef {
  /** Of its segment. */
  readonly id: string;
  readonly segment: string;
  readonly offset: number;
  readonly path?: string;
}

export interface Finding {
  /** The same as long as it is the same finding. */
  readonly key: string;
  readonly kind: FindingKind;
  readonly severity: 'error' | 'warning';
  /** One sentence or two, with names and places: plain text. */
  readonly text: string;
  /** The locks that it is about; the first one is where to look. */
  readonly locks: readonly LockRef[];
  /** kind 'deadlock'. */
  readonly cycle?: readonly CycleStep[];
}

/** What one look has found. */
export interface LocksLook {
  /** ms since the epoch. */
  readonly time: number;
  readonly segments: readonly SegmentLocks[];
  readonly sets: readonly SemaphoreSet[];
  readonly findings: readonly Finding[];
  /** Processes whose threads may not be looked at, and why there may be more that are not listed: waiters among them are not seen. */
  readonly unseen: { readonly processes: number; readonly unlisted?: string; readonly remedy?: string };
}

/** The locks of segments, looked at again and again while somebody follows them. */
export interface LocksModel {
  /** Of what is followed; undefined while nothing is. */
  readonly last: LocksLook | undefined;
  /** After a look that found something else than the one before, of whatever is followed; a few times a second at most. */
  readonly onDidChange: Event<LocksLook>;
  /** Follows the locks of one segment, with the others that its processes map, or of all, until it is disposed. */
  follow(id?: string): Disposable;
  /** As the last look saw them; undefined for a segment that is not followed. */
  of(id: string): SegmentLocks | undefined;
  /** One whole look, with waiters, at all segments, or at one with the type that is given. */
  look(): Promise<LocksLook>;
  lookAt(segment: Segment, type?: { readonly type: TypeLayout; readonly offset: number }): Promise<SegmentLocks>;
}
