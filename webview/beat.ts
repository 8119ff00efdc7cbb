/**
 * When numbers move that change all the time: together and twice a second, since digits that flicker cannot be read, and whatever the
 * page's text changes in one frame is laid out and painted at once.
 */

/** ms. */
const BEAT = 500;

/** The number of the beat at `now`, as performance.now() gives it. */
export const beatOf = (now: number): number => Math.floor(now / BEAT);

/** ms until the next beat. */
export const untilBeat = (now: number): number => (beatOf(now) + 1) * BEAT - now;
