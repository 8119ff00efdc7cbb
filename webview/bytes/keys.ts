/** Where a key takes the caret. */

export interface Walk {
  /** Bytes of the object. */
  readonly size: number;
  /** Whole rows in view. */
  readonly page: number;
  /** Bytes of one row. */
  readonly columns: number;
  /** Bytes of one step to the side. */
  readonly unit: number;
}

/** The new offset in [0, size), or undefined when `key` moves nothing. Offsets are those where a step begins. */
export function moveBy(key: string, ctrl: boolean, from: number, { size, page, columns, unit }: Walk): number | undefined {
  const aligned = (offset: number): number => offset - (offset % unit);
  const last = aligned(Math.max(0, size - 1));
  const rowStart = from - (from % columns);
  const within = (offset: number): number => Math.min(last, Math.max(0, offset));
  const byRows = (rows: number): number => {
    const to = from + rows * columns;
    if (to < 0) return aligned(from % columns);
    return within(aligned(to));
  };
  switch (key) {
    case 'ArrowLeft':
      return within(from % unit > 0 ? aligned(from) : from - unit);
    case 'ArrowRight':
      return within(aligned(from) + unit);
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
      return ctrl ? last : within(rowStart + columns - unit);
    default:
      return undefined;
  }
}
