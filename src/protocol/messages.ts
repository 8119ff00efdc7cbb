/**
 * What the panel (extension host) and its page (webview) say to each other. Both sides check what they receive: see transport.ts.
 * Bigints do not cross postMessage, so they travel as decimal strings; offsets and sizes are numbers below 2^53.
 */
import type { SegmentKind } from '../../api.d.ts';

export interface Range {
  readonly offset: number;
  readonly length: number;
}

export interface MapperInfo {
  readonly pid: number;
  readonly process: string;
  readonly address: string;
  readonly length: number;
  readonly offset: number;
  readonly protection: string;
  readonly shared: boolean;
}

/** What the panel's header shows. */
export interface SegmentInfo {
  readonly kind: SegmentKind;
  readonly name: string;
  readonly size: number;
  readonly residentBytes?: number;
  /** 'rw-------'. */
  readonly permissions: string;
  readonly owner: string;
  /** 'inode 4711' or 'shmid 12'. */
  readonly identity: string;
  readonly unlinked: boolean;
  readonly orphaned: boolean;
  /** '3 mappers', 'no mappers seen'. */
  readonly mapped: string;
  readonly mappers: readonly MapperInfo[];
}

/** How the view stands to the object. Every state but `live` comes with a sentence. */
export type Phase =
  | 'loading'
  | 'live'
  /** Reading is not allowed, or failed. */
  | 'unreadable'
  /** A SysV segment that nothing maps: reading it means to attach, which the user has to agree to. */
  | 'attach'
  /** The object is gone. */
  | 'gone';

export interface Status {
  readonly phase: Phase;
  readonly message?: string;
  readonly remedy?: string;
  /** Another object now has the name: 'follow' opens it. */
  readonly replaced: boolean;
  readonly writing: boolean;
  /** Writing can be enabled at all (access, trusted workspace). */
  readonly canWrite: boolean;
  readonly paused: boolean;
}

/** One moment of the segment: all ranges come from one read. */
export interface Frame {
  readonly sequence: number;
  /** ms since the epoch. */
  readonly time: number;
  /** Size of the object at that moment. */
  readonly size: number;
  readonly ranges: readonly { readonly offset: number; readonly bytes: Uint8Array }[];
  /** Parts of the ranges that hold no memory, [start, end). */
  readonly unheld: readonly (readonly [number, number])[];
  /** It was read through processes (process_vm_readv): unheld is what none of these touched, and others may hold it. */
  readonly throughProcesses?: boolean;
}

/** A TypeLayout as a table, so that a type used a million times travels once. Indices point into `types`. */
export interface WireLayout {
  readonly root: number;
  readonly types: readonly WireType[];
}
export interface WireType {
  readonly name: string;
  readonly kind: string;
  readonly size: number;
  readonly alignment: number;
  readonly origin: string;
  readonly signed?: boolean;
  readonly count?: number;
  readonly element?: number;
  readonly fields?: readonly WireField[];
  readonly enumerators?: readonly { readonly name: string; readonly value: string }[];
}
export interface WireField {
  readonly name: string;
  readonly offset: number;
  readonly type: number;
  readonly bitOffset?: number;
  readonly bitWidth?: number;
}

/** The type that the segment is shown as; `source` is what the user gave, to be edited again. */
export interface TypeInfo {
  readonly layout: WireLayout;
  readonly name: string;
  /** 'pasted' or the path of a header. */
  readonly from: string;
  readonly source?: string;
}

export type ToPage =
  | { readonly type: 'segment'; readonly segment: SegmentInfo }
  | { readonly type: 'status'; readonly status: Status }
  | { readonly type: 'layout'; readonly layout?: TypeInfo; readonly problem?: string }
  | { readonly type: 'frame'; readonly frame: Frame }
  | { readonly type: 'goTo'; readonly offset: number }
  /** Show the type editor, with the declarations of the present type in it. */
  | { readonly type: 'editType' }
  | {
      readonly type: 'reply';
      readonly id: number;
      readonly ok?: unknown;
      readonly error?: { readonly code: string; readonly message: string; readonly remedy?: string };
    };

/** What the page asks and gets an answer to. */
export interface Requests {
  /** Stores bytes; with `mask`, only the bits set in it (a bit-field). */
  write: { ask: { readonly offset: number; readonly bytes: Uint8Array; readonly mask?: Uint8Array }; answer: null };
  /** Names and sizes that declarations give; rejects with ETYPE and 'line:column: …'. */
  parseTypes: { ask: { readonly source: string }; answer: readonly { readonly name: string; readonly size: number }[] };
  applyType: { ask: { readonly source: string; readonly name: string }; answer: null };
  /** Quick pick of a struct in a header of the workspace. */
  pickHeader: { ask: null; answer: null };
  clearType: { ask: null; answer: null };
  setWriting: { ask: { readonly on: boolean }; answer: null };
  setPaused: { ask: { readonly on: boolean }; answer: null };
  /** Open the object that has the name now. */
  follow: { ask: null; answer: null };
  /** The user agreed to shmat. */
  attach: { ask: null; answer: null };
  /** Ask for an offset with VS Code's input box, then `goTo` comes. */
  askOffset: { ask: null; answer: null };
}
export type RequestName = keyof Requests;

export type FromPage =
  | { readonly type: 'ready' }
  /** The ranges that are visible now; the host reads these and nothing else. At most 64 ranges, 1 MiB in all. */
  | { readonly type: 'view'; readonly ranges: readonly Range[] }
  /** A frame was drawn; at most 2 are under way. */
  | { readonly type: 'ack'; readonly sequence: number }
  | { readonly type: 'request'; readonly id: number; readonly name: RequestName; readonly ask: unknown };
