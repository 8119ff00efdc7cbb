/**
 * What the panel (extension host) and its page (webview) say to each other. Both sides check what they receive: see transport.ts.
 * Bigints do not cross postMessage, so they travel as decimal strings; offsets and sizes are numbers below 2^53.
 */
import type { SegmentKind } from '../../api.d.ts';
import type { SnapshotInfo } from './keeping.ts';
import type { LocksInfo } from './locking.ts';
import type { RequestName } from './requests.ts';
import type { TypeInfo, TypeProblem, TypesInfo } from './typing.ts';
import type { WritersInfo } from './writing.ts';

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
  /** ms since the epoch: when it was seen to be gone; absent where it was not there from the beginning. */
  readonly goneAt?: number;
  /** What gets the name next is opened by itself; absent where the name means nothing the next time. */
  readonly following?: boolean;
}

/** One moment of the segment: all ranges come from one read. */
export interface Frame {
  /** ms since the epoch. */
  readonly time: number;
  /** Size of the object at that moment. */
  readonly size: number;
  readonly ranges: readonly { readonly offset: number; readonly bytes: Uint8Array }[];
  /** Parts of the ranges that hold no memory, [start, end). */
  readonly unheld: readonly (readonly [number, number])[];
  /** It was read through processes (process_vm_readv): unheld is what none of these touched, and others may hold it. */
  readonly throughProcesses?: boolean;
  /** What guards could not have consistently: its bytes are of more than one moment. By range, since the guards may be others by now. */
  readonly torn: readonly Range[];
}

/** A struct that is to be read whole. Its bytes of one frame are of one moment, or the frame says that they are not. */
export interface Guard {
  readonly offset: number;
  readonly length: number;
  /** The sequence counter (seqlock): 1, 2, 4 or 8 aligned bytes that are even, and the same before and after. Absent: read twice, equal. */
  readonly sequence?: { readonly offset: number; readonly length: number; readonly byteOrder: 'little' | 'big' };
}

/** The whole segment in cells of equal size, from the start to the end. */
export interface Strip {
  /** Bytes of the segment that the cells are parts of. */
  readonly size: number;
  /** How much of each cell holds memory: 0 none, 255 all. */
  readonly held: Uint8Array;
  /** Cells in which something was seen to change since the message before: 1. */
  readonly changed: Uint8Array;
  /** How long a look at all that holds memory takes, ms; absent until the first one is done. */
  readonly roundMs?: number;
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
  readonly byteOrder?: 'little' | 'big';
  readonly lock?: string;
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

export const DRAWER_TABS = ['inspector', 'find', 'snapshots', 'locks', 'writers'] as const;
export type DrawerTab = (typeof DRAWER_TABS)[number];

export type ToPage =
  /** `status`: with the first one, so that the first frame finds room beside it. */
  | { readonly type: 'segment'; readonly segment: SegmentInfo; readonly status?: Status }
  | { readonly type: 'status'; readonly status: Status }
  /** Both where a header does not say the type any more: the layout is the last good one. */
  | { readonly type: 'layout'; readonly layout?: TypeInfo; readonly problem?: TypeProblem }
  | { readonly type: 'types'; readonly types: TypesInfo }
  /** Without any: they are not known yet. */
  | { readonly type: 'locks'; readonly locks?: LocksInfo }
  | { readonly type: 'frame'; readonly frame: Frame }
  | { readonly type: 'strip'; readonly strip: Strip }
  /** Bytes of the baseline for the ranges in view, and its size; none where marks are against the frame before. */
  | { readonly type: 'baseline'; readonly ranges: Frame['ranges']; readonly of: string; readonly size: number }
  /** All snapshots that are kept of this segment, the newest first. */
  | { readonly type: 'snapshots'; readonly list: readonly SnapshotInfo[] }
  /** Who was seen to write; absent while nobody has asked. */
  | { readonly type: 'writers'; readonly report?: WritersInfo }
  /** How far a request has come: 0 to 1, and what it has found. */
  | { readonly type: 'progress'; readonly id: number; readonly done: number; readonly found: number }
  | { readonly type: 'goTo'; readonly offset: number; readonly length?: number }
  /** Open a tab of the drawer and put the cursor there. */
  | { readonly type: 'show'; readonly tab: DrawerTab }
  /** Show the type editor, with the declarations of the present type in it. */
  | { readonly type: 'editType' }
  | {
      readonly type: 'reply';
      readonly id: number;
      readonly ok?: unknown;
      readonly error?: { readonly code: string; readonly message: string; readonly remedy?: string };
    };

/** Every message to the page. At most MAX_UNANSWERED are under way; the page acknowledges each, several at a time (webview/acks.ts). */
export interface Envelope {
  readonly sequence: number;
  readonly message: ToPage;
}

/** What is visible now. The host reads this and nothing else. */
export interface View {
  /** At most 64 ranges, 1 MiB in all. */
  readonly ranges: readonly Range[];
  readonly guards: readonly Guard[];
  /** Cells of the overview strip; 0 while it is not shown. */
  readonly cells: number;
}

export type FromPage =
  | { readonly type: 'ready' }
  | { readonly type: 'view'; readonly view: View }
  | { readonly type: 'ack'; readonly sequences: readonly number[] }
  | { readonly type: 'request'; readonly id: number; readonly name: RequestName; readonly ask: unknown }
  /** The answer to a request is not wanted any more. It comes all the same, soon: ECANCELED, or what was found so far. */
  | { readonly type: 'cancel'; readonly id: number };
