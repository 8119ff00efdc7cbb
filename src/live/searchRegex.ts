/** Regular expressions over a segment's bytes: the host reads chunk by chunk, and a worker thread matches them. */
import { setImmediate } from 'node:timers/promises';
import type { ByteSource } from '../native/addon.ts';
import { ShmError } from '../native/errors.ts';
import type { Hit } from '../protocol/searching.ts';
import { commonRanges, mergeRanges, rangesOf, type Range } from './ranges.ts';
import { Matcher, patternOf, type RegexSpec } from './regexMatcher.ts';
import { SPAN } from './regexText.ts';
import type { Running } from './control.ts';
import type { Access } from './sources.ts';

/** Bytes in which the hits of one chunk begin. */
const CHUNK = 1024 ** 2;
/** What holds memory is asked of so much at a time, which takes a millisecond through a process. */
const WINDOW = 256 * 1024 ** 2;
const EXTENTS_MAX = 1024;

interface Scan {
  readonly from: number;
  readonly to: number;
  readonly backward: boolean;
  readonly running: Running;
  /** Hits that are still wanted of each chunk. */
  readonly wanted: () => number;
}

/** The hit nearest to `from`; null where there is none, and when it was cancelled. */
export async function findText(
  access: Access,
  worker: string | URL,
  spec: RegexSpec,
  from: number,
  backward: boolean,
  running: Running,
): Promise<Hit | null> {
  const [low, high] = backward ? [0, from] : [from, Number.MAX_SAFE_INTEGER];
  // Of a chunk that is searched backward the last one counts.
  const scan = { from: low, to: high, backward, running, wanted: () => (backward ? Infinity : 1) };
  for await (const hits of scanned(access, worker, spec, scan)) {
    const at = backward ? hits.length - 2 : 0;
    const [offset, length] = [hits[at], hits[at + 1]];
    if (offset !== undefined && length !== undefined) return { offset, length };
  }
  return null;
}

/** All of them from the start, `limit` at most; none overlaps the one before it. */
export async function findAllText(
  access: Access,
  worker: string | URL,
  spec: RegexSpec,
  limit: number,
  running: Running,
): Promise<{ readonly hits: Float64Array; readonly complete: boolean }> {
  const all: number[] = [];
  const wanted = (): number => limit + 1 - all.length / 2;
  const scan = { from: 0, to: Number.MAX_SAFE_INTEGER, backward: false, running, wanted };
  for await (const hits of scanned(access, worker, spec, scan)) {
    for (const one of hits) all.push(one);
    if (wanted() <= 0) break;
  }
  const complete = all.length <= 2 * limit && running.signal?.aborted !== true;
  return { hits: Float64Array.from(all.slice(0, 2 * limit)), complete };
}

/** The hits of each chunk in turn, until the end or a cancel. */
async function* scanned(access: Access, worker: string | URL, spec: RegexSpec, scan: Scan): AsyncGenerator<Float64Array> {
  const { signal, onProgress } = scan.running;
  const matcher = new Matcher(worker, patternOf(spec));
  try {
    const zeros = await matcher.match({ bytes: new Uint8Array(3 * SPAN), start: SPAN, stop: 2 * SPAN, limit: 1 }, signal);
    let taken = 0;
    let found = 0;
    for await (const { part, chunk, share } of chunks(access, scan, zeros.length > 0)) {
      const start = scan.backward ? chunk.offset : Math.max(chunk.offset, taken);
      const stop = chunk.offset + chunk.length;
      if (start >= stop) continue;
      const at = Math.max(part.offset, start - SPAN);
      const bytes = await readChunk(access, at, Math.min(part.offset + part.length, stop + SPAN) - at);
      const had = at + bytes.length;
      if (had <= start) continue;
      const job = { bytes, start: start - at, stop: Math.min(stop, had) - at, limit: scan.wanted() };
      const hits = (await matcher.match(job, signal)).map((one, i) => (i % 2 === 0 ? one + at : one));
      taken = Math.max(taken, (hits.at(-2) ?? 0) + (hits.at(-1) ?? 0));
      found += hits.length / 2;
      onProgress?.(share, found);
      yield hits;
    }
  } catch (error) {
    // What was found until then counts.
    if (!(signal?.aborted === true && error instanceof ShmError && error.code === 'ECANCELED')) throw error;
  } finally {
    matcher.dispose();
  }
}

interface Chunk {
  /** Of what can be read in one piece. */
  readonly part: Range;
  /** Where hits begin. */
  readonly chunk: Range;
  /** How far the search has come with it, 0 to 1. */
  readonly share: number;
}

/**
 * Where hits can begin, in chunks. Parts that hold no memory are text of NULs: where the expression matches in these (`zeros`) they
 * count, else nothing is looked for that is more than SPAN away from what is held.
 */
async function* chunks(access: Access, { from, to, backward, running }: Scan, zeros: boolean): AsyncGenerator<Chunk> {
  const inOrder = <T>(items: T[]): T[] => (backward ? items.reverse() : items);
  const shown = await access((source) => rangesOf(source.shown()));
  const end = Math.min(to, (shown.at(-1)?.offset ?? 0) + (shown.at(-1)?.length ?? 0));
  for (const part of inOrder(shown)) {
    const [low, high] = [Math.max(from, part.offset), Math.min(end, part.offset + part.length)];
    const count = Math.max(0, Math.ceil((high - low) / WINDOW));
    for (let i = 0; i < count; i++) {
      if (running.signal?.aborted === true) return;
      // Others get their turn between windows that hold nothing.
      if (i % 16 === 15) await setImmediate();
      const at = low + (backward ? count - 1 - i : i) * WINDOW;
      const window = { offset: at, length: Math.min(WINDOW, high - at) };
      const regions = zeros ? [window] : await access((source) => near(source, window, part));
      for (const chunk of inOrder(regions.flatMap(splitRange))) {
        const done = backward ? end - chunk.offset : chunk.offset + chunk.length - from;
        yield { part, chunk, share: Math.min(1, done / Math.max(1, end - from)) };
      }
    }
  }
}

/** Of a window what holds memory, and SPAN around it. */
function near(source: ByteSource, window: Range, part: Range): Range[] {
  const begin = Math.max(part.offset, window.offset - SPAN);
  const held = rangesOf(source.extents(begin, window.length + 2 * SPAN, EXTENTS_MAX));
  const wide = held.map(({ offset, length }) => ({
    offset: Math.max(0, offset - SPAN),
    length: length + SPAN + Math.min(SPAN, offset),
  }));
  return commonRanges(mergeRanges(wide), [window]);
}

function splitRange({ offset, length }: Range): Range[] {
  return Array.from({ length: Math.ceil(length / CHUNK) }, (_, i) => ({
    offset: offset + i * CHUNK,
    length: Math.min(CHUNK, length - i * CHUNK),
  }));
}

/** What holds no memory is not read. Short where the segment ends by now. */
function readChunk(access: Access, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  return access(async (source) => {
    const bytes = new Uint8Array(length);
    if (source.extents(offset, length, 1).length === 0)
      return bytes.subarray(0, Math.max(0, Math.min(length, source.stat().size - offset)));
    return bytes.subarray(0, await source.readAsync(bytes, offset));
  });
}
