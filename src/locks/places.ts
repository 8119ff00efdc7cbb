/** Where the locks are in a type. */
import type { TypeLayout } from '../../api.d.ts';
import { elementCount, memberPath } from '../decode/value.ts';
import { isSizeOf, lockNamed, wrapperNamed, type LockFormat } from './known.ts';

export interface LockPlace {
  /** Bytes from the start of the segment. */
  readonly offset: number;
  /** The field: 'queue.lock', 'slots[3].mutex'; '' where the whole type is the lock. */
  readonly path: string;
  readonly format: LockFormat;
  /** As the program calls it: 'std::mutex', 'pthread_mutex_t', a typedef of its own. */
  readonly type: string;
  /** Bytes of the lock's words. */
  readonly size: number;
  /** It does not lie in the segment as a whole. */
  readonly pastEnd?: true;
}

export interface LockPlaces {
  /** By offset as the type has them: members of a union share theirs. */
  readonly places: readonly LockPlace[];
  /** There are more than `limit`. */
  readonly more: boolean;
}

/** What of a type leads to locks; nothing else is walked again. */
type Part =
  | { readonly kind: 'lock'; readonly format: LockFormat; readonly type: string; readonly offset: number; readonly size: number }
  | {
      readonly kind: 'members';
      readonly list: readonly { readonly name: string; readonly offset: number; readonly part: Part }[];
    }
  | { readonly kind: 'elements'; readonly array: TypeLayout; readonly stride: number; readonly part: Part };

/** Far deeper than any program's structs. */
const DEEP = 500;
const parts = new WeakMap<TypeLayout, Part | 'none'>();

/**
 * The locks of a type that stands at `base` in a segment of `size` bytes; at most `limit`. A C++ class that wraps a lock is one lock, under
 * the class's own path. A flexible array member has as many elements as fit.
 */
export function lockPlaces(type: TypeLayout, base: number, size: number, limit = 10_000): LockPlaces {
  const places: LockPlace[] = [];
  const part = partOf(type, 0);
  const whole = part === undefined || walk(part, base, '', { places, size, limit });
  return { places, more: !whole };
}

/** The one lock that a named semaphore is: sem_open(3) keeps '/dev/shm/sem.NAME', of the size of a sem_t. */
export function namedSemaphore(segment: {
  readonly kind: string;
  readonly name: string;
  readonly size: number;
}): LockPlace | undefined {
  const { kind, name, size } = segment;
  if (kind !== 'posix' || !name.startsWith('/sem.') || !isSizeOf('semaphore', size)) return undefined;
  return { offset: 0, path: '', format: 'semaphore', type: 'sem_t', size };
}

interface Found {
  readonly places: LockPlace[];
  readonly size: number;
  readonly limit: number;
}

/** False where it ended at the limit. */
function walk(part: Part, base: number, path: string, found: Found): boolean {
  if (part.kind === 'lock') {
    if (found.places.length >= found.limit) return false;
    const { format, type, size } = part;
    const offset = base + part.offset;
    found.places.push({ offset, path, format, type, size, ...(offset + size > found.size ? { pastEnd: true as const } : {}) });
    return true;
  }
  if (part.kind === 'members')
    return part.list.every((member) => walk(member.part, base + member.offset, memberPath(path, member.name), found));
  const count = elementCount(part.array, base, found.size);
  for (let i = 0; i < count; i++) if (!walk(part.part, base + i * part.stride, `${path}[${i}]`, found)) return false;
  return true;
}

function partOf(type: TypeLayout, depth: number): Part | undefined {
  const known = parts.get(type);
  if (known !== undefined) return known === 'none' ? undefined : known;
  if (depth > DEEP) return undefined;
  const made = makePart(type, depth + 1);
  parts.set(type, made ?? 'none');
  return made;
}

function makePart(type: TypeLayout, depth: number): Part | undefined {
  const { name, kind, size } = type;
  if (kind === 'pointer') return undefined;
  const format = lockNamed(type.lock ?? name, size);
  if (format !== undefined) return { kind: 'lock', format, type: name, offset: 0, size };
  const wrapped = wrapperNamed(type.lock ?? name, size);
  if (wrapped !== undefined) return wrapperPart(type, wrapped, depth);
  if (kind === 'array' && type.element !== undefined && type.element.size > 0 && type.count !== 0) {
    const part = partOf(type.element, depth);
    return part && { kind: 'elements', array: type, stride: type.element.size, part };
  }
  return membersPart(type, depth);
}

function membersPart(type: TypeLayout, depth: number): Part | undefined {
  if (type.kind !== 'struct' && type.kind !== 'union') return undefined;
  const list = (type.fields ?? []).flatMap((field) => {
    const part = field.bitWidth === undefined ? partOf(field.type, depth) : undefined;
    return part === undefined ? [] : [{ name: field.name, offset: field.offset, part }];
  });
  return list.length > 0 ? { kind: 'members', list } : undefined;
}

/** A class whose parts are known must hold the lock that its name promises, and no other one. */
function wrapperPart(type: TypeLayout, format: LockFormat, depth: number): Part | undefined {
  const { name, size } = type;
  if (type.fields === undefined || format === 'counter')
    return isSizeOf(format, size) ? { kind: 'lock', format, type: name, offset: 0, size } : undefined;
  const inner = membersPart(type, depth);
  const places: LockPlace[] = [];
  if (inner === undefined || !walk(inner, 0, '', { places, size, limit: 2 })) return inner;
  const [only, another] = places;
  if (only === undefined || another !== undefined || only.format !== format) return inner;
  return { kind: 'lock', format, type: name, offset: only.offset, size: only.size };
}
