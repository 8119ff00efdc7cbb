/** How many frames with changes were drawn in the last second; told once a second, so that the digits stay calm. */
import { beatOf } from '../beat.ts';

/** Of which a second has two. */
const BEATS = 2;
/** Frames come 60 times a second at most; a timer that runs early is no 61st. */
const MOST = 60;

export class FrameRate {
  #drawn = 0;
  #since: number | undefined;
  #shown: number | undefined;

  /** What is shown will be another number, or none, without anything new to come. */
  get isMoving(): boolean {
    return this.#drawn > 0 || this.#shown !== undefined;
  }

  drawn(): void {
    this.#drawn += 1;
  }

  /** Hz to show, or undefined while nothing comes. */
  read(now: number): number | undefined {
    const since = (this.#since ??= now);
    if (beatOf(now) - beatOf(since) >= BEATS) {
      this.#shown = Math.min(MOST, Math.round((this.#drawn * 1000) / (now - since))) || undefined;
      this.#drawn = 0;
      this.#since = now;
    }
    return this.#shown;
  }
}
