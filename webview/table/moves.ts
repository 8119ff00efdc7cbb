/** A cell of the table: its row as it is shown, and its column, from 0. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** Where a key goes from `cell`, with `command` for Ctrl or Cmd; it may lie outside. Undefined for a key that goes nowhere. */
export function moveTo(
  key: string,
  command: boolean,
  { row, column }: Cell,
  page: number,
  rows: number,
  columns: number,
): Cell | undefined {
  const moves: Readonly<Record<string, Cell>> = {
    ArrowDown: { row: row + 1, column },
    ArrowUp: { row: row - 1, column },
    ArrowRight: { row, column: column + 1 },
    ArrowLeft: { row, column: column - 1 },
    PageDown: { row: row + page, column },
    PageUp: { row: row - page, column },
    Home: command ? { row: 0, column } : { row, column: 0 },
    End: command ? { row: rows - 1, column } : { row, column: columns - 1 },
  };
  return moves[key];
}
