/** Locks, looks and a model as a test wants them. */
import type { Disposable } from 'vscode';
import type { Segment } from '../../../../api.d.ts';
import { Emitter, toDisposable } from '../../../../src/lifecycle.ts';
import type {
  CycleStep,
  Finding,
  Lock,
  LocksLook,
  LocksModel,
  SegmentLocks,
  SemaphoreSet,
  Waiter,
} from '../../../../src/locks/face.ts';

/** 2026-01-02 14:03:07 by the clock of the machine. */
export const NOW = new Date(2026, 0, 2, 14, 3, 7).getTime();

export function lock(change: Partial<Lock> = {}): Lock {
  return {
    offset: 0x40,
    size: 40,
    path: 'queue.lock',
    type: 'pthread_mutex_t',
    kind: 'mutex',
    state: 'free',
    text: 'free',
    waiters: [],
    notes: [],
    ...change,
  };
}

/** A mutex that strategy (4711) holds. */
export function held(change: Partial<Lock> = {}): Lock {
  const owner = { tid: 4711, pid: 4711, process: 'strategy', alive: true };
  return lock({ state: 'locked', text: 'locked by strategy (4711)', owner, ...change });
}

export function waiter(tid: number, change: Partial<Waiter> = {}): Waiter {
  return { tid, pid: tid, process: 'worker', since: NOW - 60_000, exact: true, timed: false, stopped: false, ...change };
}

export function locksOf(segment: Segment, locks: readonly Lock[], change: Partial<SegmentLocks> = {}): SegmentLocks {
  return { segment, locks, more: false, elsewhere: [], ...change };
}

export function look(segments: readonly SegmentLocks[], change: Partial<LocksLook> = {}): LocksLook {
  return { time: NOW, segments, sets: [], findings: [], unseen: { processes: 0 }, ...change };
}

export function step(pid: number, process: string, holds: string, wants: string, change: Partial<CycleStep> = {}): CycleStep {
  const ref = (path: string) => ({ id: 'test:1', segment: 'object-1', offset: 0, path });
  return { pid, tid: pid, process, holds: ref(holds), wants: ref(wants), ...change };
}

export function finding(change: Partial<Finding> = {}): Finding {
  return {
    key: 'dead queue.lock',
    kind: 'dead-owner',
    severity: 'error',
    text: 'strategy (4711) died with queue.lock, and 2 threads wait.',
    locks: [{ id: 'test:1', segment: 'object-1', offset: 0x40, path: 'queue.lock' }],
    ...change,
  };
}

export function set(change: Partial<SemaphoreSet> = {}): SemaphoreSet {
  const semaphore = { value: 1, lastPid: 12, lastProcess: 'pusher', waitingMore: 0, waitingZero: 0 };
  return { semid: 5, key: '0x000004d2', uid: 0, mode: 0o600, semaphores: [semaphore], waiters: [], ...change };
}

/** Knows what a test lets it know. */
export class FakeLocks implements LocksModel {
  last: LocksLook | undefined;
  looks = 0;
  failure: Error | undefined;
  followed = false;
  readonly #changed = new Emitter<LocksLook>();
  readonly onDidChange = this.#changed.event;
  #next: LocksLook = look([]);

  /** What the next look finds. */
  set next(found: LocksLook) {
    this.#next = found;
  }

  /** What is followed: ids, and undefined for all. */
  readonly following: (string | undefined)[] = [];
  follow(id?: string): Disposable {
    this.following.push(id);
    this.followed = true;
    return toDisposable(() => {
      this.following.splice(this.following.indexOf(id), 1);
      this.followed = this.following.length > 0;
    });
  }

  of(id: string): SegmentLocks | undefined {
    return this.followed ? this.last?.segments.find(({ segment }) => segment.id === id) : undefined;
  }

  async look(): Promise<LocksLook> {
    this.looks++;
    if (this.failure) throw this.failure;
    this.last = this.#next;
    return Promise.resolve(this.last);
  }

  async lookAt(segment: Segment): Promise<SegmentLocks> {
    return Promise.resolve(locksOf(segment, []));
  }

  /** As if a look of its own had found this. */
  tell(found: LocksLook): void {
    this.last = found;
    this.#changed.fire(found);
  }
}
