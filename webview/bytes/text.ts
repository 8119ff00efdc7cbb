/** The text column of one row: which character stands at which byte. */
import { isControl, sequenceAt } from '../../src/decode/utf8.ts';
import { CONTEXT, type ByteWindow } from './window.ts';

export interface TextMode {
  readonly encoding: 'utf8' | 'ascii' | 'utf16';
  /** Byte order of UTF-16. */
  readonly littleEndian: boolean;
}

/** Stands for a byte that has no glyph. */
const NO_GLYPH = '·';
const ASCII_END = 0x80;
/** Bytes of a character at most. */
const LONGEST = 4;

const ASCII: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : NO_GLYPH,
);

/**
 * Fills `cells`, one for each byte of the row. A character is drawn in the row where it begins, at its first byte; its other bytes, and
 * those that are not known, are ''. A control character, and a byte of no character, is NO_GLYPH.
 */
export function fillText(cells: string[], window: ByteWindow, { encoding, littleEndian }: TextMode): void {
  if (encoding === 'utf16') utf16Cells(cells, window, littleEndian);
  else if (encoding === 'utf8') utf8Cells(cells, window);
  else for (let column = 0; column < cells.length; column++) cells[column] = asciiAt(window, column);
}

/** Cells for a row of so many bytes. */
export const newText = (columns: number): string[] => Array.from({ length: columns }, () => '');

const asciiAt = (window: ByteWindow, column: number): string => ASCII[window[column + CONTEXT] ?? -1] ?? '';

function utf8Cells(cells: string[], window: ByteWindow): void {
  for (let column = firstColumn(window); column < cells.length;) {
    const byte = window[column + CONTEXT] ?? -1;
    const sequence = byte < ASCII_END ? undefined : sequenceAt(window, column + CONTEXT);
    const length = sequence?.length ?? 1;
    const hasGlyph = sequence !== undefined && !isControl(sequence.codePoint);
    for (let i = Math.max(0, -column); i < length && column + i < cells.length; i++) {
      if (!hasGlyph) cells[column + i] = asciiAt(window, column + i);
      else cells[column + i] = i === 0 ? String.fromCodePoint(sequence.codePoint) : '';
    }
    column += length;
  }
}

/** Where the character begins that holds the row's first byte: 0, or less where that is in the row above. */
function firstColumn(window: ByteWindow): number {
  for (let back = 1; back < LONGEST; back++) {
    const sequence = (window[CONTEXT - back] ?? -1) < ASCII_END ? undefined : sequenceAt(window, CONTEXT - back);
    if (sequence && sequence.length > back) return -back;
  }
  return 0;
}

/** Units stand at even offsets; a pair of surrogates is drawn where its first unit stands. */
function utf16Cells(cells: string[], window: ByteWindow, little: boolean): void {
  const unit = (column: number): number => {
    const first = window[column + CONTEXT] ?? -1;
    const second = window[column + CONTEXT + 1] ?? -1;
    return first < 0 || second < 0 ? -1 : little ? first | (second << 8) : (first << 8) | second;
  };
  const isHigh = (code: number): boolean => code >= 0xd800 && code < 0xdc00;
  const isLow = (code: number): boolean => code >= 0xdc00 && code < 0xe000;
  const isEnd = (column: number): boolean => isLow(unit(column)) && column >= 2 - CONTEXT && isHigh(unit(column - 2));
  cells.fill('');
  for (let column = 0; column < cells.length; column += 2) {
    const code = unit(column);
    if (code < 0 || isEnd(column)) continue;
    const isPair = isHigh(code) && isLow(unit(column + 2));
    if (isPair) cells[column] = String.fromCharCode(code, unit(column + 2));
    else cells[column] = isHigh(code) || isLow(code) || isControl(code) ? NO_GLYPH : String.fromCharCode(code);
  }
}
