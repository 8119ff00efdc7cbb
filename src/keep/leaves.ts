/** The values of a type one after the other, with nothing kept for those that are not there yet: arrays may have any length. */
import type { TypeLayout } from '../../api.d.ts';
import { isCharArray } from '../decode/leaf.ts';
import { isStructure, partAt, partCount, partSize, stepEnds, type Member } from '../decode/members.ts';
import { memberPath } from '../decode/value.ts';
import { shmError } from '../native/errors.ts';

/** 'begin' and 'end' of a struct, union or array, with what is inside between them. */
export interface Step {
  readonly what: 'leaf' | 'begin' | 'end';
  /** 'price', '[3]'; '' for the root. */
  readonly name: string;
  /** 'orders[3].price'. */
  readonly path: string;
  /** Bytes from the start of the segment. */
  readonly offset: number;
  readonly member: Member;
}

export interface Span {
  readonly offset: number;
  readonly length: number;
}

interface Frame {
  readonly step: Step;
  readonly count: number;
  next: number;
}

/** A type of hostile text can nest as deep as it likes. */
const DEPTH_MAX = 1000;

/**
 * Steps through `type` at `offset` in a segment of `size` bytes. `only`, ascending: what overlaps none of these is passed over, in an array
 * without being looked at.
 */
export function* stepsOf(type: TypeLayout, offset: number, size: number, only?: readonly Span[]): Generator<Step> {
  const root = step({ name: '', offset: 0, type }, offset, '', '');
  if (!hasParts(type)) {
    yield root;
    return;
  }
  yield root;
  const stack: Frame[] = [frame(root, size)];
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const { type: parent } = top.step.member;
    const index = only ? nextWanted(parent, top, size, only) : top.next;
    if (index >= top.count) {
      yield { ...top.step, what: 'end' };
      stack.pop();
      continue;
    }
    top.next = index + 1;
    const member = partAt(parent, index);
    if (!member) continue;
    const at = top.step.offset + member.offset;
    const path = parent.kind === 'array' ? top.step.path + member.name : memberPath(top.step.path, member.name);
    const inner = step(member, at, member.name, path);
    yield inner;
    if (inner.what === 'leaf') continue;
    if (stack.length >= DEPTH_MAX) throw shmError('EOVERFLOW', `The type nests deeper than ${DEPTH_MAX} levels.`);
    stack.push(frame(inner, size));
  }
}

/** A field by its path, 'orders' or 'orders[3].price', and where it is. EINVAL where the type has none. */
export function fieldAt(type: TypeLayout, offset: number, size: number, path: string): { type: TypeLayout; offset: number } {
  let [at, found] = [offset, type];
  for (let from = 0; from < path.length;) {
    const next = stepEnds(found, path, from);
    const part = next && next.index < partCount(found, at, size) ? partAt(found, next.index) : undefined;
    if (!next || !part) throw shmError('EINVAL', `The type ${type.name} has no field "${path.slice(0, 200)}".`);
    at += part.offset;
    found = part.type;
    from = next.end;
  }
  return { type: found, offset: at };
}

/** Whether it is shown by its parts; a char array is a text. */
export function hasParts(type: TypeLayout): boolean {
  return isStructure(type) || (type.kind === 'array' && type.element !== undefined && !isCharArray(type));
}

/** Bytes from the start of the type to its end; of one with no fixed length, to the end of the segment. */
export function typeEnd(type: TypeLayout, offset: number, size: number): number {
  if (type.kind === 'array') return Math.min(size, offset + partSize({ name: '', offset: 0, type }, offset, size));
  const last = isStructure(type) ? partAt(type, partCount(type, offset, size) - 1) : undefined;
  const open = last && last.bitWidth === undefined ? typeEnd(last.type, offset + last.offset, size) : 0;
  return Math.min(size, Math.max(offset + type.size, open));
}

function step(member: Member, offset: number, name: string, path: string): Step {
  return { what: hasParts(member.type) ? 'begin' : 'leaf', name, path, offset, member };
}

/** Elements without a size are all at one place, and there may be any number of them. */
function frame(inner: Step, size: number): Frame {
  const { type } = inner.member;
  const empty = type.kind === 'array' && (type.element?.size ?? 0) === 0;
  return { step: inner, count: empty ? 0 : partCount(type, inner.offset, size), next: 0 };
}

function nextWanted(parent: TypeLayout, { step: { offset }, next, count }: Frame, size: number, only: readonly Span[]): number {
  for (let index = next; index < count; index++) {
    const part = partAt(parent, index);
    if (!part) continue;
    const from = offset + part.offset;
    const to = from + Math.max(1, partSize(part, from, size));
    const span = firstEndingAfter(only, from);
    if (!span) {
      if (parent.kind === 'array') return count;
      continue;
    }
    if (span.offset < to) return index;
    if (parent.kind === 'array') index = Math.floor((span.offset - offset) / (parent.element?.size ?? 1)) - 1;
  }
  return count;
}

function firstEndingAfter(spans: readonly Span[], at: number): Span | undefined {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const span = spans[middle];
    if (span && span.offset + span.length <= at) low = middle + 1;
    else high = middle;
  }
  return spans[low];
}
