/** The text column of one row: which character stands at which byte. */
import { utf8Column } from '../../src/decode/text.ts';
import type { Snapshot } from '../state/snapshot.ts';
import { COLUMNS } from './row.ts';

/** Bytes before and after a row that a UTF-8 character may reach into. */
export const CONTEXT = 3;

export interface TextCell {
  readonly text: string;
  /** Columns that it takes: as many as the character has bytes in this row, 0 for the following bytes of one. */
  readonly width: number;
}

const EMPTY: TextCell = { text: '', width: 1 };

/** Sixteen cells; those whose bytes the snapshot does not hold are empty. A character is drawn in the row where it begins. */
export function textCells(snapshot: Snapshot | undefined, start: number, mode: 'utf8' | 'ascii'): readonly TextCell[] {
  const before = Math.min(CONTEXT, start);
  const wide = snapshot?.slice(start - before, before + COLUMNS + CONTEXT);
  const skip = wide && wide.length > before ? before : 0;
  const bytes = skip > 0 || before === 0 ? wide : snapshot?.slice(start, COLUMNS + CONTEXT);
  if (!bytes || bytes.length === 0) return Array.from({ length: COLUMNS }, () => EMPTY);
  const glyphs = utf8Column(bytes, skip, Math.min(bytes.length, skip + COLUMNS), mode);
  return Array.from({ length: COLUMNS }, (_, column) => cellAt(glyphs, column));
}

function cellAt(glyphs: readonly string[], column: number): TextCell {
  const glyph = glyphs[column];
  if (glyph === undefined) return EMPTY;
  if (glyph === '') return glyphs.slice(0, column).some((one) => one !== '') ? { text: '', width: 0 } : EMPTY;
  let width = 1;
  while (glyphs[column + width] === '') width += 1;
  return { text: glyph, width };
}
