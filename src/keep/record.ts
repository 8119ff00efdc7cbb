/** What is written down beside the bytes of a snapshot. */
import type { Segment, SegmentKind } from '../../api.d.ts';
import { isCount, isObject, isOneOf, isText } from '../protocol/check.ts';
import type { SnapshotInfo } from '../protocol/keeping.ts';
import { rememberedName } from '../segments/reference.ts';
import { isChoice, type TypeChoice } from '../types/choice.ts';

/** A snapshot that is kept. `time` in ms since the epoch, `size` and `held` (what it takes on disk) in bytes. */
export interface SnapshotRecord {
  readonly id: string;
  readonly name: string;
  readonly time: number;
  readonly size: number;
  readonly held: number;
  readonly segment: { readonly id: string; readonly kind: SegmentKind; readonly name: string; readonly remembered?: string };
  /** The type that the segment was shown as. */
  readonly choice?: TypeChoice;
}

const VERSION = 1;
const MAX_NAME = 200;
const MAX_TEXT = 64 * 1024;
const KINDS = ['posix', 'sysv', 'file', 'memfd', 'anonymous'] as const;

export function segmentOf(segment: Segment): SnapshotRecord['segment'] {
  const { id, kind, name } = segment;
  const remembered = rememberedName(segment);
  return { id, kind, name, ...(remembered === undefined ? {} : { remembered }) };
}

/** By the object itself, or by the name that outlives it. */
export function belongsTo(record: SnapshotRecord, segment: Segment): boolean {
  if (record.segment.id === segment.id) return true;
  return record.segment.remembered !== undefined && record.segment.remembered === rememberedName(segment);
}

/** A name as it is kept: one line of at most 200 characters; what a user leaves empty is called by its time. */
export function snapshotName(typed: string, time: number): string {
  const line = typed.replace(/\p{Cc}+/gu, ' ').trim();
  return [...line].slice(0, MAX_NAME / 2).join('') || new Date(time).toLocaleTimeString('en-GB');
}

/** Without the id, which is the file's name. */
export function recordText(record: SnapshotRecord): string {
  return JSON.stringify({ version: VERSION, ...record, id: undefined });
}

/** Undefined for what is no description of a snapshot, by this version or at all. */
export function parseRecord(id: string, text: string): SnapshotRecord | undefined {
  const value = parseJson(text);
  if (!isObject(value) || value['version'] !== VERSION) return undefined;
  const { name, time, size, held, segment, choice } = value;
  if (!isText(name, MAX_NAME) || !isCount(time) || !isCount(size) || !isCount(held) || !isSegment(segment)) return undefined;
  return { id, name, time, size, held, segment, ...(isChoice(choice) ? { choice } : {}) };
}

function isSegment(value: unknown): value is SnapshotRecord['segment'] {
  if (!isObject(value)) return false;
  const { id, kind, name, remembered } = value;
  if (!isText(id, MAX_TEXT) || !isOneOf(kind, KINDS) || !isText(name, MAX_TEXT)) return false;
  return remembered === undefined || isText(remembered, MAX_TEXT);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the page is told of it. */
export function infoOf({ id, name, time, size, held }: SnapshotRecord): SnapshotInfo {
  return { id, name, time, size, held };
}
