/**
 * Which messages the panel is told of as taken in, and when: frames two at a time, since an answer passes as many hands as a frame does.
 * One that was drawn waits for the next to come, and the next is answered with it as it comes; it is drawn in the browser's next frame,
 * and so the panel can send again within the time that it has for that. A frame that comes while the one before is not drawn yet has its
 * answer when it is: to a page that is slow, or not seen, no more comes than it draws.
 */
export class Acks {
  readonly #send: (sequences: readonly number[]) => void;
  /** Frames that came and were not drawn since. */
  #undrawn: number[] = [];
  /** Frames that were drawn, and that the panel was not told of. */
  #drawn: number[] = [];

  constructor(send: (sequences: readonly number[]) => void) {
    this.#send = send;
  }

  /** A message that is not drawn was taken in. */
  taken(sequence: number): void {
    this.#answer(sequence);
  }

  frame(sequence: number): void {
    if (this.#drawn.length > 0) this.#answer(sequence);
    else this.#undrawn.push(sequence);
  }

  /** All that came is on the screen. */
  drawn(): void {
    this.#drawn.push(...this.#undrawn);
    this.#undrawn = [];
    if (this.#drawn.length > 1) this.#answer();
  }

  #answer(...more: readonly number[]): void {
    this.#send([...this.#drawn, ...more]);
    this.#drawn = [];
  }
}
