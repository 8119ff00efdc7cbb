/** What is drawn. */
import type { Geometry } from './geometry.ts';
import type { RowState } from './rowState.ts';
import type { TextMode } from './text.ts';

/** What holds of all rows of one drawing. */
export interface Scene {
  readonly geometry: Geometry;
  readonly mode: TextMode;
  readonly hasFocus: boolean;
  readonly inText: boolean;
  /** What is shown is no longer live. */
  readonly isStale: boolean;
  /** Device pixels that the view is scrolled to the right. */
  readonly scrolled: number;
}

/** A row to be drawn. */
export interface Drawn {
  /** From the top. */
  readonly index: number;
  readonly row: RowState;
  /** What stands in the offset column is there already. */
  readonly keepsLabel: boolean;
}
