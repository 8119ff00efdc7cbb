/** Whether two layouts put the same at the same places, and if not, what differs. */
import type { FieldLayout, TypeLayout } from '../../../api.d.ts';

export interface Side {
  /** Who has it so: 'publisher'. */
  readonly name: string;
  readonly type: TypeLayout;
}

/** What one side has and the other has not, or has otherwise. */
export interface Difference {
  /** From the compared types on: 'pos.x', 'items[].price', 'side.SELL'; '' is the type itself. */
  readonly path: string;
  readonly a: string;
  readonly b: string;
}

/** Most lines that are told of one comparison: who has more does not read them. */
const MOST = 200;
const ABSENT = 'absent';

/**
 * Whether all parts have the same places, sizes and kinds. Names of types and their alignment do not count: nothing in a segment is read
 * otherwise because of them, and gcc, clang, C and C++ spell them in their own ways.
 */
export function sameLayout(a: TypeLayout, b: TypeLayout): boolean {
  return new Comparison().of(a, b).length === 0;
}

/** What differs, at most 200 of it; empty for the same layout. */
export function differing(a: TypeLayout, b: TypeLayout): readonly Difference[] {
  return new Comparison().pair(a, b);
}

/** One line a difference, 'temperature_c: at 16 in publisher, absent in reader'; at most 200, and then one that says so. Empty for the same layout. */
export function differences(a: Side, b: Side): string[] {
  const found = new Comparison().of(a.type, b.type);
  if (found.length === 0) return [];
  const line = ({ path, a: left, b: right }: Difference): string =>
    `${path === '' ? '' : `${path}: `}${left} in ${a.name}, ${right} in ${b.name}`;
  const lines = found.map(line);
  if (found.length >= MOST) lines.push('and more');
  if (a.type.alignment !== b.type.alignment)
    lines.push(line({ path: 'alignment', a: bytes(a.type.alignment), b: bytes(b.type.alignment) }));
  return lines;
}

/** What both have was compared once, however often it occurs: a layout is a graph. */
class Comparison {
  readonly #known = new Map<TypeLayout, Map<TypeLayout, readonly Difference[]>>();

  of(a: TypeLayout, b: TypeLayout): readonly Difference[] {
    const records = isRecord(a) && isRecord(b);
    return this.pair(a, b).map((one) => (records && one.path === '' ? { ...one, path: 'size' } : one));
  }

  #inside(a: TypeLayout, b: TypeLayout, path: string): Difference[] {
    return this.pair(a, b).map((one) => ({ ...one, path: join(path, one.path) }));
  }

  pair(a: TypeLayout, b: TypeLayout): readonly Difference[] {
    if (a === b) return [];
    const known = this.#known.get(a) ?? new Map<TypeLayout, readonly Difference[]>();
    this.#known.set(a, known);
    const before = known.get(b);
    if (before) return before;
    const found = this.#compare(a, b).slice(0, MOST);
    known.set(b, found);
    return found;
  }

  #compare(a: TypeLayout, b: TypeLayout): Difference[] {
    if (isRecord(a) && isRecord(b) && a.kind === b.kind) return this.#records(a, b);
    if (a.kind === 'array' && b.kind === 'array') {
      const inside = a.element && b.element ? this.#inside(a.element, b.element, '[]') : [];
      return a.count === b.count ? inside : [texts(a, b), ...inside];
    }
    if (a.kind !== b.kind || a.size !== b.size || a.signed !== b.signed || a.byteOrder !== b.byteOrder) return [texts(a, b)];
    return a.kind === 'enum' ? enumerators(a, b) : [];
  }

  #records(a: TypeLayout, b: TypeLayout): Difference[] {
    const [left, right] = [placed(a), placed(b)];
    const found: Difference[] = [];
    for (const [path, one] of left) {
      const other = right.get(path);
      const [here, there] = [place(one), other ? place(other) : ABSENT];
      if (here !== there) found.push({ path, a: here, b: there });
      if (other) found.push(...this.#inside(one.type, other.type, path));
    }
    for (const [path, other] of right) if (!left.has(path)) found.push({ path, a: ABSENT, b: place(other) });
    if (a.size !== b.size) found.push({ path: '', a: bytes(a.size), b: bytes(b.size) });
    return found;
  }
}

const isRecord = ({ kind, fields }: TypeLayout): boolean => (kind === 'struct' || kind === 'union') && fields !== undefined;

/** The members by name, those of anonymous structs and unions as the struct's own, which they are in the language. */
function placed(type: TypeLayout, from = 0, into = new Map<string, FieldLayout>()): Map<string, FieldLayout> {
  for (const field of type.fields ?? []) {
    const offset = from + field.offset;
    if (field.name === '' && isRecord(field.type)) placed(field.type, offset, into);
    else into.set(field.name, moved(field, from));
  }
  return into;
}

function moved(field: FieldLayout, by: number): FieldLayout {
  const bits = field.bitOffset === undefined ? {} : { bitOffset: field.bitOffset + 8 * by };
  return { ...field, offset: field.offset + by, ...bits };
}

/** Of a bit-field the bit that it begins at, whatever unit the compiler says that it is in. */
function place({ offset, bitOffset, bitWidth }: FieldLayout): string {
  if (bitWidth === undefined) return `at ${offset}`;
  const first = bitOffset ?? 8 * offset;
  const from = first % 8;
  const bits = bitWidth === 1 ? `bit ${from}` : `bits ${from} to ${from + bitWidth - 1}`;
  return `${bits} at ${(first - from) / 8}`;
}

function enumerators(a: TypeLayout, b: TypeLayout): Difference[] {
  const values = ({ enumerators: all = [] }: TypeLayout) => new Map(all.map(({ name, value }) => [name, String(value)]));
  const [left, right] = [values(a), values(b)];
  return [...new Set([...left.keys(), ...right.keys()])]
    .map((path) => ({ path, a: left.get(path) ?? ABSENT, b: right.get(path) ?? ABSENT }))
    .filter((one) => one.a !== one.b);
}

/** Two types as a person tells them apart: by their names, or where these are equal by what else differs. */
function texts(a: TypeLayout, b: TypeLayout): Difference {
  if (a.name !== b.name) return { path: '', a: a.name, b: b.name };
  if (a.size !== b.size) return { path: '', a: `${a.name} of ${bytes(a.size)}`, b: `${b.name} of ${bytes(b.size)}` };
  if (a.byteOrder !== b.byteOrder) return { path: '', a: ordered(a), b: ordered(b) };
  const told = ({ name, kind, signed }: TypeLayout, other: TypeLayout) =>
    kind === other.kind ? `${signed ? 'signed' : 'unsigned'} ${name}` : `${name} (${kind})`;
  return { path: '', a: told(a, b), b: told(b, a) };
}

const ordered = ({ name, byteOrder }: TypeLayout): string => (byteOrder === undefined ? name : `${byteOrder}-endian ${name}`);

const bytes = (size: number): string => `${size} byte${size === 1 ? '' : 's'}`;

function join(path: string, rest: string): string {
  if (path === '' || rest === '' || rest.startsWith('[')) return path + rest;
  return `${path}.${rest}`;
}
