/** A layout conflict as the page shows it: a row for each field that is not the same on all sides. Pure. */
import type { LayoutConflict, Segment } from '../../api.d.ts';
import type { ConflictInfo } from '../protocol/typing.ts';
import { differing } from '../types/debuginfo/compare.ts';

/** Each side against the first one, which has the type that is shown. */
export function conflictInfo({ name, variants }: LayoutConflict, segment: Segment): ConflictInfo {
  const [first, ...others] = variants;
  const cells = new Map<string, (string | undefined)[]>();
  const put = (path: string, side: number, text: string): void => {
    const row = cells.get(path) ?? Array.from<string | undefined>({ length: variants.length });
    cells.set(path, row);
    // A field may be elsewhere and of another type.
    row[side] = row[side]?.split(', ').includes(text) ? row[side] : [row[side], text].filter(Boolean).join(', ');
  };
  for (const [index, other] of others.entries()) {
    for (const { path, a, b } of first ? differing(first.type, other.type) : []) {
      put(path, 0, a);
      put(path, index + 1, b);
    }
  }
  const rows = [...cells].map(([path, row]) => ({ path, cells: row.map((text) => text ?? row[0] ?? '') }));
  return { name, sides: variants.map((variant) => sideName(variant, segment)), rows };
}

function sideName({ pids, origin }: LayoutConflict['variants'][number], { mappings }: Segment): string {
  const [first] = pids;
  const process = mappings.find(({ pid }) => pid === first)?.process;
  if (first === undefined || process === undefined) return origin;
  const others = pids.length > 1 ? ` and ${pids.length - 1} more` : '';
  return `${process} (${first})${others}`;
}
