/** Names of segments as names of files: what a program called its object leads nowhere else and is drawn as it is. */
import { createHash } from 'node:crypto';
import type { Segment, SegmentKind } from '../../api.d.ts';
import type { SnapshotRecord } from '../keep/record.ts';
import { rememberedName } from '../segments/reference.ts';

export const SCHEME = 'shmscope';
/** Directories of the root: a kind of segment each, and the snapshots. */
export const KINDS: readonly SegmentKind[] = ['posix', 'sysv', 'memfd', 'anonymous', 'file'];
export const SNAPSHOTS = 'snapshots';

/** Letters, digits and marks that mean nothing in a path or to a screen; no '~', which stands before what is not from the name. */
const PLAIN = /^[\p{L}\p{M}\p{N} ._\-+=@,:()[\]{}!$&]$/u;
const SEPARATOR = '~';

/** Percent-encoded UTF-8 for all but plain characters; '.' and '..' are no names of files. */
export function encodeName(name: string): string {
  if (name === '.' || name === '..') return name.replaceAll('.', '%2E');
  return [...name].map((one) => (PLAIN.test(one) ? one : percent(one))).join('');
}

/** Undefined for what `encodeName` never gives: a segment has one name. */
export function decodeName(encoded: string): string | undefined {
  try {
    const name = decodeURIComponent(encoded);
    return encodeName(name) === encoded ? name : undefined;
  } catch {
    return undefined;
  }
}

function percent(character: string): string {
  const bytes = [...new TextEncoder().encode(character)];
  return bytes.map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

/** 'frames' of '/frames'. */
function labelOf({ kind, name }: Segment): string {
  return kind === 'posix' ? name.replace(/^\//, '') : name;
}

/** Whether its name is enough to tell it from all others of its kind, now and later. */
function hasOwnName(segment: Segment): boolean {
  const named = segment.kind === 'posix' || segment.kind === 'sysv' || segment.kind === 'file';
  return named && !segment.unlinked && segment.namespace === 'host' && rememberedName(segment) !== undefined;
}

/** 'frames', or 'frames~1a2b3c4d' for what has no name of its own. */
export function segmentFileName(segment: Segment): string {
  const label = encodeName(labelOf(segment));
  return hasOwnName(segment) ? label : label + SEPARATOR + shortId(segment.id);
}

function shortId(id: string): string {
  return createHash('sha1').update(id).digest('hex').slice(0, 12);
}

/** The segment that a name in the directory of a kind leads to. */
export function segmentOfFileName(segments: readonly Segment[], kind: string, fileName: string): Segment | undefined {
  const at = fileName.lastIndexOf(SEPARATOR);
  const label = decodeName(at < 0 ? fileName : fileName.slice(0, at));
  if (label === undefined) return undefined;
  const named = segments.filter((segment) => segment.kind === kind && labelOf(segment) === label);
  if (at < 0) return named.find(hasOwnName);
  return named.find((segment) => !hasOwnName(segment) && shortId(segment.id) === fileName.slice(at + 1));
}

/** 'frames before~m1abc-12345678'. */
export function snapshotFileName({ id, name, segment }: SnapshotRecord): string {
  const label = segment.kind === 'posix' ? segment.name.replace(/^\//, '') : segment.name;
  return `${encodeName(`${label} ${name}`.trim())}${SEPARATOR}${id}`;
}

export function snapshotIdOf(fileName: string): string {
  return fileName.slice(fileName.lastIndexOf(SEPARATOR) + 1);
}
