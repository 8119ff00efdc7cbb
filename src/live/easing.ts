/** How often a rotation looks: half as often with each round that showed nothing new, and as ever again with the first news. */

const LEAST = 1 / 10;
/** Of a segment that one look goes round: with this there is one in the time of five, so that a change is still seen within a second. */
const LEAST_OF_SMALL = 1 / 5;

export class Easing {
  #share = 1;
  #least = LEAST;
  /** Of the present round. */
  #looks = 0;
  #news = false;
  #full = true;

  /** The part of the looks that is done, 0 to 1. */
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
