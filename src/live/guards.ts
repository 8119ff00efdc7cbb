/** Structs that are read whole: bytes of one moment, or the word that they could not be had so. */
import type { ByteSource } from '../native/addon.ts';
import { sameBytes, type Range } from './ranges.ts';

/** See Guard in src/protocol/messages.ts. */
export interface Guard extends Range {
  readonly sequence?: { readonly offset: number; readonly length: number; readonly byteOrder: 'little' | 'big' };
}

/** A writer that is in the middle is mostly done within microseconds; one that writes all the time is not waited for. */
const TRIES = 64;
/** Of one frame, ms: all guards together must leave the event loop to others. */
const BUDGET_MS = 2;

/**
 * The bytes of each guard, undefined where they could not be had consistently: by its sequence counter (a seqlock: even, and the same before
 * and after; Linux include/linux/seqlock.h), else read twice and equal. A guard that reaches past the object's end, or lies where the source
 * does not lead to, cannot be had.
 */
export function readGuards(
  source: ByteSource,
  guards: readonly Guard[],
  size: number,
): { readonly guard: Guard; readonly bytes: Uint8Array | undefined }[] {
  const until = performance.now() + BUDGET_MS;
  return guards.map((guard) => ({ guard, bytes: readGuard(source, guard, size, until) }));
}

function readGuard(source: ByteSource, guard: Guard, size: number, until: number): Uint8Array | undefined {
  if (guard.offset + guard.length > size) return undefined;
  const target = new Uint8Array(guard.length);
  const once = guard.sequence ? sequenced(source, guard, guard.sequence, target) : twice(source, guard, target);
  for (let tries = 0; tries < TRIES; tries++) {
    if (once()) return target;
    if (performance.now() > until) return undefined;
  }
  return undefined;
}

type Attempt = () => boolean;

function fill(source: ByteSource, target: Uint8Array, offset: number): boolean {
  return source.read(target, offset) === target.length;
}

function sequenced(source: ByteSource, guard: Guard, counter: NonNullable<Guard['sequence']>, target: Uint8Array): Attempt {
  const before = new Uint8Array(counter.length);
  const after = new Uint8Array(counter.length);
  const lowest = counter.byteOrder === 'little' ? 0 : counter.length - 1;
  return () => {
    if (!fill(source, before, counter.offset) || (before[lowest] ?? 1) & 1) return false;
    if (!fill(source, target, guard.offset) || !fill(source, after, counter.offset)) return false;
    return sameBytes(before, after);
  };
}

function twice(source: ByteSource, guard: Guard, target: Uint8Array): Attempt {
  const again = new Uint8Array(guard.length);
  return () => fill(source, target, guard.offset) && fill(source, again, guard.offset) && sameBytes(target, again);
}

/** Puts what was had into the ranges that show parts of it, so that all of a frame is one. */
export function putInto(
  ranges: readonly { readonly offset: number; readonly bytes: Uint8Array }[],
  guard: Guard,
  had: Uint8Array,
): void {
  for (const { offset, bytes } of ranges) {
    const from = Math.max(offset, guard.offset);
    const to = Math.min(offset + bytes.length, guard.offset + guard.length);
    if (from < to) bytes.set(had.subarray(from - guard.offset, to - guard.offset), from - offset);
  }
}
