/** A Segment shows its mappings when they are asked for, and stays the same object from scan to scan while nothing of it differs. */
import type { Holder, Mapping, Segment } from '../../api.d.ts';
import type { Shown } from './maps.ts';

/** What a Segment's mappings come from. */
class View {
  #shown: Shown | undefined;
  readonly #end: number;
  #mappings: readonly Mapping[] | undefined;
  #holders: readonly Holder[] | undefined;
  #pids: Int32Array | undefined;

  constructor(shown: Shown | undefined, end: number) {
    this.#shown = shown;
    this.#end = end;
  }

  get mappings(): readonly Mapping[] {
    return (this.#mappings ??= this.#shown?.mappings(this.#end) ?? []);
  }
  get holders(): readonly Holder[] {
    return (this.#holders ??= this.#shown?.holders() ?? []);
  }
  get mappers(): number {
    return this.#shown?.mappers ?? 0;
  }
  get writable(): boolean {
    return this.#shown?.writable ?? false;
  }
  get processes(): { pid: number; process: string }[] {
    return this.#shown?.processes() ?? [];
  }
  get pids(): Int32Array {
    return (this.#pids ??= this.#shown?.pids() ?? new Int32Array(0));
  }
  get hash(): bigint {
    return this.#shown?.hash ?? 0n;
  }

  /** Takes the same mappings from a later look, so that the tables of this one can go. */
  moveTo(later: View): void {
    this.#shown = later.#shown;
  }
  keeps(shown: Shown | undefined): boolean {
    if (this.hash !== (shown?.hash ?? 0n)) return false;
    this.#shown = shown;
    return true;
  }
}

const views = new WeakMap<Segment, View>();

type Parts = Omit<Segment, 'mappings' | 'holders'>;

/**
 * `pageSize`: a mapping may reach to the end of the page in which the object ends (mmap(2): touching what is past it raises SIGBUS).
 * Infinity: no mapping reaches past it.
 */
export function makeSegment(parts: Parts, shown: Shown | undefined, pageSize: number): Segment {
  const end = pageSize === Infinity ? Infinity : Math.ceil(parts.size / pageSize) * pageSize;
  const view = new View(shown, end);
  const segment: Segment = {
    ...parts,
    get mappings() {
      return view.mappings;
    },
    get holders() {
      return view.holders;
    },
  };
  views.set(segment, view);
  return segment;
}

/** How many processes map it, without making its mappings. */
export function mapperCount(segment: Segment): number {
  return views.get(segment)?.mappers ?? new Set(segment.mappings.map((mapping) => mapping.pid)).size;
}

/** The processes that map it or hold it open, some more than once, without making its mappings. */
export function processesOf(segment: Segment): readonly { readonly pid: number; readonly process: string }[] {
  return views.get(segment)?.processes ?? [...segment.mappings, ...segment.holders];
}

/** Their pids, some more than once. Made once for a segment that stays the same. */
export function pidsIn(segment: Segment): Int32Array {
  return views.get(segment)?.pids ?? Int32Array.from(processesOf(segment), ({ pid }) => pid);
}

/** Whether a process may write through a shared mapping, without making its mappings. */
export function isWritten(segment: Segment): boolean {
  return views.get(segment)?.writable ?? segment.mappings.some((mapping) => mapping.shared && mapping.protection.includes('w'));
}

/** Whether the mappings and holders of both are the same; undefined where only looking at them tells. */
export function sameShown(a: Segment, b: Segment): boolean | undefined {
  const [before, after] = [views.get(a), views.get(b)];
  return before && after ? before.hash === after.hash : undefined;
}

/** Whether `shown` has the mappings and holders that the segment has; if so, it shows them from there. */
export function keepsView(segment: Segment, shown: Shown | undefined): boolean {
  return views.get(segment)?.keeps(shown) ?? false;
}

/** Lets an unchanged segment show its mappings from the later look. */
export function moveView(segment: Segment, later: Segment): void {
  const [view, target] = [views.get(segment), views.get(later)];
  if (view && target) view.moveTo(target);
}
