/** What VS Code knows a row of the Locks view by: the same object stays for as long as its row is shown. */
import type { Segment } from '../../../api.d.ts';
import type { Row } from './row.ts';

export interface RowNode {
  /** As for the explorer's rows: what commands know a view's row by. */
  readonly node: 'locksRow';
  /** In the whole tree. Not `id`, which commands would take for a segment's. */
  readonly rowId: string;
  readonly parent: RowNode | undefined;
  /** As the last look saw it. */
  row: Row;
  /** What commands are about, which take any row with a segment. */
  segment: Segment | undefined;
  /** Those that were handed out; undefined until VS Code has asked. */
  children: LocksNode[] | undefined;
}

/** The row that shows more rows below the same parent. */
export interface MoreLocksNode {
  readonly node: 'moreLocks';
  readonly rowId: string;
  readonly parent: RowNode;
  readonly left: number;
}

export type LocksNode = RowNode | MoreLocksNode;
