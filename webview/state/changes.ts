/** When each byte in view was last seen to change. */
import type { Snapshot } from './snapshot.ts';

/** How long a change stays marked, ms. */
export const FADE = 1000;
/** Steps in which the mark fades. */
export const STEPS = 4;

interface Track {
  readonly offset: number;
  /** performance.now() of the last change of each byte; 0 for none. */
  readonly times: Float64Array;
}

export class Changes {
  #tracks: readonly Track[] = [];
  #before: Snapshot | undefined;
  #last = 0;
  /** Frames in which a byte of the view was seen to differ from the one before, since the page was opened. */
  count = 0;

  /** Compares `next` with the snapshot taken before it, where both hold the same offsets. `now` as performance.now(). */
  take(next: Snapshot, now: number): void {
    const before = this.#before;
    let differs = false;
    this.#tracks = next.pieces.map(({ offset, bytes }) => {
      const times = this.#carry(offset, bytes.length);
      for (const piece of before?.pieces ?? []) {
        const from = Math.max(offset, piece.offset);
        const to = Math.min(offset + bytes.length, piece.offset + piece.bytes.length);
        for (let at = from; at < to; at++) {
          if (bytes[at - offset] === piece.bytes[at - piece.offset]) continue;
          times[at - offset] = now;
          differs = true;
        }
      }
      return { offset, times };
    });
    this.#before = next;
    if (!differs) return;
    this.#last = now;
    this.count += 1;
  }

  #carry(offset: number, length: number): Float64Array {
    const same = this.#tracks.find((track) => track.offset === offset && track.times.length === length);
    if (same) return same.times;
    const times = new Float64Array(length);
    for (const track of this.#tracks) {
      const from = Math.max(offset, track.offset);
      const to = Math.min(offset + length, track.offset + track.times.length);
      if (from < to) times.set(track.times.subarray(from - track.offset, to - track.offset), from - offset);
    }
    return times;
  }

  /** 0 for no recent change of [offset, offset + length), else 1 (fresh) to STEPS (nearly faded). */
  step(offset: number, length: number, now: number): number {
    let latest = 0;
    if (now - this.#last >= FADE) return 0;
    for (const track of this.#tracks) {
      const from = Math.max(offset, track.offset) - track.offset;
      const to = Math.min(offset + length, track.offset + track.times.length) - track.offset;
      for (let at = from; at < to; at++) latest = Math.max(latest, track.times[at] ?? 0);
    }
    const age = now - latest;
    return latest === 0 || age >= FADE ? 0 : 1 + Math.floor((age / FADE) * STEPS);
  }

  /** Whether some mark has still to fade. */
  isFading(now: number): boolean {
    return this.#last > 0 && now - this.#last < FADE;
  }
}
