/**
 * glibc's condition variables as far as their words go: nptl/pthread_cond_wait.c, _signal.c, _broadcast.c and _common.c, one step after the
 * other. `Fresh` is that of 2.41 and later, `Old` that of 2.25 to 2.40 with its references to groups.
 */
export interface Waiter {
  readonly group: 0 | 1;
  readonly sequence: number;
}

export abstract class Cond {
  readonly waiters: Waiter[] = [];
  protected waits = 0;
  protected second: 0 | 1 = 0;
  protected start = 0;
  protected original = 0;
  protected readonly sizes: [number, number] = [0, 0];
  protected readonly signals: [number, number] = [0, 0];
  readonly #shared: number;

  constructor(shared: boolean) {
    this.#shared = shared ? 1 : 0;
  }

  protected get references(): number {
    return this.waiters.length * 8 + this.#shared;
  }
  protected get first(): 0 | 1 {
    return this.second === 0 ? 1 : 0;
  }

  wait(): void {
    const waiter: Waiter = { group: this.second, sequence: this.waits++ };
    this.waiters.push(waiter);
    this.slept(waiter, 1);
  }

  signal(): void {
    if (this.waiters.length === 0 || (this.sizes[this.first] === 0 && !this.#switchGroups())) return;
    this.signals[this.first] += this.unit;
    this.sizes[this.first]--;
  }

  broadcast(): void {
    if (this.waiters.length === 0) return;
    this.#signalAll();
    if (this.#switchGroups()) this.#signalAll();
  }

  /** A waiter looks whether it may go on, as after any wake-up. */
  wake(waiter: Waiter): void {
    if (this.isClosed(waiter)) this.leave(waiter);
    else if (this.hasSignal(waiter.group)) {
      this.signals[waiter.group] -= this.unit;
      this.leave(waiter);
    }
  }

  /** A waiter's time is over: __condvar_cancel_waiting. */
  cancel(waiter: Waiter): void {
    if (this.start > waiter.sequence) this.signal();
    else if (this.start + this.original <= waiter.sequence || this.sizes[waiter.group] !== 0) this.sizes[waiter.group]--;
    else this.signal();
    if (this.waiters.includes(waiter)) this.leave(waiter);
  }

  #signalAll(): void {
    this.signals[this.first] += this.unit * this.sizes[this.first];
    this.sizes[this.first] = 0;
  }

  #switchGroups(): boolean {
    const next = this.start + this.original;
    if (this.waits - next + this.sizes[this.second] === 0) return false;
    this.closeFirst();
    this.start = next;
    this.second = this.first;
    this.opened(next);
    this.original = this.waits - next;
    this.sizes[this.first] += this.original;
    return this.sizes[this.first] !== 0;
  }

  protected leave(waiter: Waiter): void {
    this.waiters.splice(this.waiters.indexOf(waiter), 1);
    this.slept(waiter, -1);
  }

  abstract bytes(): Uint8Array;
  protected abstract readonly unit: number;
  protected abstract slept(waiter: Waiter, by: 1 | -1): void;
  protected abstract isClosed(waiter: Waiter): boolean;
  protected abstract hasSignal(group: 0 | 1): boolean;
  /** Before the groups change their parts. */
  protected abstract closeFirst(): void;
  /** After it. */
  protected abstract opened(start: number): void;
}

function wordsOf(words: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(words, (word) => word >>> 0).buffer);
}

export class Fresh extends Cond {
  protected readonly unit = 1;
  protected slept(): void {
    // Nothing counts them but __wrefs.
  }
  protected isClosed({ sequence }: Waiter): boolean {
    return sequence < this.start;
  }
  protected hasSignal(group: 0 | 1): boolean {
    return this.signals[group] - this.start > 0;
  }
  protected closeFirst(): void {
    // __g1_start closes it.
  }
  protected opened(start: number): void {
    this.signals[this.first] = start;
  }
  bytes(): Uint8Array {
    const [size0, size1] = this.sizes;
    const [signals0, signals1] = this.signals;
    const waits = this.waits * 2 + this.second;
    return wordsOf([waits, 0, this.start, 0, size0, size1, this.original << 2, this.references, signals0, signals1, 0, 0]);
  }
}

export class Old extends Cond {
  protected readonly unit = 2;
  readonly #sleepers: [number, number] = [0, 0];
  protected slept({ group }: Waiter, by: 1 | -1): void {
    this.#sleepers[group] += 2 * by;
  }
  protected isClosed({ group, sequence }: Waiter): boolean {
    return (this.signals[group] & 1) !== 0 || sequence < this.start;
  }
  protected hasSignal(group: 0 | 1): boolean {
    return this.signals[group] !== 0;
  }
  protected closeFirst(): void {
    const closed = this.first;
    this.signals[closed] |= 1;
    for (const waiter of this.waiters.filter(({ group }) => group === closed)) this.wake(waiter);
    this.signals[closed] = 0;
  }
  protected opened(): void {
    // Its signals begin at 0.
  }
  bytes(): Uint8Array {
    const [size0, size1] = this.sizes;
    const [signals0, signals1] = this.signals;
    const [sleepers0, sleepers1] = this.#sleepers;
    const [waits, start] = [this.waits * 2 + this.second, this.start * 2 + this.second];
    return wordsOf([
      waits,
      0,
      start,
      0,
      sleepers0,
      sleepers1,
      size0,
      size1,
      this.original << 2,
      this.references,
      signals0,
      signals1,
    ]);
  }
}
