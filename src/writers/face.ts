/** How writers are found, as the views know it: a session watches up to four fields, and its report grows while it runs. */
import type { Event } from 'vscode';
import type { CodeLine } from '../code/face.ts';
import type { Segment, TypeLayout } from '../../api.d.ts';

export type { CodeLine } from '../code/face.ts';

/** 1, 2, 4 or 8 aligned bytes of a segment that are watched. */
export interface WatchedField {
  readonly offset: number;
  readonly length: 1 | 2 | 4 | 8;
  /** As shown: 'head', 'orders[3].price'; absent for bytes. */
  readonly path?: string;
  /** A leaf of `length` bytes, as which values are told; absent: as unsigned integers. */
  readonly type?: TypeLayout;
  /** Of a type that does not say its own; absent: little. */
  readonly byteOrder?: 'little' | 'big';
}

/** One place in the code of one process that stores to a field (or touches it). */
export interface WriterPlace extends CodeLine {
  /** Index into the fields. */
  readonly field: number;
  readonly pid: number;
  readonly tid: number;
  readonly process: string;
  /** Where nothing else is known, shown as an address. */
  readonly instruction: bigint;
  /** '/usr/lib/…/libc.so.6'. */
  readonly object?: string;
  /** The nearest caller in the program's own code, where the store was made in a library. */
  readonly caller?: CodeLine;
  /** Why there is no line. */
  readonly lack?: string;
  readonly count: number;
  /** Per second, over the last second. */
  readonly rate: number;
  /** ms since the epoch. */
  readonly first: number;
  readonly last: number;
  /** The value before and after the last store, where it could be had; already text. */
  readonly before?: string;
  readonly after?: string;
}

export interface Unwatched {
  readonly pid: number;
  readonly tid?: number;
  readonly process?: string;
  readonly code: string;
  /** One sentence, with what helps. */
  readonly reason: string;
}

/** A change of a field that was seen, and who ran meanwhile: a hint, no proof. */
export interface WriterHint {
  /** ms since the epoch. */
  readonly time: number;
  readonly before: string;
  readonly after: string;
  /** 'writer (1234)'. */
  readonly ran: readonly string[];
}

export interface WriterReportView {
  readonly state: 'starting' | 'running' | 'ended';
  readonly fields: readonly WatchedField[];
  /** Reading too: "who touches it". */
  readonly reads: boolean;
  /** ms since the epoch; `endsAt` of a session that has ended is when it did. */
  readonly startedAt: number;
  readonly endsAt: number;
  /** Sorted by rate, then count. */
  readonly places: readonly WriterPlace[];
  /** Watched ones. */
  readonly processes: number;
  readonly threads: number;
  readonly missed: readonly Unwatched[];
  /** Stores seen, and those that were more than could be taken: seen / (seen + lost) is the sampled share. */
  readonly seen: number;
  readonly lost: number;
  /** Breakpoints cannot be had here: why, and what to do; `hint` is then all there is. */
  readonly failure?: { readonly message: string; readonly remedy?: string };
  /** Changes of the field with their times, and which mappers ran in between. Newest first. */
  readonly hint?: readonly WriterHint[];
}

export interface WriterSession {
  readonly view: WriterReportView;
  /** At most five times a second. */
  readonly onDidChange: Event<void>;
  /** Ends it now; the report stays. */
  stop(): void;
  /** Ends it, and nothing is told any more. */
  dispose(): void;
}

export interface WriterWatch {
  /** `ms`: how long. Throws a ShmError where it cannot begin. */
  start(
    segment: Segment,
    fields: readonly WatchedField[],
    options: { readonly ms: number; readonly reads: boolean },
  ): WriterSession;
}
