/** Calls back at a time that may be put off again and again, sixty times a second, for which a timer each time would cost more than the rest. */
export class Alarm {
  readonly #ring: () => void;
  #due = Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer ends: not after `#due`. */
  #ends = 0;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** Rings once, at `due` as performance.now() gives it, whatever was set before; Infinity for not at all. */
  set(due: number): void {
    this.#due = due;
    if (due === Infinity || (this.#timer !== undefined && this.#ends <= due)) return;
    clearTimeout(this.#timer);
    this.#ends = due;
    // A timer counts whole milliseconds.
    this.#timer = setTimeout(() => this.#wake(), Math.ceil(Math.max(0, due - performance.now())));
  }

  #wake(): void {
    this.#timer = undefined;
    const due = this.#due;
    if (due > performance.now()) this.set(due);
    else {
      this.#due = Infinity;
      this.#ring();
    }
  }
}
