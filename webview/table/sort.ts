/** An array read as it is now, and its elements in the order of one column. In slices: the page goes on drawing meanwhile. */
import type { FormatName } from '../../src/decode/format.ts';
import { MAX_VIEW_BYTES } from '../../src/protocol/limits.ts';
import { Snapshot } from '../state/snapshot.ts';
import type { Column } from './columns.ts';
import { keysOf, type Compare } from './keys.ts';

/** Of an array that is sorted: it is kept while the sorted rows are shown. */
export const MOST_BYTES = 128 * 1024 * 1024;
/** How long one slice of work takes, ms. */
const SLICE = 6;
/** Elements that are sorted or merged between two looks at the clock. */
const RUN = 2048;

export interface ArrayPlace {
  readonly offset: number;
  readonly count: number;
  /** Bytes of one element. */
  readonly stride: number;
}

export interface Sorted {
  /** The array's bytes as they were read. */
  readonly snapshot: Snapshot;
  /** Element indices in the order of the rows. */
  readonly order: Uint32Array;
  /** ms since the epoch: when the last byte was read. */
  readonly time: number;
}

export interface SortAsk {
  readonly column: Column;
  readonly format: FormatName;
  readonly descending: boolean;
  readonly littleEndian: boolean;
}

export interface Running {
  readonly signal: AbortSignal;
  /** 0 to 1. */
  readonly onProgress: (what: 'Reading' | 'Sorting', done: number) => void;
}

/** Reads bytes of the segment as they are now, at most MAX_VIEW_BYTES; short where it ends. */
export type Read = (
  offset: number,
  length: number,
  signal: AbortSignal,
) => Promise<{ readonly bytes: Uint8Array; readonly size: number }>;

/** Rejects with an AbortError when it is cancelled, and with what the host says where the array cannot be read. */
export async function sortArray(read: Read, place: ArrayPlace, ask: SortAsk, running: Running): Promise<Sorted> {
  const { bytes, size } = await readArray(read, place, running);
  const time = Date.now();
  const count = Math.min(place.count, Math.floor(bytes.length / place.stride));
  const keys = keysOf(ask.column, ask.format, count, ask.littleEndian);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const breath = new Breath(running.signal);
  for (let index = 0; index < count; index++) {
    keys.take(view, index * place.stride, index);
    if (index % RUN === 0) await breath.take();
  }
  const order = await sortOrder(count, ask.descending ? keys.descending : keys.ascending, breath, (done) =>
    running.onProgress('Sorting', done),
  );
  return { snapshot: new Snapshot({ time, size, ranges: [{ offset: place.offset, bytes }], unheld: [], torn: [] }), order, time };
}

async function readArray(read: Read, place: ArrayPlace, running: Running): Promise<{ bytes: Uint8Array; size: number }> {
  const total = place.count * place.stride;
  if (total > MOST_BYTES) throw new Error('This array is too large to be sorted here: at most 128 MiB. Export it instead.');
  const bytes = new Uint8Array(total);
  let size = place.offset + total;
  let at = 0;
  while (at < total) {
    running.onProgress('Reading', at / total);
    const length = Math.min(MAX_VIEW_BYTES, total - at);
    const piece = await read(place.offset + at, length, running.signal);
    running.signal.throwIfAborted();
    bytes.set(piece.bytes.subarray(0, length), at);
    size = piece.size;
    at += piece.bytes.length;
    if (piece.bytes.length < length) break;
  }
  return { bytes: bytes.subarray(0, Math.min(at, total)), size };
}

/** Gives the page's thread back after each slice. */
class Breath {
  readonly #signal: AbortSignal;
  #until = performance.now() + SLICE;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  async take(): Promise<void> {
    this.#signal.throwIfAborted();
    if (performance.now() < this.#until) return;
    await new Promise((resolve) => setTimeout(resolve));
    this.#signal.throwIfAborted();
    this.#until = performance.now() + SLICE;
  }
}

/** 0 to `count` in the order of `compare`, equals by their index: sorted runs, then merged two by two. */
async function sortOrder(
  count: number,
  compare: Compare,
  breath: Breath,
  onProgress: (done: number) => void,
): Promise<Uint32Array> {
  let from = Uint32Array.from({ length: count }, (_, index) => index);
  let to = new Uint32Array(count);
  const passes = 1 + Math.max(0, Math.ceil(Math.log2(Math.max(1, count) / RUN)));
  const stable: Compare = (a, b) => compare(a, b) || a - b;
  for (let start = 0; start < count; start += RUN) {
    from.subarray(start, start + RUN).sort(stable);
    onProgress(start / count / passes);
    await breath.take();
  }
  for (let width = RUN, pass = 1; width < count; width *= 2, pass++) {
    for (let start = 0; start < count; start += 2 * width)
      await merge(from, to, start, width, stable, breath, (at) => onProgress((pass + at / count) / passes));
    [from, to] = [to, from];
  }
  return from;
}

async function merge(
  from: Uint32Array,
  to: Uint32Array,
  start: number,
  width: number,
  compare: Compare,
  breath: Breath,
  onProgress: (at: number) => void,
): Promise<void> {
  const middle = Math.min(start + width, from.length);
  const end = Math.min(start + 2 * width, from.length);
  let [left, right] = [start, middle];
  for (let at = start; at < end; at++) {
    const [a = 0, b = 0] = [from[left], from[right]];
    const takeLeft = left < middle && (right >= end || compare(a, b) <= 0);
    to[at] = takeLeft ? a : b;
    if (takeLeft) left += 1;
    else right += 1;
    if (at % RUN !== 0) continue;
    onProgress(at);
    await breath.take();
  }
}
