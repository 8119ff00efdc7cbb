/** What a row of the Locks view is, whatever it shows. */
import type { Segment } from '../../../api.d.ts';
import type { CodeLine } from '../../locks/face.ts';

export type RowKind =
  | 'finding'
  | 'step'
  | 'segment'
  | 'lock'
  | 'owner'
  | 'waiter'
  | 'share'
  | 'note'
  | 'elsewhere'
  | 'sets'
  | 'set'
  | 'semaphore'
  | 'unseen';

export interface Icon {
  /** A codicon. */
  readonly name: string;
  /** A colour of the theme. */
  readonly color?: string;
}

export const ERROR: Icon = { name: 'error', color: 'list.errorForeground' };
export const WARNING: Icon = { name: 'warning', color: 'list.warningForeground' };

/** Where in which segment. */
export interface Place {
  readonly id: string;
  readonly offset: number;
  /** Bytes; absent where only the offset is known. */
  readonly size?: number;
}

export interface Below {
  readonly count: number;
  /** The first `most` rows, made now. */
  take(most: number): readonly Row[];
}

export interface Row {
  readonly kind: RowKind;
  /** Tells it from its siblings for as long as it means the same. */
  readonly key: string;
  readonly label: string;
  readonly description: string;
  /** The description is a count that moves on with each look: shown now and then. */
  readonly slow?: boolean;
  readonly icon: Icon;
  /** For screen readers, where label and description alone do not say it. */
  readonly says?: string;
  readonly tooltip?: () => string;
  /** What is below is shown from the start. */
  readonly open?: boolean;
  readonly segment?: Segment;
  readonly at?: Place;
  readonly where?: CodeLine;
  readonly below?: Below;
}

/** `count` rows, of which `make` is asked for the first ones and may make more; undefined for none. */
export function rowsBelow(count: number, make: (most: number) => readonly Row[]): Below | undefined {
  return count === 0 ? undefined : { count, take: (most) => make(most).slice(0, most) };
}

export function noteRow(text: string): Row {
  return { kind: 'note', key: `note:${text}`, label: '', description: text, icon: { name: 'info' }, says: text };
}
