/** What `shmscope-dwarf layouts` says (native/dwarf/output.cc), checked. Each type refers to earlier lines only, so no layout contains itself. */
import type { FieldLayout, TypeLayout } from '../../../../api.d.ts';
import { blocksOf } from './blocks.ts';
import { notUnderstood } from './entries.ts';
import { jsonIn, recordIn } from './indexText.ts';

const KINDS: ReadonlySet<string> = new Set<TypeLayout['kind']>([
  'struct',
  'union',
  'array',
  'enum',
  'integer',
  'float',
  'bool',
  'char',
  'pointer',
  'sync',
  'opaque',
]);

/** The layouts that were asked for, in their order; undefined for one that cannot be made out. EIO where the text is damaged or cut off. */
export async function parseLayouts(
  buffers: Iterable<Buffer> | AsyncIterable<Buffer>,
  origin: string,
): Promise<(TypeLayout | undefined)[]> {
  const types: TypeLayout[] = [];
  let roots: (TypeLayout | undefined)[] | undefined;
  let ended = false;
  for await (const block of blocksOf(buffers)) {
    for (const line of block.split('\n')) {
      if (line === '') continue;
      if (line.startsWith('{')) types.push(parseType(line, types, origin));
      else if (line.startsWith('[')) roots = listOf(jsonIn(line), (index) => (index === null ? undefined : typeAt(index, types)));
      else ended = /^end \d+$/.test(line);
    }
  }
  if (roots === undefined || !ended) throw notUnderstood();
  return roots;
}

function typeAt(index: unknown, types: readonly TypeLayout[]): TypeLayout {
  const type = typeof index === 'number' ? types[index] : undefined;
  if (type === undefined) throw notUnderstood();
  return type;
}

function isKind(value: unknown): value is TypeLayout['kind'] {
  return typeof value === 'string' && KINDS.has(value);
}

/** A size, an offset, a count. */
function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function parseType(line: string, types: readonly TypeLayout[], origin: string): TypeLayout {
  const { name, kind, size, alignment, element, count, signed, byteOrder, lock, enumerators, fields } = recordIn(line);
  if (typeof name !== 'string' || !isKind(kind) || !isNumber(size) || !isNumber(alignment)) throw notUnderstood();
  if (count !== undefined && !isNumber(count)) throw notUnderstood();
  if (signed !== undefined && typeof signed !== 'boolean') throw notUnderstood();
  if (byteOrder !== undefined && byteOrder !== 'big') throw notUnderstood();
  if (lock !== undefined && typeof lock !== 'string') throw notUnderstood();
  return {
    name,
    kind,
    size,
    alignment,
    ...(fields === undefined ? {} : { fields: listOf(fields, (field) => parseField(field, types)) }),
    ...(element === undefined ? {} : { element: typeAt(element, types) }),
    ...(count === undefined ? {} : { count }),
    ...(signed === undefined ? {} : { signed }),
    ...(byteOrder === undefined ? {} : { byteOrder }),
    ...(lock === undefined ? {} : { lock }),
    ...(enumerators === undefined ? {} : { enumerators: listOf(enumerators, parseEnumerator) }),
    origin,
  };
}

function listOf<T>(value: unknown, parse: (one: unknown) => T): T[] {
  if (!Array.isArray(value)) throw notUnderstood();
  return value.map((one: unknown) => parse(one));
}

function parseField(value: unknown, types: readonly TypeLayout[]): FieldLayout {
  const [name, offset, index, bitOffset, bitWidth] = listOf(value, (one) => one);
  if (typeof name !== 'string' || !isNumber(offset)) throw notUnderstood();
  const type = typeAt(index, types);
  if (bitOffset === undefined && bitWidth === undefined) return { name, offset, type };
  if (!isNumber(bitOffset) || !isNumber(bitWidth)) throw notUnderstood();
  return { name, offset, type, bitOffset, bitWidth };
}

function parseEnumerator(value: unknown): { name: string; value: bigint } {
  const [name, number] = listOf(value, (one) => one);
  if (typeof name !== 'string' || typeof number !== 'string' || !/^-?\d{1,20}$/.test(number)) throw notUnderstood();
  return { name, value: BigInt(number) };
}
