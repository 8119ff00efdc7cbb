/** A model of locks whose looks a test says. */
import type { Disposable } from 'vscode';
import type { Segment } from '../../../api.d.ts';
import { Emitter, toDisposable } from '../../../src/lifecycle.ts';
import type { Finding, Lock, LocksLook, LocksModel, SegmentLocks, Waiter } from '../../../src/locks/face.ts';

export const segment = (id: string): Segment => ({
  id,
  kind: 'posix',
  name: `/${id}`,
  size: 4096,
  device: '0:1',
  inode: 1,
  uid: 0,
  gid: 0,
  holders: [],
  mode: 0o600,
  access: { read: true, write: false },
  unlinked: false,
  namespace: 'host',
  mappings: [],
  orphaned: false,
});

export const waiter = (tid: number, more: Partial<Waiter> = {}): Waiter => ({
  tid, pid: tid, process: 'worker', since: 1000, exact: true, timed: false, stopped: false, ...more,
}); // prettier-ignore

export const lock = (offset: number, more: Partial<Lock> = {}): Lock => ({
  offset, size: 40, path: `a${offset}`, type: 'pthread_mutex_t', kind: 'mutex', state: 'free', text: 'free', waiters: [], notes: [], ...more,
}); // prettier-ignore

export const finding = (key: string, id = 'a', more: Partial<Finding> = {}): Finding => ({
  key,
  kind: 'dead-owner',
  severity: 'error',
  text: `${key} is in trouble.`,
  locks: [{ id, segment: `/${id}`, offset: 8 }],
  ...more,
});

export const seen = (id: string, locks: readonly Lock[], more: Partial<SegmentLocks> = {}): SegmentLocks => ({
  segment: segment(id),
  type: 'struct A',
  locks,
  more: false,
  elsewhere: [],
  ...more,
});

export class FakeLocks implements LocksModel {
  last: LocksLook | undefined;
  followed = false;
  readonly #changed = new Emitter<LocksLook>();
  readonly onDidChange = this.#changed.event;
  /** What `lookAt` was asked, to be answered by the test. */
  readonly asked: {
    readonly segment: Segment;
    readonly type: string | undefined;
    readonly answer: (locks: SegmentLocks) => void;
    readonly refuse: (error: unknown) => void;
  }[] = [];

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
    return this.last?.segments.find((one) => one.segment.id === id);
  }

  look(): Promise<LocksLook> {
    return Promise.reject(new Error('nobody looks'));
  }

  lookAt(at: Segment, type?: { readonly type: { readonly name: string } }): Promise<SegmentLocks> {
    return new Promise((answer, refuse) => this.asked.push({ segment: at, type: type?.type.name, answer, refuse }));
  }

  /** A look that everybody hears of. */
  tell(segments: readonly SegmentLocks[], findings: readonly Finding[] = []): void {
    this.last = { time: 0, segments, sets: [], findings, unseen: { processes: 0 } };
    this.#changed.fire(this.last);
  }
}
