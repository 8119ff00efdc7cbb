/** One frame, asked by offset. Everything that is drawn at one time comes from one Snapshot. */
import type { Frame } from '../../src/protocol/messages.ts';

type Piece = Frame['ranges'][number];

/** Byte states that are no value. */
export const MISSING = -1;

export class Snapshot {
  /** Bytes of the object at that moment. */
  readonly size: number;
  readonly pieces: readonly Piece[];
  readonly unheld: Frame['unheld'];
  readonly throughProcesses: boolean;
  /** What was guarded, and whose bytes are of more than one moment. */
  readonly torn: Frame['torn'];

  constructor(frame: Frame) {
    this.size = frame.size;
    this.torn = frame.torn;
    this.throughProcesses = frame.throughProcesses ?? false;
    this.pieces = frame.ranges.toSorted((a, b) => a.offset - b.offset);
    this.unheld = frame.unheld.toSorted((a, b) => a[0] - b[0]);
  }

  /** The piece that holds `offset`. */
  pieceAt(offset: number): Piece | undefined {
    return this.pieces.find((piece) => offset >= piece.offset && offset < piece.offset + piece.bytes.length);
  }

  /** 0–255, or MISSING where this frame does not hold the offset. */
  byteAt(offset: number): number {
    const piece = this.pieceAt(offset);
    return piece?.bytes[offset - piece.offset] ?? MISSING;
  }

  /** The bytes of [offset, offset + length), as many as this frame holds without a gap from `offset` on. */
  slice(offset: number, length: number): Uint8Array {
    const piece = this.pieceAt(offset);
    if (!piece) return new Uint8Array(0);
    const from = offset - piece.offset;
    const held = piece.bytes.subarray(from, from + length);
    const next = held.length < length && from + held.length === piece.bytes.length && this.pieceAt(offset + held.length);
    if (!next) return held;
    const rest = this.slice(offset + held.length, length - held.length);
    const joined = new Uint8Array(held.length + rest.length);
    joined.set(held);
    joined.set(rest, held.length);
    return joined;
  }

  /** Whether some of [start, end) is not held. */
  hasHole(start: number, end: number): boolean {
    for (const [from, to] of this.unheld) if (from < end && to > start) return true;
    return false;
  }

  /** The run of memory not held that covers `offset`. */
  unheldAt(offset: number): readonly [number, number] | undefined {
    return this.unheld.find(([start, end]) => offset >= start && offset < end);
  }
}
