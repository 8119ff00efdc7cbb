/** What a user stored through one panel, so that it can be taken back and done again. */
import type { Segment } from '../../api.d.ts';
import { ShmError } from '../native/errors.ts';
import { sameBytes } from './ranges.ts';
import type { Sources } from './sources.ts';

/** With a mask only the bits that are set in it count, in what is stored as in what is expected. */
export interface Edit {
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly mask?: Uint8Array | undefined;
  /** Store only where the segment holds this. */
  readonly expected?: Uint8Array | undefined;
}

interface Done {
  readonly offset: number;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  readonly mask: Uint8Array | undefined;
}

export interface Outcome {
  /** False: the segment holds something else by now, and nothing was stored. */
  readonly done: boolean;
  readonly offset: number;
  readonly length: number;
}

type Store = Pick<Sources, 'read' | 'writeMasked' | 'compareAndSwap'>;

const MOST = 1000;
const MOST_BYTES = 8 * 1024 * 1024;

export class Edits {
  readonly #store: Store;
  #done: Done[] = [];
  #undone: Done[] = [];
  /** One after the other: two keys pressed at once must not take back the same edit. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Null when it was stored; else what the segment holds in place of `expected`. */
  write(segment: Segment, edit: Edit): Promise<{ readonly held: Uint8Array } | null> {
    return this.#inTurn(() => this.#write(segment, edit));
  }

  /** Puts back what the last edit found; null where there is none. Unless `force`d only while the segment holds what the edit stored. */
  undo(segment: Segment, force: boolean): Promise<Outcome | null> {
    return this.#inTurn(() => this.#undo(segment, force));
  }

  redo(segment: Segment, force: boolean): Promise<Outcome | null> {
    return this.#inTurn(() => this.#redo(segment, force));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #write(segment: Segment, { offset, bytes, mask, expected }: Edit): Promise<{ readonly held: Uint8Array } | null> {
    const held = expected && (await this.#store.compareAndSwap(segment, offset, expected, bytes, mask));
    if (held) return { held };
    const before = expected ?? (await this.#store.read(segment, offset, bytes.length));
    if (!expected) await this.#store.writeMasked(segment, offset, bytes, mask);
    this.keep({ offset, before, after: bytes.slice(), mask });
    return null;
  }

  /** Something was stored in another way, such as a range that was filled. */
  keep(done: Done): void {
    this.#undone = [];
    this.#done.push(done);
    let bytes = 0;
    const first = this.#done.findLastIndex((one, i) => {
      bytes += one.before.length + one.after.length;
      return bytes > MOST_BYTES || this.#done.length - i > MOST;
    });
    this.#done = this.#done.slice(first + 1);
  }

  async #undo(segment: Segment, force: boolean): Promise<Outcome | null> {
    const last = this.#done.at(-1);
    if (!last) return null;
    const done = await this.#exchange(segment, last, last.after, last.before, force);
    if (done) this.#undone.push(...this.#done.splice(-1));
    return { done, offset: last.offset, length: last.after.length };
  }

  async #redo(segment: Segment, force: boolean): Promise<Outcome | null> {
    const last = this.#undone.at(-1);
    if (!last) return null;
    const done = await this.#exchange(segment, last, last.before, last.after, force);
    if (done) this.#done.push(...this.#undone.splice(-1));
    return { done, offset: last.offset, length: last.after.length };
  }

  /** The segment is another one now. */
  clear(): void {
    this.#done = [];
    this.#undone = [];
  }

  async #exchange(segment: Segment, done: Done, from: Uint8Array, to: Uint8Array, force: boolean): Promise<boolean> {
    const { offset, mask } = done;
    const swapped = force ? undefined : await this.#swap(segment, done, from, to);
    if (swapped !== undefined) return swapped;
    const held = force ? from : await this.#store.read(segment, offset, from.length);
    if (!sameBytes(masked(held, mask), masked(from, mask))) return false;
    await this.#store.writeMasked(segment, offset, to, mask);
    return true;
  }

  /** Whether it was exchanged in one step; undefined where that cannot be, or the way to the bytes knows no such step. */
  async #swap(segment: Segment, { offset, mask }: Done, from: Uint8Array, to: Uint8Array): Promise<boolean | undefined> {
    try {
      return (await this.#store.compareAndSwap(segment, offset, from, to, mask)) === undefined;
    } catch (error) {
      if (error instanceof ShmError && error.code === 'ENOTSUP') return undefined;
      throw error;
    }
  }
}

function masked(bytes: Uint8Array, mask: Uint8Array | undefined): Uint8Array {
  return mask ? bytes.map((byte, i) => byte & (mask[i] ?? 0)) : bytes;
}
