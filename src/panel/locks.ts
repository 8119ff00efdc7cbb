/** What a panel's page is told of its segment's locks: while the page is there and seen, and only what differs. */
import type { Disposable } from 'vscode';
import type { Segment, TypeLayout } from '../../api.d.ts';
import type { CodeLine, LocksModel, SegmentLocks } from '../locks/face.ts';
import { toDisposable } from '../lifecycle.ts';
import { shmError, toShmError } from '../native/errors.ts';
import type { LocksInfo } from '../protocol/locking.ts';
import type { ToPage } from '../protocol/messages.ts';
import { locksInfo } from './locksInfo.ts';

/** Of the panel: its segment now, and the type that it shows, with where that begins. */
export interface LocksShown {
  readonly segment: Segment;
  readonly typing: { readonly layout: { readonly type: TypeLayout; readonly offset: number } | undefined };
}

export interface PanelLocksParts {
  readonly locks: LocksModel;
  readonly log: (line: string) => void;
}

export class PanelLocks {
  readonly #parts: PanelLocksParts;
  readonly #panel: LocksShown;
  readonly #post: (message: ToPage) => void;
  #following: Disposable | undefined;
  #seen: SegmentLocks | undefined;
  /** What the page was told last. */
  #told: string | undefined;
  /** Counts what was asked: an answer that comes after a newer question, or a newer look, is of no use. */
  #asked = 0;

  constructor(parts: PanelLocksParts, panel: LocksShown, post: (message: ToPage) => void) {
    this.#parts = parts;
    this.#panel = panel;
    this.#post = post;
  }

  /** A page is there that knows nothing yet. */
  greet(): void {
    this.#told = undefined;
    this.#following ??= this.#follow();
    this.#take();
    this.#look();
  }

  /** Nobody sees the page, or it is taken away. */
  rest(): void {
    this.#following?.dispose();
    this.#following = undefined;
    this.#asked++;
  }

  /** The panel shows another type now: its locks are others, and nobody waits for the next look. */
  typeChanged(): void {
    if (this.#following) this.#look();
  }

  /** The panel shows another segment. */
  reset(): void {
    this.rest();
    this.#seen = undefined;
    this.#told = undefined;
  }

  dispose(): void {
    this.rest();
  }

  /** Where a thread waits, of those that the page was told of; ENOENT where that is not known. */
  whereOf(offset: number, tid: number): CodeLine {
    const places = [...(this.#seen?.locks ?? []), ...(this.#seen?.elsewhere ?? [])].filter((one) => one.offset === offset);
    const where = places.flatMap(({ waiters }) => waiters).find((waiter) => waiter.tid === tid)?.where;
    if (!where) throw shmError('ENOENT', `Thread ${tid} does not wait there any more, or its place in the code is not known.`);
    return where;
  }

  #follow(): Disposable {
    const following = this.#parts.locks.follow(this.#panel.segment.id);
    const listening = this.#parts.locks.onDidChange(() => this.#take());
    return toDisposable(() => {
      listening.dispose();
      following.dispose();
    });
  }

  #take(): void {
    const seen = this.#parts.locks.of(this.#panel.segment.id);
    if (!seen) return;
    this.#asked++;
    this.#seen = seen;
    this.#tell(locksInfo(seen, this.#parts.locks.last));
  }

  #look(): void {
    const { locks, log } = this.#parts;
    const { segment, typing } = this.#panel;
    const asked = ++this.#asked;
    locks.lookAt(segment, typing.layout).then(
      (seen) => {
        if (asked !== this.#asked) return;
        this.#seen = seen;
        this.#tell(locksInfo(seen, locks.last));
      },
      (error: unknown) => {
        if (asked !== this.#asked) return;
        const { code, message } = toShmError(error);
        if (code !== 'ENOTSUP') log(`The locks of ${segment.name}: ${message}`);
        // What was seen before stays: the reason is that of a segment that is gone, or of one that cannot be read.
        if (this.#told === undefined) this.#tell(problem(message));
      },
    );
  }

  #tell(locks: LocksInfo): void {
    const text = JSON.stringify(locks);
    if (text === this.#told) return;
    this.#told = text;
    this.#post({ type: 'locks', locks });
  }
}

function problem(message: string): LocksInfo {
  return { locks: [], more: false, elsewhere: [], findings: [], unseen: { processes: 0 }, problem: message };
}
