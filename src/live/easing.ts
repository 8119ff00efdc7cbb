/** How much of its budget a rotation spends: half with each round that showed nothing new, and all again with the first news. */

const LEAST = 1 / 10;
/** Of a segment that one look goes round: with this its rounds take five looks at most, so that a change is still seen within a second. */
const LEAST_OF_SMALL = 1 / 5;

export class Easing {
  #share = 1;
  #least = LEAST;
  /** Of the present round. */
  #looks = 0;
  #news = false;
  #full = true;

  /** The part of the budget that the next look may spend, 0 to 1. */
  get share(): number {
    return this.#share;
  }

  /** After each look: whether it showed anything new, and whether it ended a round. */
  looked(news: boolean, round: boolean): void {
    this.#looks += 1;
    if (news) {
      this.#news = true;
      this.#share = 1;
    }
    if (!round) return;
    if (this.#full) this.#least = this.#looks === 1 ? LEAST_OF_SMALL : LEAST;
    if (!this.#news) this.#share = Math.max(this.#least, this.#share / 2);
    this.#looks = 0;
    this.#news = false;
    this.#full = this.#share === 1;
  }
}
