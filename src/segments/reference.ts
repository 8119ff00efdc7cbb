/** How a person or a saved state names a segment: by the id of the moment, and by the name that outlives it. */
import type { Segment, SegmentKind } from '../../api.d.ts';

export interface Reference {
  readonly id?: string;
  readonly kind?: SegmentKind;
  readonly name?: string;
}

const KINDS = new Set<unknown>(['posix', 'sysv', 'file', 'memfd', 'anonymous'] satisfies SegmentKind[]);

export function isReference(value: unknown): value is Reference {
  if (typeof value !== 'object' || value === null) return false;
  if ('id' in value && value.id !== undefined) return typeof value.id === 'string';
  return 'kind' in value && KINDS.has(value.kind) && 'name' in value && typeof value.name === 'string';
}

/** 'name' and '/name' are one POSIX name; a key may be given as any number that reads as it. */
export function matches(segment: Segment, reference: Reference): boolean {
  if (reference.id !== undefined && segment.id === reference.id) return true;
  if (segment.kind !== reference.kind || reference.name === undefined) return false;
  // IPC_PRIVATE and no name at all are shared by strangers.
  if (rememberedName(segment) === undefined) return false;
  if (segment.name === reference.name) return true;
  if (segment.kind === 'posix') return segment.name === `/${reference.name.replace(/^\/dev\/shm\//, '')}`;
  if (segment.sysv) return keyOf(reference.name) === segment.sysv.key >>> 0;
  return false;
}

/** 0 to 2^32 - 1 from '0x4d2', '1234' or '-1'; undefined where it is no key. */
export function keyOf(name: string): number | undefined {
  if (!/^(0x[0-9a-f]+|-?\d+)$/i.test(name)) return undefined;
  const key = Number(name);
  return key >= -(2 ** 31) && key < 2 ** 32 ? key >>> 0 : undefined;
}

/** The segment that is meant: by id, else the one with a name before an unlinked one that had it. */
export function findSegment(segments: readonly Segment[], reference: Reference): Segment | undefined {
  const found = segments.filter((segment) => matches(segment, reference));
  return found.find((segment) => segment.id === reference.id) ?? found.find((segment) => !segment.unlinked) ?? found[0];
}

/** The key under which choices for a segment are remembered; undefined where its name means nothing the next time. */
export function rememberedName(segment: Segment): string | undefined {
  if (segment.name === '' || segment.sysv?.key === 0) return undefined;
  return `${segment.kind}:${segment.name}`;
}
