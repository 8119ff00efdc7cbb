/** What is known of each chunk of a segment, and the same in as many cells as a strip has pixels. */
import type { RawHeatLook } from '../native/addon.ts';
import { rangesOf } from './ranges.ts';

/** As Strip of src/protocol/messages.ts. */
export interface Cells {
  readonly size: number;
  readonly held: Uint8Array;
  readonly changed: Uint8Array;
  readonly roundMs?: number;
}

export class ChunkMap {
  #size = 0;
  #chunk = 1;
  /** Bytes of each chunk that hold memory, as far as is known. */
  #held = new Float64Array(0);
  /** 1: it was seen to change since `forgetChanges`. */
  #changed = new Uint8Array(0);
  /** 1: it was looked at in this round. */
  #looked = new Uint8Array(0);

  /** Takes in what a look found, and tells whether anything differs. What a whole round passed over holds no memory any more. */
  take(look: RawHeatLook): boolean {
    const resized = look.size !== this.#size || look.chunk !== this.#chunk;
    let news = resized || look.changed.length > 0;
    if (resized) this.#resize(look.size, look.chunk);
    let next = 0;
    for (const { offset, length } of rangesOf(look.looked)) {
      for (let i = offset; i < offset + length; i++, next++) {
        if (i >= this.#held.length) continue;
        const held = look.held[next] ?? 0;
        news ||= held !== this.#held[i];
        this.#held[i] = held;
        this.#looked[i] = 1;
      }
    }
    for (const { offset, length } of rangesOf(look.changed)) this.#changed.fill(1, offset, offset + length);
    if (!look.round) return news;
    this.#held.forEach((_, i) => {
      if (this.#looked[i] === 0) this.#held[i] = 0;
    });
    this.#looked.fill(0);
    return news;
  }

  /** The next look begins a round, and knows nothing of what was before it. */
  restart(): void {
    this.#looked.fill(0);
    this.#changed.fill(0);
  }

  forgetChanges(): void {
    this.#changed.fill(0);
  }

  /** The segment as `count` cells of equal size: how much of each holds memory (a little is never 0), and whether a part of it changed. */
  cells(count: number): Cells {
    const held = new Uint8Array(count);
    const changed = new Uint8Array(count);
    const cell = this.#size / count;
    if (cell === 0) return { size: 0, held, changed };
    for (let i = 0; i < count; i++) {
      const start = i * cell;
      const bytes = this.#heldIn(start, start + cell);
      held[i] = bytes > 0 ? Math.max(1, Math.min(255, Math.round((bytes / cell) * 255))) : 0;
      changed[i] = this.#changedIn(start, start + cell) ? 1 : 0;
    }
    return { size: this.#size, held, changed };
  }

  /** Bytes of [start, end) that hold memory, each chunk's spread evenly over it. */
  #heldIn(start: number, end: number): number {
    let bytes = 0;
    for (let i = Math.floor(start / this.#chunk); i * this.#chunk < end && i < this.#held.length; i++) {
      const from = i * this.#chunk;
      const to = Math.min(from + this.#chunk, this.#size);
      bytes += ((this.#held[i] ?? 0) * (Math.min(end, to) - Math.max(start, from))) / (to - from);
    }
    return bytes;
  }

  #changedIn(start: number, end: number): boolean {
    const first = Math.floor(start / this.#chunk);
    const at = this.#changed.indexOf(1, first);
    return at >= 0 && at * this.#chunk < end;
  }

  /** Keeps what is known, until it is looked at again: the strip does not go blank while a segment grows. */
  #resize(size: number, chunk: number): void {
    const count = Math.ceil(size / chunk);
    const held = new Float64Array(count);
    const changed = new Uint8Array(count);
    const ratio = chunk / this.#chunk;
    this.#held.forEach((bytes, i) => {
      // Chunks are powers of two: several old ones make up a new one, or one old one is several new ones.
      const first = Math.floor(i / ratio);
      for (let j = first; j < Math.max(first + 1, (i + 1) / ratio) && j < count; j++) {
        held[j] = Math.min(chunk, (held[j] ?? 0) + (ratio < 1 ? bytes * ratio : bytes));
        if (this.#changed[i] === 1) changed[j] = 1;
      }
    });
    this.#size = size;
    this.#chunk = chunk;
    this.#held = held;
    this.#changed = changed;
    this.#looked = new Uint8Array(count);
  }
}

/** Whether two strips show the same, so that the second need not be sent. A round that takes a little longer is told with other news. */
export function sameCells(a: Cells, b: Cells): boolean {
  return a.size === b.size && Buffer.compare(a.held, b.held) === 0 && !b.changed.includes(1) && !isOther(a.roundMs, b.roundMs);
}

/** Twice or half as long, and by more than a machine that is busy makes of it, ms. */
function isOther(was: number | undefined, is: number | undefined): boolean {
  if (was === undefined || is === undefined) return was !== is;
  return Math.max(was, is) >= 2 * Math.min(was, is) && Math.abs(was - is) > 1000;
}
