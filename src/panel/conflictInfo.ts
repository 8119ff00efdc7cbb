/** A layout conflict as the page shows it: a row for each field that is not the same on all sides. Pure. */
import type { FieldLayout, LayoutConflict, Segment, TypeLayout } from '../../api.d.ts';
import type { ConflictInfo } from '../protocol/typing.ts';

/** Types nest deeper than anybody reads. */
const DEPTH = 12;
const ROWS = 1000;

interface Part {
  /** What has to be equal. */
  readonly key: string;
  readonly text: string;
}

export function conflictInfo({ name, variants }: LayoutConflict, segment: Segment): ConflictInfo {
  const sides = variants.map(({ type }) => partsOf(type));
  const paths = new Set(sides.flatMap((parts) => [...parts.keys()]));
  const rows = [...paths].flatMap((path) => {
    const parts = sides.map((side) => side.get(path));
    if (parts.every((part) => part?.key === parts[0]?.key)) return [];
    return [{ path, cells: parts.map((part) => part?.text ?? 'absent') }];
  });
  return { name, sides: variants.map((variant) => sideName(variant, segment)), rows: rows.slice(0, ROWS) };
}

function sideName({ pids, origin }: LayoutConflict['variants'][number], { mappings }: Segment): string {
  const [first] = pids;
  const process = mappings.find(({ pid }) => pid === first)?.process;
  if (first === undefined || process === undefined) return origin;
  const others = pids.length > 1 ? ` and ${pids.length - 1} more` : '';
  return `${process} (${first})${others}`;
}

/** By the path within the type; '' is the type itself. */
function partsOf(root: TypeLayout): ReadonlyMap<string, Part> {
  const size = `${root.size} bytes, aligned to ${root.alignment}`;
  const parts = new Map<string, Part>([['', { key: size, text: size }]]);
  // `within`: bytes from the start of the named struct around it.
  const visit = (type: TypeLayout, path: string, base: number, within: number, depth: number): void => {
    if (type.kind === 'array' && type.element) return visit(type.element, `${path}[]`, base, within, depth);
    for (const { name, value } of type.enumerators ?? []) {
      const text = `= ${value}`;
      parts.set(path === '' ? name : `${path}: ${name}`, { key: text, text });
    }
    if (depth > DEPTH) return;
    for (const field of type.fields ?? []) {
      const own = path === '' || field.name === '' ? path + field.name : `${path}.${field.name}`;
      if (field.name !== '') parts.set(own, partOf(field, base, within));
      visit(field.type, own, base + field.offset, field.name === '' ? within + field.offset : 0, depth + 1);
    }
  };
  visit(root, '', 0, 0, 0);
  return parts;
}

/** A struct that stands elsewhere is one difference, and not as many as it has members: places count from its own start. */
function partOf({ type, offset, bitOffset, bitWidth }: FieldLayout, base: number, within: number): Part {
  if (bitWidth !== undefined) {
    const bit = bitOffset ?? offset * 8;
    const place = base * 8 + bit;
    return {
      key: `${within * 8 + bit}:${bitWidth} ${scalarKey(type)}`,
      text: `${type.name} : ${bitWidth} at ${Math.floor(place / 8)}:${place % 8}`,
    };
  }
  return { key: `${within + offset} ${typeKey(type)}`, text: `${type.name}, ${bytes(type.size)} at ${base + offset}` };
}

/** gcc and clang, C and C++ have other names for the same: 'long unsigned int', 'unsigned long'. */
function typeKey(type: TypeLayout): string {
  if (type.kind === 'array') return `${type.count ?? ''}x${type.element ? typeKey(type.element) : ''}`;
  return type.fields ? `${type.kind} ${type.size}` : scalarKey(type);
}

function scalarKey({ kind, size, signed }: TypeLayout): string {
  return `${kind} ${size} ${signed ?? ''}`;
}

function bytes(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`;
}
