/** Plays the host's long work on a fake segment: searching, narrowing, snapshots. Small segments only: it goes through every byte. */
import type { KeepRequests, SnapshotInfo } from '../../src/protocol/keeping.ts';
import type { Hit, SearchRequests, SearchSpec } from '../../src/protocol/searching.ts';
import { MAX_HITS } from '../../src/protocol/limits.ts';

/** Bytes that the fake search goes through at most. */
const MOST = 1 << 20;
const SIZES = { u8: 1, i8: 1, u16: 2, i16: 2, u32: 4, i32: 4, u64: 8, i64: 8, f32: 4, f64: 8 } as const;
type NumberSpec = SearchRequests['narrow']['ask']['number'];

export class FakeWork {
  readonly #read: (offset: number, length: number) => Uint8Array;
  readonly #snapshots = new Map<string, Uint8Array>();
  list: readonly SnapshotInfo[] = [];
  #places: readonly { readonly offset: number; readonly held: number }[] = [];
  #next = 1;
  /** Undo and redo find something else there. */
  conflict = false;
  readonly done: { readonly offset: number; readonly before: Uint8Array; readonly after: Uint8Array }[] = [];
  readonly undone: { readonly offset: number; readonly before: Uint8Array; readonly after: Uint8Array }[] = [];

  /** `read` gives what the segment holds now, short where it ends. */
  constructor(read: (offset: number, length: number) => Uint8Array) {
    this.#read = read;
  }

  findAll(spec: SearchSpec): { readonly hits: Float64Array; readonly complete: boolean } {
    const bytes = this.#read(0, MOST);
    const hits: number[] = [];
    if (spec.kind === 'regex') {
      const text = new TextDecoder('latin1').decode(bytes);
      for (const match of text.matchAll(new RegExp(spec.source, spec.matchCase ? 'gs' : 'gis')))
        hits.push(match.index, match[0].length);
    } else if (spec.kind === 'number') {
      const size = SIZES[spec.type];
      const [value, near] = [Number(spec.value), Number(spec.tolerance ?? 0)];
      for (let at = 0; at + size <= bytes.length; at += spec.aligned ? size : 1)
        if (Math.abs(numberAt(bytes, at, spec) - value) <= near) hits.push(at, size);
    } else {
      const { wanted, mask } = patternOf(spec);
      for (let at = 0; at + wanted.length <= bytes.length; at++)
        if (wanted.every((byte, index) => ((byte ^ (bytes[at + index] ?? 0)) & (mask?.[index] ?? 255)) === 0))
          hits.push(at, wanted.length);
    }
    const complete = hits.length <= 2 * MAX_HITS;
    return { hits: Float64Array.from(hits.slice(0, 2 * MAX_HITS)), complete };
  }

  find({ spec, from, backward }: SearchRequests['find']['ask']): Hit | null {
    const { hits } = this.findAll(spec);
    let best: Hit | null = null;
    for (let at = 0; at < hits.length; at += 2) {
      const hit = { offset: hits[at] ?? 0, length: hits[at + 1] ?? 0 };
      if (backward && hit.offset < from) best = hit;
      if (!backward && hit.offset >= from) return hit;
    }
    return best;
  }

  narrow(ask: SearchRequests['narrow']['ask']): SearchRequests['narrow']['answer'] {
    const bytes = this.#read(0, MOST);
    const size = SIZES[ask.number.type];
    const step = ask.number.aligned ? size : 1;
    const all = Array.from({ length: Math.max(0, Math.floor((bytes.length - size) / step) + 1) }, (_, index) => ({
      offset: index * step,
      held: 0,
    }));
    const kept = (ask.first ? all : this.#places)
      .map((place) => ({ ...place, now: numberAt(bytes, place.offset, ask.number) }))
      .filter((place) => holds(place.now, place.held, ask));
    this.#places = kept.map(({ offset, now }) => ({ offset, held: now }));
    return { count: kept.length, offsets: Float64Array.from(kept.slice(0, MAX_HITS), ({ offset }) => offset) };
  }

  take(name: string): SnapshotInfo {
    const bytes = this.#read(0, MOST);
    const info = {
      id: `s${this.#next++}`,
      name,
      time: Date.now(),
      size: bytes.length,
      held: Math.ceil(bytes.length / 4096) * 4096,
    };
    this.#snapshots.set(info.id, bytes);
    this.list = [info, ...this.list];
    return info;
  }

  rename(id: string, name: string): void {
    this.list = this.list.map((one) => (one.id === id ? { ...one, name } : one));
  }

  remove(id: string): void {
    this.#snapshots.delete(id);
    this.list = this.list.filter((one) => one.id !== id);
  }

  bytesOf(id: string): Uint8Array {
    return this.#snapshots.get(id) ?? this.#read(0, MOST);
  }

  /** At most `most` pairs from `from` on. */
  compare({ left, right, from }: KeepRequests['compare']['ask'], most: number): KeepRequests['compare']['answer'] {
    const [a, b] = [this.bytesOf(left), this.bytesOf(right)];
    const found: number[] = [];
    for (let at = from; at < Math.max(a.length, b.length); at++) {
      if (a[at] === b[at]) continue;
      if (found.at(-1) === at) found[found.length - 1] = at + 1;
      else found.push(at, at + 1);
    }
    return { differences: Float64Array.from(found.slice(0, 2 * most)), complete: found.length <= 2 * most };
  }
}

function patternOf(spec: Extract<SearchSpec, { kind: 'bytes' | 'text' }>): {
  readonly wanted: readonly number[];
  readonly mask?: Uint8Array;
} {
  if (spec.kind === 'bytes') return { wanted: [...spec.bytes], ...(spec.mask ? { mask: spec.mask } : {}) };
  return { wanted: [...new TextEncoder().encode(spec.text)] };
}

function numberAt(bytes: Uint8Array, at: number, { type, byteOrder }: NumberSpec): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  const little = byteOrder === 'little';
  if (type === 'f64') return view.getFloat64(0, little);
  if (type === 'f32') return view.getFloat32(0, little);
  if (type === 'u32') return view.getUint32(0, little);
  if (type === 'u16') return view.getUint16(0, little);
  return type === 'u64' ? Number(view.getBigUint64(0, little)) : view.getUint8(0);
}

function holds(now: number, before: number, { how, value, upper, tolerance }: SearchRequests['narrow']['ask']): boolean {
  if (how === 'equals') return Math.abs(now - Number(value)) <= Number(tolerance ?? 0);
  if (how === 'between') return now >= Number(value) && now <= Number(upper);
  if (how === 'changed') return now !== before;
  if (how === 'unchanged') return now === before;
  if (how === 'greater') return now > before;
  return how === 'less' ? now < before : true;
}
