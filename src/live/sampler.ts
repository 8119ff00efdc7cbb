/** Reads ranges of one segment again and again, and tells when they differ from what was last told. */
import type { ByteSource } from '../native/addon.ts';
import { toShmError, type ShmError } from '../native/errors.ts';
import type { Guard } from './guards.ts';
import type { Range } from './ranges.ts';
import { isLost } from './refused.ts';
import { sameSnapshot, takeSnapshot, type Snapshot } from './snapshot.ts';

export interface SamplerOptions {
  /** Gives the open source of the moment; throws while there is none. */
  readonly open: () => ByteSource;
  /** Lets go of a source that failed, so that the next `open` finds another way. */
  readonly reopen: () => void;
  readonly onSnapshot: (snapshot: Snapshot) => void;
  readonly onError: (error: ShmError) => void;
  /** Readings a second, at most; 1 to 60. */
  readonly hz?: number;
  /** Whether another snapshot can be taken in; while it cannot nothing is read, until `hasRoom()` is called. */
  readonly isFull?: () => boolean;
}

const HZ_MAX = 60;
const RETRY_MS = 500;

export class Sampler {
  readonly #options: SamplerOptions;
  readonly #period: number;
  /** Undefined until somebody has said what to read; an empty list still asks for the size. */
  #ranges: readonly Range[] | undefined;
  #guards: readonly Guard[] = [];
  #last: Snapshot | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** When the next reading is due; kept apart from the timer, whose whole milliseconds would make 60 a second 58. */
  #due = 0;
  #paused = false;
  /** Read one time although paused: the view was moved. */
  #once = false;
  #busy = false;
  #ended = false;

  constructor(options: SamplerOptions) {
    this.#options = options;
    this.#period = 1000 / Math.min(HZ_MAX, Math.max(1, options.hz ?? HZ_MAX));
  }

  /** What is read from now on; told once even when no byte differs. */
  setRanges(ranges: readonly Range[], guards: readonly Guard[] = []): void {
    this.#ranges = ranges;
    this.#guards = guards;
    this.#last = undefined;
    this.#once = true;
    this.#soon(0);
  }

  /** Reads at once, in the caller's turn where the ranges are small: what is written after this call differs from what it had. */
  readNow(): void {
    clearTimeout(this.#timer);
    void this.#tick();
  }

  /** While paused nothing is read, but for ranges that are new: these are read one time. */
  setPaused(paused: boolean): void {
    this.#paused = paused;
    if (paused) clearTimeout(this.#timer);
    else this.#soon(0);
  }

  /** The next reading is told even when no byte differs. */
  again(): void {
    this.#last = undefined;
    this.#once = true;
    this.#soon(0);
  }

  /** Another snapshot can be taken in again. */
  hasRoom(): void {
    if (!this.#busy) this.#soon(this.#due - performance.now());
  }

  dispose(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  #soon(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#ended || (this.#paused && !this.#once)) return;
    this.#timer = setTimeout(() => void this.#tick(), Math.max(0, ms)).unref();
  }

  async #tick(): Promise<void> {
    // New ranges and room for a snapshot begin again.
    if (this.#busy || this.#options.isFull?.() === true || !this.#ranges) return;
    this.#busy = true;
    const failed = await this.#read(this.#ranges).finally(() => (this.#busy = false));
    const now = performance.now();
    this.#due = Math.max(this.#due + this.#period, now);
    this.#soon(failed ? RETRY_MS : Math.floor(this.#due - now));
  }

  async #read(ranges: readonly Range[]): Promise<boolean> {
    try {
      const snapshot = await this.#take(ranges);
      if (this.#ended || ranges !== this.#ranges || (this.#paused && !this.#once)) return false;
      this.#once = false;
      if (this.#last && sameSnapshot(this.#last, snapshot)) return false;
      this.#last = snapshot;
      this.#options.onSnapshot(snapshot);
      return false;
    } catch (error) {
      this.#last = undefined;
      this.#options.reopen();
      if (!this.#ended) this.#options.onError(toShmError(error));
      return true;
    }
  }

  /** Once more by another way where the process that the source went through has ended: the segment may live on in others. */
  async #take(ranges: readonly Range[]): Promise<Snapshot> {
    try {
      return await takeSnapshot(this.#options.open(), ranges, this.#guards);
    } catch (error) {
      if (!isLost(error) || this.#ended) throw error;
      this.#options.reopen();
      return takeSnapshot(this.#options.open(), ranges, this.#guards);
    }
  }
}
