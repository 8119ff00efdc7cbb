/** What the page knows, in one place. Views read it when they draw and change it when the user acts. */
import type { TypeLayout } from '../../api.d.ts';
import { unpackLayout } from '../../src/protocol/layout.ts';
import type { Baseline, SnapshotInfo } from '../../src/protocol/keeping.ts';
import type { LocksInfo } from '../../src/protocol/locking.ts';
import type { Frame, Guard, Range, SegmentInfo, Status, Strip } from '../../src/protocol/messages.ts';
import type { WritersInfo } from '../../src/protocol/writing.ts';
import { NO_TYPES, type TypeInfo, type TypeProblem, type TypesInfo } from '../../src/protocol/typing.ts';
import { StripHeat } from '../strip/heat.ts';
import type { Formats } from '../../src/protocol/viewing.ts';
import { DEFAULT_LOOK, type ByteLook } from '../bytes/look.ts';
import { Changes, type BaselineBytes } from './changes.ts';
import { Snapshot } from './snapshot.ts';

export type Encoding = 'utf8' | 'ascii' | 'utf16';
export type ByteOrder = 'little' | 'big';
export type Topic =
  | 'segment'
  | 'status'
  | 'type'
  | 'types'
  | 'frame'
  | 'selection'
  | 'hover'
  | 'settings'
  | 'notice'
  | 'strip'
  | 'snapshots'
  | 'writers'
  | 'hits'
  | 'locks';

/** One selection for both views. Bytes [start, end); `caret` is the one where keys act. */
export interface Selection {
  readonly start: number;
  readonly end: number;
  readonly caret: number;
  /** The field that was chosen, where the choice was made in the fields. */
  readonly path?: string;
}

export interface Shrink {
  readonly from: number;
  readonly to: number;
  /** performance.now() when it was seen. */
  readonly at: number;
}

/** How long a word about a shrink or a failed edit stays, ms. */
export const NOTICE_TIME = 6000;

type Settings = Partial<
  Pick<Store, 'encoding' | 'byteOrder' | 'look' | 'showStrip' | 'announce' | 'formats' | 'guards' | 'onlyIfUnchanged'>
>;

export class Store {
  segment: SegmentInfo | undefined;
  status: Status = { phase: 'loading', replaced: false, writing: false, canWrite: false, paused: false };
  type: TypeInfo | undefined;
  /** Its layout, and where it stands in the segment. */
  typed: { readonly type: TypeLayout; readonly offset: number } | undefined;
  problem: TypeProblem | undefined;
  types: TypesInfo = NO_TYPES;
  /** The host did not answer: what is shown is not live. */
  silent = false;
  snapshot: Snapshot | undefined;
  selection: Selection = { start: 0, end: 1, caret: 0 };
  hover: Range | undefined;
  encoding: Encoding = 'utf8';
  byteOrder: ByteOrder = 'little';
  /** How fields are shown, by their path with '[]' for every index. */
  formats: Formats = {};
  /** The structs that are read whole. */
  guards: readonly Guard[] = [];
  /** An edit is stored only where the segment still holds what was seen. */
  onlyIfUnchanged = false;
  look: ByteLook = DEFAULT_LOOK;
  shrink: Shrink | undefined;
  notice: string | undefined;
  /** Snapshots that are kept of this segment, the newest first. */
  snapshots: readonly SnapshotInfo[] = [];
  /** Undefined until they were looked at. */
  locks: LocksInfo | undefined;
  /** Who was seen to write; absent while nobody has asked. */
  writers: WritersInfo | undefined;
  /** performance.now() when it came. */
  #writersAt = 0;
  showStrip = true;
  /** Screen readers are told when the selection's bytes change. */
  announce = false;
  /** What a search found: [offset, length, offset, length, …] ascending. */
  hits: Float64Array = new Float64Array(0);
  readonly changes = new Changes();
  readonly heat = new StripHeat();
  readonly #listeners: ((topic: Topic) => void)[] = [];

  /** Bytes of the object, by the newest frame, or by the header before there is one. */
  get size(): number {
    return this.snapshot?.size ?? this.segment?.size ?? 0;
  }

  get canEdit(): boolean {
    return this.status.writing && this.status.phase === 'live';
  }

  /** Why nothing can be stored now; undefined where it can. */
  get refusal(): string | undefined {
    if (this.canEdit) return undefined;
    return this.status.phase === 'live'
      ? 'This view is read-only: enable writing in the header first.'
      : 'There is nothing to write to.';
  }

  subscribe(listener: (topic: Topic) => void): void {
    this.#listeners.push(listener);
  }

  tell(topic: Topic): void {
    for (const listener of this.#listeners) listener(topic);
  }

  setSegment(segment: SegmentInfo): void {
    this.segment = segment;
    this.tell('segment');
  }

  setStatus(status: Status): void {
    this.status = status;
    if (status.phase !== 'live') this.heat.cool();
    this.tell('status');
  }

  /** Only a live view is sure to be answered. */
  setSilent(silent: boolean): void {
    const now = silent && this.status.phase === 'live';
    if (now === this.silent) return;
    this.silent = now;
    this.tell('status');
  }

  /** A layout that cannot be unpacked is shown as a problem; the bytes stay. */
  setType(type: TypeInfo | undefined, problem: TypeProblem | undefined): void {
    this.type = type;
    this.problem = problem;
    this.formats = type?.formats ?? {};
    this.typed = undefined;
    try {
      if (type) this.typed = { type: unpackLayout(type.layout), offset: type.offset ?? 0 };
    } catch (error) {
      this.problem = { message: error instanceof Error ? error.message : String(error) };
    }
    this.tell('type');
  }

  setTypes(types: TypesInfo): void {
    this.types = types;
    this.tell('types');
  }

  setFrame(frame: Frame, now: number): void {
    const next = new Snapshot(frame);
    const before = this.size;
    if (this.snapshot && next.size < before) this.shrink = { from: before, to: next.size, at: now };
    this.changes.take(next, now);
    this.snapshot = next;
    this.tell('frame');
  }

  setStrip(strip: Strip, now: number): void {
    this.heat.take(strip, now);
    this.tell('strip');
  }

  setSnapshots(snapshots: readonly SnapshotInfo[]): void {
    this.snapshots = snapshots;
    this.tell('snapshots');
  }

  setLocks(locks: LocksInfo | undefined): void {
    this.locks = locks;
    this.tell('locks');
  }

  setWriters(writers: WritersInfo | undefined, now: number): void {
    this.writers = writers;
    this.#writersAt = now;
    this.tell('writers');
  }

  /** The clock of the machine that the segment is on, ms since the epoch, as far as the last report tells; `now` as performance.now(). */
  hostTime(now: number): number {
    return this.writers ? this.writers.now + Math.max(0, now - this.#writersAt) : Date.now();
  }

  /** What changes are marked against. */
  get baseline(): Baseline {
    return this.changes.mode;
  }

  setBaseline(baseline: Baseline): void {
    this.changes.setMode(baseline);
    this.tell('settings');
  }

  setBaselineBytes(baseline: BaselineBytes): void {
    this.changes.setBaseline(baseline);
    this.tell('settings');
  }

  select(selection: Selection): void {
    const last = Math.max(0, this.size - 1);
    const start = Math.min(Math.max(0, selection.start), last);
    const end = Math.max(start + 1, Math.min(selection.end, last + 1));
    const caret = Math.min(Math.max(start, selection.caret), end - 1);
    this.selection = { ...selection, start, end, caret };
    this.tell('selection');
  }

  setHover(range: Range | undefined): void {
    if (range?.offset === this.hover?.offset && range?.length === this.hover?.length) return;
    this.hover = range;
    this.tell('hover');
  }

  /** Whether [offset, offset + length) is part of a struct that is to be read whole, and could not be read at one moment. */
  tornAt(offset: number, length: number): boolean {
    const meets = (range: Range): boolean => offset < range.offset + range.length && offset + Math.max(1, length) > range.offset;
    return (this.snapshot?.torn.some(meets) ?? false) && this.guards.some(meets);
  }

  setSettings(settings: Settings): void {
    this.showStrip = settings.showStrip ?? this.showStrip;
    this.announce = settings.announce ?? this.announce;
    this.formats = settings.formats ?? this.formats;
    this.guards = settings.guards ?? this.guards;
    this.onlyIfUnchanged = settings.onlyIfUnchanged ?? this.onlyIfUnchanged;
    this.encoding = settings.encoding ?? this.encoding;
    this.byteOrder = settings.byteOrder ?? this.byteOrder;
    this.look = settings.look ?? this.look;
    this.tell('settings');
  }

  setHits(hits: Float64Array): void {
    this.hits = hits;
    this.tell('hits');
  }

  /** Whether the byte at `offset` belongs to a hit. */
  isHit(offset: number): boolean {
    const { hits } = this;
    let low = 0;
    let high = hits.length / 2;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((hits[middle * 2] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low > 0 && offset < (hits[low * 2 - 2] ?? 0) + (hits[low * 2 - 1] ?? 0);
  }

  /** One sentence in the status line; undefined takes it away. */
  setNotice(notice: string | undefined): void {
    this.notice = notice;
    this.tell('notice');
  }
}
