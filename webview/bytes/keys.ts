/** Where a key takes the caret. */
import { COLUMNS } from './row.ts';

/** The new offset in [0, size), or undefined when `key` moves nothing. `page` in rows. */
export function moveBy(key: string, ctrl: boolean, from: number, size: number, page: number): number | undefined {
  const last = Math.max(0, size - 1);
  const rowStart = from - (from % COLUMNS);
  const within = (offset: number): number => Math.min(last, Math.max(0, offset));
  const byRows = (rows: number): number => {
    const to = from + rows * COLUMNS;
    if (to < 0) return from % COLUMNS;
    return within(to);
  };
  switch (key) {
    case 'ArrowLeft':
      return within(from - 1);
    case 'ArrowRight':
      return within(from + 1);
    case 'ArrowUp':
      return byRows(-1);
    case 'ArrowDown':
      return byRows(1);
    case 'PageUp':
      return byRows(-page);
    case 'PageDown':
      return byRows(page);
    case 'Home':
      return ctrl ? 0 : rowStart;
    case 'End':
      return ctrl ? last : within(rowStart + COLUMNS - 1);
    default:
      return undefined;
  }
}
