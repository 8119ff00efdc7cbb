/** One open source for each segment that is being read, shared by everybody who reads it, closed some time after the last read. */
import type { Segment } from '../../api.d.ts';
import type { Addon, ByteSource } from '../native/addon.ts';
import { ShmError, shmError } from '../native/errors.ts';
import { openSegment } from './open.ts';
import { isLost } from './refused.ts';

/** An open descriptor keeps an unlinked object's memory, so it is not kept for long. */
const IDLE_MS = 5000;
/** Over this a read or write goes to a worker thread, so that the event loop is never held for milliseconds. */
const SYNC_BYTES = 256 * 1024;
/** One piece of a write that goes to a worker thread: it is copied on this one first. */
const PIECE = 4 * 1024 * 1024;
/** How often bits are stored that another program stores as well. */
const TRIES = 100;
const WITHOUT = 'Write without comparing.';
const READ_MAX = 1024 ** 3;

/** Uses the segment's open source, and once more by another way where the process that the first one went through has ended. */
export type Access = <T>(use: (source: ByteSource) => T | Promise<T>) => Promise<T>;

interface Kept {
  readonly source: ByteSource;
  readonly write: boolean;
  timer: NodeJS.Timeout | undefined;
}

export class Sources {
  readonly #addon: Addon;
  readonly #kept = new Map<string, Kept>();
  /** Segments that the user has agreed to attach, or has written to, which attaches as well. */
  readonly #agreed = new Set<string>();

  constructor(addon: Addon) {
    this.#addon = addon;
  }

  /** From now on the segment may be attached (shmat) where nothing else leads to its bytes. */
  agreeToAttach(id: string): void {
    this.#agreed.add(id);
    this.close(id);
  }

  /** Up to `length` bytes; short only where the segment ends. ERANGE when `offset` lies past the end. */
  async read(segment: Segment, offset: number, length: number): Promise<Uint8Array> {
    checkStart(segment, offset);
    if (Math.min(length, segment.size - offset) > READ_MAX)
      throw shmError('EOVERFLOW', 'One read gives 1 GiB at most: read it in parts.');
    return this.access(segment)(async (source) => {
      const target = new Uint8Array(Math.max(0, Math.min(length, source.stat().size - offset)));
      const had = target.length > SYNC_BYTES ? await source.readAsync(target, offset) : source.read(target, offset);
      return target.subarray(0, had);
    });
  }

  /** All bytes, or ERANGE; never makes the segment grow. */
  async write(segment: Segment, offset: number, bytes: Uint8Array): Promise<void> {
    if (offset + bytes.length > segment.size) {
      throw shmError('ERANGE', `${bytes.length} bytes at ${offset} end past the segment's ${segment.size} bytes.`);
    }
    if (bytes.length === 0) return;
    if (bytes.length <= SYNC_BYTES) return this.access(segment, true)((source) => source.write(bytes, offset));
    // The source is asked for again each time: it may be closed between two pieces.
    for (let at = 0; at < bytes.length; at += PIECE) {
      const piece = bytes.subarray(at, at + PIECE);
      await this.access(segment, true)((source) => source.writeAsync(piece, offset + at));
    }
  }

  /**
   * As `write`; with a mask only the bits that are set in it change (a bit-field), and the others keep what programs store there meanwhile.
   * Where no one step can do that, it is a read and a write after it.
   */
  async writeMasked(segment: Segment, offset: number, bytes: Uint8Array, mask: Uint8Array | undefined): Promise<void> {
    if (!mask) return this.write(segment, offset, bytes);
    let held: Uint8Array | undefined = await this.#held(segment, offset, bytes.length);
    const merged = held.map((byte, i) => (byte & ~(mask[i] ?? 0)) | ((bytes[i] ?? 0) & (mask[i] ?? 0)));
    try {
      for (let i = 0; held && i < TRIES; i++) held = await this.compareAndSwap(segment, offset, held, bytes, mask);
    } catch (error) {
      if (!(error instanceof ShmError && error.code === 'ENOTSUP')) throw error;
      return this.write(segment, offset, merged);
    }
    if (held) throw shmError('EAGAIN', 'The same bits are stored by another program all the time.');
  }

  /**
   * Stores `bytes` only where the segment still holds `expected`, in one step that no store of another program comes between. With a mask only
   * the bits that are set in it are compared and changed. Gives what it holds instead, undefined where it was stored. ENOTSUP where the bytes
   * do not lie in one aligned word of at most 8 bytes, or nothing but the memory of a process leads to them.
   */
  async compareAndSwap(
    segment: Segment,
    offset: number,
    expected: Uint8Array,
    bytes: Uint8Array,
    mask: Uint8Array = new Uint8Array(bytes.length).fill(0xff),
  ): Promise<Uint8Array | undefined> {
    if (expected.length !== bytes.length || mask.length !== bytes.length)
      throw shmError('EINVAL', 'What is expected and the mask are as long as the bytes.');
    if (bytes.length === 0) return undefined;
    const word = wordAround(offset, bytes.length);
    if (!word || word.start + word.size > segment.size) {
      throw shmError('ENOTSUP', `${bytes.length} bytes at ${offset} are not in one aligned word, which alone can be compared.`, {
        remedy: WITHOUT,
      });
    }
    const access = this.access(segment, true);
    const held = await access((source) => {
      if (source.how !== 'process_vm_readv')
        return source.compareAndSwap(word.start, word.with(expected), word.with(bytes), word.with(mask));
      throw shmError('ENOTSUP', 'The bytes are reached through another process, where nothing compares and stores in one step.', {
        remedy: `${WITHOUT} As the owner of the segment or as root there is a way that can.`,
      });
    });
    const had = held.subarray(offset - word.start, offset - word.start + bytes.length);
    return had.every((byte, i) => ((byte ^ (expected[i] ?? 0)) & (mask[i] ?? 0)) === 0) ? undefined : had;
  }

  async #held(segment: Segment, offset: number, length: number): Promise<Uint8Array> {
    const held = new Uint8Array(length);
    const had = await this.access(segment, true)((source) => source.read(held, offset));
    if (had < length) throw shmError('ERANGE', `${length} bytes at ${offset} end past the segment's end.`);
    return held;
  }

  /** Offsets of `pattern` in ascending order, `limit` at most. ERANGE when `from` lies past the end. */
  async find(segment: Segment, pattern: Uint8Array, from: number, limit: number, cancel?: Int32Array): Promise<number[]> {
    checkStart(segment, from);
    if (limit === 0) return [];
    return this.access(segment)(async (source) => [...(await source.find(pattern, from, source.stat().size, limit, cancel))]);
  }

  /** The way to the segment's bytes for reading; with `write` for writing too. */
  access(segment: Segment, write = false): Access {
    return async (use) => {
      try {
        return await use(this.open(segment, write));
      } catch (error) {
        if (!isLost(error)) throw error;
        this.close(segment.id);
        return use(this.open(segment, write));
      }
    };
  }

  /** The shared open source. It is closed by itself; callers do not close it and do not keep it. */
  open(segment: Segment, write: boolean): ByteSource {
    const kept = this.#kept.get(segment.id);
    if (kept && (kept.write || !write)) {
      kept.timer?.refresh();
      return kept.source;
    }
    // Who writes has decided to change the segment; to attach it for that is no further harm.
    if (write) this.#agreed.add(segment.id);
    const source = openSegment(this.#addon, segment, { write, attach: this.#agreed.has(segment.id) });
    this.close(segment.id);
    this.#kept.set(segment.id, { source, write, timer: setTimeout(() => this.close(segment.id), IDLE_MS).unref() });
    return source;
  }

  /** Lets go of one segment at once, as after its unlinking. */
  close(id: string): void {
    const kept = this.#kept.get(id);
    if (!kept) return;
    clearTimeout(kept.timer);
    this.#kept.delete(id);
    kept.source.close();
  }

  dispose(): void {
    for (const id of [...this.#kept.keys()]) this.close(id);
  }
}

function checkStart(segment: Segment, offset: number): void {
  if (offset > segment.size)
    throw shmError('ERANGE', `Offset ${offset} lies past the end: the segment has ${segment.size} bytes.`);
}

/** The smallest aligned word of at most 8 bytes that holds the range, and bytes of the range among zeros in it. */
function wordAround(offset: number, length: number) {
  const size = [1, 2, 4, 8].find((bytes) => (offset % bytes) + length <= bytes);
  if (size === undefined) return undefined;
  const start = offset - (offset % size);
  return {
    start,
    size,
    with: (bytes: Uint8Array): Uint8Array => {
      const word = new Uint8Array(size);
      word.set(bytes, offset - start);
      return word;
    },
  };
}
