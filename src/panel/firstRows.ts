/**
 * The first rows of bytes as markup of the page's document, so that they are on the screen before a script has run. The canvas draws the
 * same ones in the same place (webview/bytes/geometry.ts); webview/first.ts takes these away where the page will show others.
 */
import type { Frame } from '../protocol/messages.ts';

const COLUMNS = 16;
const HALF = 8;
/** Hexadecimal digits of an offset at least. */
const DIGITS = 8;
/** As high as most windows. */
const ROWS = 80;

export interface FirstRows {
  /** Nothing in it is of the segment but digits and characters of ASCII, which are escaped. */
  readonly html: string;
  /** Characters of a row. */
  readonly total: number;
}

/** Rows up to the first one that is not wholly known or held. */
export function firstRows(frame: Frame | undefined): FirstRows {
  const digits = Math.max(DIGITS, Math.max(0, (frame?.size ?? 0) - 1).toString(16).length);
  const names = Array.from({ length: COLUMNS }, (_, column) => hex(column));
  const head = `<span class="head">${'Offset'.padEnd(digits)}  ${spaced(names)}  Text</span>`;
  const bytes = frame ? known(frame) : new Uint8Array();
  const rows: string[] = [];
  for (let start = 0; start < bytes.length && rows.length < ROWS; start += COLUMNS)
    rows.push(row(start, bytes.subarray(start, start + COLUMNS), digits));
  return { html: head + rows.join('\n'), total: digits + 4 + 3 * COLUMNS + COLUMNS };
}

/** From offset 0 on, to the end of the segment or of the last whole row that is held. */
function known({ size, ranges, unheld }: Frame): Uint8Array {
  const bytes = ranges.find(({ offset }) => offset === 0)?.bytes ?? new Uint8Array();
  const held = Math.min(bytes.length, ...unheld.map(([offset]) => offset));
  return bytes.subarray(0, held === size ? held : held - (held % COLUMNS));
}

function row(start: number, bytes: Uint8Array, digits: number): string {
  const cells = Array.from({ length: COLUMNS }, (_, column) => {
    const byte = bytes[column];
    if (byte === undefined) return '  ';
    const text = byte === 0 ? '<i>00</i>' : hex(byte);
    return start + column === 0 ? `<span data-offset="0">${text}</span>` : text;
  });
  // A run of zeros is one element.
  const values = spaced(cells).replaceAll(/<\/i>( +)<i>/g, '$1');
  const text = Array.from(bytes, character).join('');
  return `<span class="dim">${start.toString(16).padStart(digits, '0')}</span>  ${values}  <b>${text}</b>`;
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');

const spaced = (cells: readonly string[]): string => `${cells.slice(0, HALF).join(' ')}  ${cells.slice(HALF).join(' ')}`;

function character(byte: number): string {
  if (byte === 0x26) return '&amp;';
  if (byte === 0x3c) return '&lt;';
  if (byte === 0x3e) return '&gt;';
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
}
