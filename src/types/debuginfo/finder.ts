/** Which types belong to a segment, found in the debug info of the programs that map it. */
import type { LayoutConflict, Segment, TypeLayout } from '../../../api.d.ts';
import type { ElfFile, TypeEntry } from './face.ts';

/** A type that a mapper's debug info holds. */
export interface SeenType extends TypeEntry {
  readonly file: ElfFile;
  /** Processes that run this file and map the segment. */
  readonly pids: readonly number[];
}

export interface Suggestion {
  readonly type: TypeLayout;
  /** Bytes from the start of the segment. */
  readonly offset: number;
  /** One sentence: "'book' in strategy (4711) points here; its size is the segment's." */
  readonly why: string;
  /** Nothing speaks against it and nothing else is suggested for this offset: it may be applied unasked. */
  readonly certain: boolean;
  readonly seen: SeenType;
}

export interface TypeFinder {
  /** Best first; empty where nothing points into the segment and no size fits. */
  suggest(segment: Segment, signal?: AbortSignal): Promise<readonly Suggestion[]>;
  /** Every named type of every mapper; `lacks` says of which mappers nothing could be read, and what would help. */
  seen(
    segment: Segment,
    signal?: AbortSignal,
  ): Promise<{ readonly types: readonly SeenType[]; readonly lacks: readonly string[] }>;
  layout(seen: SeenType, signal?: AbortSignal): Promise<TypeLayout>;
  conflicts(segment: Segment, signal?: AbortSignal): Promise<readonly LayoutConflict[]>;
}
