/** The text column of one row: which character stands at which byte. */
import { NO_GLYPH, utf8Column } from '../../src/decode/text.ts';
import { isControl } from '../../src/decode/utf8.ts';
import { CONTEXT, type ByteWindow } from './window.ts';

export interface TextCell {
  readonly text: string;
  /** Columns that it takes: as many as the character has bytes in this row, 0 for the following bytes of one. */
  readonly width: number;
}

export interface TextMode {
  readonly encoding: 'utf8' | 'ascii' | 'utf16';
  /** Byte order of UTF-16. */
  readonly littleEndian: boolean;
}

const EMPTY: TextCell = { text: '', width: 1 };
const DOT: TextCell = { text: NO_GLYPH, width: 1 };
const NOTHING: TextCell = { text: '', width: 0 };
const ASCII: readonly TextCell[] = Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte < 0x7f ? { text: String.fromCharCode(byte), width: 1 } : DOT,
);

/**
 * One cell for each byte of the row; those whose bytes are not known are empty. A character is drawn in the row where it begins, over as
 * many columns as it has bytes there.
 */
export function textCells(window: ByteWindow, mode: TextMode): readonly TextCell[] {
  const columns = window.length - 2 * CONTEXT;
  const cells: TextCell[] = [];
  while (cells.length < columns) cells.push(EMPTY);
  if (mode.encoding === 'utf16') utf16Cells(window, cells, mode.littleEndian);
  else if (mode.encoding === 'ascii' || isPlain(window)) asciiCells(window, cells);
  else for (let at = 0; at < window.length; at = utf8Run(window, cells, at)) continue;
  return cells;
}

function isPlain(window: ByteWindow): boolean {
  return window.every((byte) => byte < 0x80);
}

function asciiCells(window: ByteWindow, cells: TextCell[]): void {
  for (let column = 0; column < cells.length; column++) cells[column] = ASCII[window[column + CONTEXT] ?? -1] ?? EMPTY;
}

/** The cells of one run of known bytes; gives where to look for the next one. */
function utf8Run(window: ByteWindow, cells: TextCell[], from: number): number {
  let start = from;
  while (start < window.length && (window[start] ?? -1) < 0) start += 1;
  let end = start;
  while (end < window.length && (window[end] ?? -1) >= 0) end += 1;
  const first = Math.max(start, CONTEXT);
  const last = Math.min(end, CONTEXT + cells.length);
  if (first >= last) return end;
  const glyphs = utf8Column(Uint8Array.from(window.subarray(start, end)), first - start, last - start, 'utf8');
  // What a character of the row above reaches into is no part of one that begins here.
  let begun = false;
  glyphs.forEach((glyph, index) => {
    const column = first + index - CONTEXT;
    if (glyph === '' && begun) cells[column] = NOTHING;
    if (glyph === '') return;
    begun = true;
    let width = 1;
    while (glyphs[index + width] === '') width += 1;
    cells[column] = width === 1 && glyph === NO_GLYPH ? DOT : { text: glyph, width };
  });
  return end;
}

/** Units stand at even offsets; a pair of surrogates is drawn where its first unit stands. */
function utf16Cells(window: ByteWindow, cells: TextCell[], little: boolean): void {
  const unit = (column: number): number => {
    const first = window[column + CONTEXT] ?? -1;
    const second = window[column + CONTEXT + 1] ?? -1;
    return first < 0 || second < 0 ? -1 : little ? first | (second << 8) : (first << 8) | second;
  };
  const isHigh = (code: number): boolean => code >= 0xd800 && code < 0xdc00;
  const isLow = (code: number): boolean => code >= 0xdc00 && code < 0xe000;
  const isEnd = (column: number): boolean => isLow(unit(column)) && column >= 2 - CONTEXT && isHigh(unit(column - 2));
  const put = (column: number, cell: TextCell): void => {
    for (let at = column; at < Math.min(cells.length, column + cell.width); at++) cells[at] = at === column ? cell : NOTHING;
  };
  for (let column = 0; column < cells.length; column += 2) {
    const code = unit(column);
    if (code < 0) put(column, EMPTY);
    else if (isHigh(code) && isLow(unit(column + 2))) {
      const text = String.fromCharCode(code, unit(column + 2));
      put(column, { text, width: Math.min(4, cells.length - column) });
      column += 2;
    } else if (isEnd(column)) put(column, { text: '', width: 2 });
    else put(column, { text: isHigh(code) || isLow(code) || isControl(code) ? NO_GLYPH : String.fromCharCode(code), width: 2 });
  }
}
