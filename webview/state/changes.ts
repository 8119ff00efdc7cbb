/** Which bytes in view have changed: since the frame before, or against a baseline that the host gives; and what they were before. */
import type { Frame } from '../../src/protocol/messages.ts';
import type { Baseline } from '../../src/protocol/keeping.ts';
import type { Snapshot } from './snapshot.ts';
import { follow, type Track } from './track.ts';
import { sameAt } from './words.ts';

/** How long a change stays marked, ms. */
export const FADE = 1000;
/** Steps in which the mark fades. */
export const STEPS = 4;
/** Frames whose time is kept; many more than are drawn while a mark fades. A power of two. */
const FRAMES = 256;

/** Of bytes that the baseline has not. */
export const NEW = 'past the end that the segment had then';

/** A baseline's bytes for the ranges in view. */
export interface BaselineBytes {
  readonly ranges: Frame['ranges'];
  readonly of: string;
  /** Bytes that the segment had then: what lies past them is new. */
  readonly size: number;
}

export class Changes {
  #tracks: readonly Track[] = [];
  /** Counts frames from 1; a track's stamps are such numbers. */
  #frame = 0;
  /** performance.now() of frame n at n modulo FRAMES. */
  readonly #times = new Float64Array(FRAMES);
  #last = -Infinity;
  readonly #table = new Uint8Array(FRAMES);
  /** What the table was made for. */
  #tableFrame = -1;
  #tableTime = -1;
  #mode: Baseline = 'frame';
  /** What came last, of whatever baseline: it may come before or after the mode that it is for. */
  #told: BaselineBytes = { ranges: [], of: 'frame', size: 0 };
  /** Frames in which a byte of the view was seen to differ from the one before, since the page was opened. */
  count = 0;

  /** What is marked: 'frame', a change fades; else what differs from a baseline stays marked. */
  get mode(): Baseline {
    return this.#mode;
  }

  /** Nothing is marked in another mode than 'frame' until its baseline is there. */
  setMode(mode: Baseline): void {
    this.#mode = mode;
  }

  /** Takes the bytes of a baseline; they count while it is the chosen one. */
  setBaseline(baseline: BaselineBytes): void {
    this.#told = baseline;
  }

  get #baseline(): BaselineBytes | undefined {
    return this.#mode !== 'frame' && this.#told.of === this.#mode ? this.#told : undefined;
  }

  /** Compares `next` with the snapshot taken before it, where both hold the same offsets. `now` as performance.now(). */
  take(next: Snapshot, now: number): void {
    this.#frame += 1;
    this.#times[this.#frame % FRAMES] = now;
    let differs = false;
    this.#tracks = next.pieces.map(({ offset, bytes }) => {
      const { track, changed } = follow(this.#tracks, offset, bytes, this.#frame);
      differs ||= changed;
      return track;
    });
    if (!differs) return;
    this.#last = now;
    this.count += 1;
  }

  /** 0 where nothing of [offset, offset + length) is marked, else 1 (fresh) to STEPS (nearly faded). Against a baseline 0 or 1. */
  step(offset: number, length: number, now: number): number {
    if (this.#mode !== 'frame') return this.#differs(offset, length) ? 1 : 0;
    if (now - this.#last >= FADE) return 0;
    return this.#stepOf(this.#latest(offset, length), now);
  }

  /** Fills `steps` with the `step` of each byte from `offset` on. False where none is marked: what `steps` holds then means nothing. */
  fillSteps(steps: Uint8Array, offset: number, now: number): boolean {
    if (this.#mode !== 'frame') return this.#fillDifferences(steps, offset);
    if (now - this.#last >= FADE) return false;
    steps.fill(0);
    const table = this.#tableAt(now);
    let any = 0;
    for (const track of this.#tracks) {
      const { from, to, at } = overlap(track, offset, steps.length);
      for (let i = from; i < to; i++) {
        const stamp = track.stamps[i] ?? 0;
        if (stamp > 0) any |= steps[at + i - from] = table[this.#frame - stamp] ?? 0;
      }
    }
    return any !== 0;
  }

  /** Whether some mark has still to fade. */
  isFading(now: number): boolean {
    return this.#mode === 'frame' && this.#last > 0 && now - this.#last < FADE;
  }

  /** Whether the newest frame changed some byte of the range. */
  changedNow(offset: number, length: number): boolean {
    return this.#frame > 0 && this.#latest(offset, length) === this.#frame;
  }

  /**
   * The range as it was right before the last frame in which any of its bytes changed; undefined where none was seen to change, or where
   * some of it came into view only later.
   */
  previous(offset: number, length: number): Uint8Array | undefined {
    const latest = this.#latest(offset, length);
    if (latest <= 0) return undefined;
    const bytes = new Uint8Array(length);
    let known = 0;
    for (const track of this.#tracks) {
      const { from, to, at } = overlap(track, offset, length);
      for (let i = from; i < to; i++) {
        const stamp = track.stamps[i] ?? 0;
        // Negative: unchanged since it came into view, at frame -stamp.
        if (-stamp >= latest) return undefined;
        bytes[at + i - from] = (stamp === latest ? track.before[i] : track.bytes[i]) ?? 0;
      }
      known += Math.max(0, to - from);
    }
    return known === length ? bytes : undefined;
  }

  /** The range in the baseline; undefined where that is not known, and in the mode 'frame'. */
  baseline(offset: number, length: number): Uint8Array | undefined {
    for (const piece of this.#baseline?.ranges ?? []) {
      const from = offset - piece.offset;
      if (from >= 0 && from + length <= piece.bytes.length) return piece.bytes.subarray(from, from + length);
    }
    return undefined;
  }

  /** Whether the range reaches past the end that the segment had in the baseline. */
  isNew(offset: number, length: number): boolean {
    return this.#added(offset, length).some(({ from, to }) => from < to);
  }

  /** The step of what changed so many frames ago: the same for all rows of one drawing. */
  #tableAt(now: number): Uint8Array {
    if (this.#tableFrame === this.#frame && this.#tableTime === now) return this.#table;
    this.#tableFrame = this.#frame;
    this.#tableTime = now;
    for (let ago = 0; ago < FRAMES; ago++) this.#table[ago] = this.#stepOf(this.#frame - ago, now);
    return this.#table;
  }

  #stepOf(stamp: number, now: number): number {
    if (stamp <= 0 || stamp <= this.#frame - FRAMES) return 0;
    const age = Math.max(0, now - (this.#times[stamp % FRAMES] ?? 0));
    return age >= FADE ? 0 : 1 + Math.floor((age / FADE) * STEPS);
  }

  /** The last frame in which some byte of the range changed; 0 for none. */
  #latest(offset: number, length: number): number {
    let latest = 0;
    for (const track of this.#tracks) {
      const { from, to } = overlap(track, offset, length);
      for (let i = from; i < to; i++) {
        const stamp = track.stamps[i] ?? 0;
        if (stamp > latest) latest = stamp;
      }
    }
    return latest;
  }

  #differs(offset: number, length: number): boolean {
    if (this.isNew(offset, length)) return true;
    return this.#compared(offset, length).some(({ track, piece, from, to }) => {
      return !sameAt(track.bytes, from - track.offset, piece.bytes, from - piece.offset, to - from);
    });
  }

  /** The parts of the range, as of one that begins at 0, that are in view and lie past the baseline's end. */
  #added(offset: number, length: number): readonly { readonly from: number; readonly to: number }[] {
    const end = this.#baseline?.size ?? Infinity;
    if (offset + length <= end) return [];
    return this.#tracks.map((track) => ({
      from: Math.max(offset, end, track.offset) - offset,
      to: Math.min(offset + length, track.offset + track.bytes.length) - offset,
    }));
  }

  #fillDifferences(steps: Uint8Array, offset: number): boolean {
    const { length } = steps;
    if (!this.#differs(offset, length)) return false;
    steps.fill(0);
    for (const { from, to } of this.#added(offset, length)) steps.fill(1, from, Math.max(from, to));
    for (const { track, piece, from, to } of this.#compared(offset, length)) {
      for (let at = from; at < to; at++) {
        if (track.bytes[at - track.offset] !== piece.bytes[at - piece.offset]) steps[at - offset] = 1;
      }
    }
    return true;
  }

  /** Offsets [from, to) of the range that both a track and the baseline hold. */
  #compared(offset: number, length: number): readonly Compared[] {
    const found: Compared[] = [];
    for (const track of this.#tracks) {
      for (const piece of this.#baseline?.ranges ?? []) {
        const from = Math.max(offset, track.offset, piece.offset);
        const to = Math.min(offset + length, track.offset + track.bytes.length, piece.offset + piece.bytes.length);
        if (from < to) found.push({ track, piece, from, to });
      }
    }
    return found;
  }
}

interface Compared {
  readonly track: Track;
  readonly piece: Frame['ranges'][number];
  readonly from: number;
  readonly to: number;
}

/** The track's part of [offset, offset + length): its indices [from, to), which begin `at` bytes into the range; none where from >= to. */
function overlap(
  track: Track,
  offset: number,
  length: number,
): { readonly from: number; readonly to: number; readonly at: number } {
  const from = Math.max(0, offset - track.offset);
  const to = Math.min(offset + length - track.offset, track.bytes.length);
  return { from, to, at: track.offset + from - offset };
}
