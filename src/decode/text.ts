/** The text column beside the bytes: one glyph for each byte cell. */
import { isControl, sequenceAt } from './utf8.ts';

export type TextMode = 'utf8' | 'ascii';

/** What stands for a byte that has no glyph. */
export const NO_GLYPH = '·';

/**
 * The glyphs for the cells [start, end) of `bytes`. In 'utf8', the first byte of a valid sequence holds the character and its other
 * bytes hold ''; a control character or a byte of no valid sequence is '·'. In 'ascii', every byte outside 0x20–0x7e is '·'.
 * Bytes before `start` and from `end` on are context: with 3 of them on either side (fewer only at the segment's ends) a sequence
 * that crosses the border is drawn once, in the row that holds its first byte.
 */
export function utf8Column(bytes: Uint8Array, start = 0, end: number = bytes.length, mode: TextMode = 'utf8'): string[] {
  const glyphs: string[] = [];
  let at = mode === 'utf8' ? firstCell(bytes, start) : start;
  while (at < end) {
    const sequence = mode === 'utf8' ? sequenceAt(bytes, at) : asciiAt(bytes, at);
    const length = sequence?.length ?? 1;
    const glyph = sequence === undefined || isControl(sequence.codePoint) ? NO_GLYPH : String.fromCodePoint(sequence.codePoint);
    const shown = glyph === NO_GLYPH ? NO_GLYPH : '';
    for (let i = 0; i < length && at + i < end; i++) {
      if (at + i >= start) glyphs.push(i === 0 ? glyph : shown);
    }
    at += length;
  }
  return glyphs;
}

/** The start of the sequence that holds the byte at `start`, or `start` itself. */
function firstCell(bytes: Uint8Array, start: number): number {
  for (let back = 1; back <= 3 && back <= start; back++) {
    const at = start - back;
    const sequence = sequenceAt(bytes, at);
    if (sequence !== undefined && at + sequence.length > start) return at;
  }
  return start;
}

function asciiAt(bytes: Uint8Array, at: number): { codePoint: number; length: number } | undefined {
  const byte = bytes[at];
  return byte !== undefined && byte < 0x7f ? { codePoint: byte, length: 1 } : undefined;
}
