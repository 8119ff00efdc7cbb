/** Looks at a whole segment in rotation, on a worker thread and with a budget, and tells in cells where it holds memory and changes. */
import type { ByteSource, RawHeat } from '../native/addon.ts';
import { toShmError } from '../native/errors.ts';
import { ChunkMap, sameCells, type Cells } from './chunks.ts';
import { Easing } from './easing.ts';
import { isLost } from './refused.ts';

/** Between the beginnings of two looks while something changes, ms; a strip is told at most as often. */
const PERIOD = 200;
/** After a look that failed, ms. */
const RETRY = 1000;
/** At most so many chunks; as they halve in size at a power of two, at least half as many, which is one for each cell of the tallest strip. */
const CHUNKS = 8192;

export interface HeatOptions {
  readonly openHeat: (chunks: number) => RawHeat;
  /** Gives the open source of the moment; throws while there is none. */
  readonly open: () => ByteSource;
  /** Lets go of a source that failed, so that the next `open` finds another way. */
  readonly reopen: () => void;
  /** The part of a core that may be spent, 0 to 1; 0: nothing is looked at. Less is spent while nothing changes. */
  readonly budget: () => number;
  readonly onCells: (cells: Cells) => void;
  /** Whether cells can be taken in now; while they cannot, changes are gathered until `hasRoom()` is called. */
  readonly isFull?: () => boolean;
}

/** One rotation: from when something is to be seen until nothing is. It ends by itself after the look that is under way. */
interface Rotation {
  readonly raw: RawHeat;
  readonly easing: Easing;
  ended: boolean;
  /** performance.now() when the present round began. */
  began: number;
  timer: NodeJS.Timeout | undefined;
}

export class Heat {
  readonly #options: HeatOptions;
  #chunks = new ChunkMap();
  #rotation: Rotation | undefined;
  #cells = 0;
  #paused = false;
  #roundMs: number | undefined;
  #sent: Cells | undefined;
  #waiting = false;
  /** A look has been done: there is something to tell. */
  #seen = false;

  constructor(options: HeatOptions) {
    this.#options = options;
  }

  /** How many cells are told from now on; 0 ends all looking. */
  setCells(cells: number): void {
    const before = this.#cells;
    this.#cells = cells;
    this.#update();
    if (cells !== before && this.#rotation) this.#tell();
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.#update();
  }

  /** Something is looked at. */
  get running(): boolean {
    return this.#rotation !== undefined;
  }

  /** The budget is another one. */
  budgetChanged(): void {
    this.#update();
  }

  /** Whoever is told knows nothing any more. */
  again(): void {
    this.#sent = undefined;
    if (this.#rotation) this.#tell();
  }

  /** Another object is looked at from now on. */
  reset(): void {
    this.#stop();
    this.#chunks = new ChunkMap();
    this.#seen = false;
    this.#roundMs = undefined;
    this.#sent = undefined;
    this.#update();
  }

  /** Cells can be taken in again. */
  hasRoom(): void {
    if (this.#waiting) this.#tell();
  }

  dispose(): void {
    this.#cells = 0;
    this.#stop();
  }

  #update(): void {
    const wanted = this.#cells > 0 && !this.#paused && this.#options.budget() > 0;
    if (!wanted) this.#stop();
    else if (!this.#rotation) this.#start();
  }

  #start(): void {
    try {
      const raw = this.#options.openHeat(CHUNKS);
      this.#rotation = { raw, easing: new Easing(), ended: false, began: performance.now(), timer: undefined };
    } catch {
      return; // An addon without this call: the strip stays without it.
    }
    // What changed while nobody looked changed at no known time.
    this.#chunks.restart();
    this.#soon(this.#rotation, 0);
  }

  #stop(): void {
    const rotation = this.#rotation;
    this.#rotation = undefined;
    this.#waiting = false;
    if (!rotation) return;
    rotation.ended = true;
    if (rotation.timer === undefined) return; // Under way: closed when its look is done.
    clearTimeout(rotation.timer);
    rotation.raw.close();
  }

  #soon(rotation: Rotation, ms: number): void {
    rotation.timer = setTimeout(() => void this.#tick(rotation), Math.max(0, ms)).unref();
  }

  async #tick(rotation: Rotation): Promise<void> {
    rotation.timer = undefined;
    const began = performance.now();
    const period = await this.#look(rotation);
    if (!rotation.ended) this.#tell();
    if (rotation.ended) rotation.raw.close();
    else this.#soon(rotation, period - (performance.now() - began));
  }

  /** After how long the next look is due. Why one failed, who reads the same source says. */
  async #look(rotation: Rotation): Promise<number> {
    try {
      const { raw, easing } = rotation;
      const look = await raw.look(this.#options.open(), PERIOD * this.#options.budget());
      if (rotation.ended) return 0;
      easing.looked(this.#chunks.take(look), look.round);
      this.#seen = true;
      if (look.round) {
        const now = performance.now();
        // A round that takes one look is done once in each period.
        this.#roundMs = Math.max(PERIOD, Math.round(now - rotation.began));
        rotation.began = now;
      }
      // Less is spent by fewer looks, not by smaller ones: to wake up for one takes longer than a small one.
      return PERIOD / easing.share;
    } catch (error) {
      if (!isLost(toShmError(error)) || rotation.ended) return RETRY;
      this.#options.reopen();
      return PERIOD;
    }
  }

  #tell(): void {
    if (!this.#seen) return;
    const cells = this.#chunks.cells(this.#cells);
    const next = { ...cells, ...(this.#roundMs === undefined ? {} : { roundMs: this.#roundMs }) };
    if (this.#sent && sameCells(this.#sent, next)) return;
    this.#waiting = this.#options.isFull?.() === true;
    if (this.#waiting) return;
    this.#chunks.forgetChanges();
    this.#sent = next;
    this.#options.onCells(next);
  }
}
