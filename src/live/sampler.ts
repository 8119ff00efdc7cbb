/** Reads ranges of one segment again and again, and tells when they differ from what was last told. */
import type { ByteSource, Control } from '../native/addon.ts';
import { toShmError, type ShmError } from '../native/errors.ts';
import { newControl } from './control.ts';
import type { Guard } from './guards.ts';
import type { Range } from './ranges.ts';
import { isLost } from './refused.ts';
import { EXTENTS_MAX, sameSnapshot, takeSnapshot, type Snapshot } from './snapshot.ts';

export interface SamplerOptions {
  /** Gives the open source of the moment; throws while there is none. */
  readonly open: () => ByteSource;
  /** Lets go of a source that failed, so that the next `open` finds another way. */
  readonly reopen: () => void;
  readonly onSnapshot: (snapshot: Snapshot) => void;
  readonly onError: (error: ShmError) => void;
  /** Readings a second, at most; 1 to 60. */
  readonly hz?: number;
  /** For eyes: after a second without news it is looked at less often, and a first change is told up to CALM_MS late. */
  readonly calm?: boolean;
  /** Whether another snapshot can be taken in; while it cannot nothing is read, until `hasRoom()` is called. */
  readonly isFull?: () => boolean;
}

const HZ_MAX = 60;
const RETRY_MS = 500;
/** So much too early a reading is done with what comes in anyway: to wake up for it once more takes longer than it. */
const EARLY_MS = 6;
/** So many readings in a row that showed nothing new, and a native thread does the looking: it takes a tenth of what it takes here. */
const STILL = 6;
/** Between its looks where it is calm, ms. */
const CALM_MS = 50;
/** Then it is read here again: sources that nobody asks for are closed after 5 s (sources.ts), and guards are read here only. */
const REST_MS = 1000;
/** Of whom wants to be told less often, looking here costs nothing. */
const REST_PERIOD_MAX = 250;
/** Bytes are copied for the thread. */
const REST_BYTES = 1024 * 1024;

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
  /** Readings in a row that showed nothing new. */
  #still = 0;
  /** While a native thread looks: what ends that. */
  #resting: Control | undefined;

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
    this.#stop();
    void this.#tick();
  }

  /** While paused nothing is read, but for ranges that are new: these are read one time. */
  setPaused(paused: boolean): void {
    this.#paused = paused;
    if (paused) this.#stop();
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
    if (this.#busy || this.#resting) return;
    const rest = this.#due - performance.now();
    this.#soon(rest <= EARLY_MS ? 0 : rest);
  }

  dispose(): void {
    this.#ended = true;
    this.#stop();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    if (this.#resting) Atomics.store(this.#resting, 0, 1);
    this.#resting = undefined;
  }

  #soon(ms: number): void {
    this.#stop();
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
    if (!failed && this.#mayRest()) this.#rest();
    else this.#soon(failed ? RETRY_MS : Math.floor(this.#due - now));
  }

  #mayRest(): boolean {
    const { ranges, torn } = this.#last ?? { ranges: [], torn: [] };
    return (
      this.#still >= STILL &&
      !this.#ended &&
      !this.#paused &&
      this.#period <= REST_PERIOD_MAX &&
      // What could not be had consistently may become so while no byte differs.
      torn.length === 0 &&
      ranges.reduce((sum, { bytes }) => sum + bytes.length, 0) <= REST_BYTES
    );
  }

  /** Nothing is done here until something differs from what was told, but for a reading now and then. */
  #rest(): void {
    if (!this.#last) return this.#soon(this.#period);
    const control = (this.#resting = newControl());
    const isCalm = this.#options.calm === true && this.#still > STILL;
    const period = isCalm ? Math.max(CALM_MS, this.#period) : this.#period;
    const goOn = (ms: number): void => {
      if (this.#resting !== control) return;
      this.#resting = undefined;
      if (ms > 0) this.#soon(ms);
      else void this.#tick();
    };
    try {
      this.#options
        .open()
        .wait(this.#last, EXTENTS_MAX, period, REST_MS, control)
        .then(
          () => goOn(0),
          () => {
            this.#still = 0;
            goOn(this.#period);
          },
        );
    } catch {
      // The next reading says why there is no source.
      goOn(this.#period);
    }
  }

  async #read(ranges: readonly Range[]): Promise<boolean> {
    try {
      const snapshot = await this.#take(ranges);
      if (this.#ended || ranges !== this.#ranges || (this.#paused && !this.#once)) return false;
      this.#once = false;
      const same = this.#last !== undefined && sameSnapshot(this.#last, snapshot);
      this.#still = same ? this.#still + 1 : 0;
      if (same) return false;
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
