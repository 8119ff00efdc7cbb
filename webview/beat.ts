/**
 * When numbers move that change all the time: together and twice a second, since digits that flicker cannot be read, and whatever the
 * page's text changes in one frame is laid out and painted at once.
 */

/** ms. */
const BEAT = 500;
/** Of what may not wait that long; each second one is a whole beat. */
export const HALF_BEAT = BEAT / 2;

/** The number of the beat at `now`, as performance.now() gives it. */
export const beatOf = (now: number, beat: number = BEAT): number => Math.floor(now / beat);

/** ms until the next beat. */
export const untilBeat = (now: number, beat: number = BEAT): number => (beatOf(now, beat) + 1) * beat - now;
