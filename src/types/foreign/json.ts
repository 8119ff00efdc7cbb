/** The JSON form of types: sizes, offsets and types of members as another language or tool tells them. schemas/types.schema.json describes it. */
import { createScanner, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import type { Abi, TypeLayout } from '../../../api.d.ts';
import { DeclarationError, quote } from '../errors.ts';
import { arrayOf, bytes, cType, knownType, renamed, structOf, type Placed } from './build.ts';

/** Brackets within brackets: the parser calls itself for each. */
const DEPTH_LIMIT = 100;
const TYPE_KEYS = ['$schema', 'name', 'size', 'alignment', 'byteOrder', 'fields'];
const FIELD_KEYS = ['name', 'offset', 'type', 'count', 'byteOrder', 'bitOffset', 'bitWidth'];

type ByteOrder = 'little' | 'big';
type Members = ReadonlyMap<string, Node>;

interface Reading {
  readonly abi: Abi;
  /** The types of the text so far. */
  readonly known: ReadonlyMap<string, TypeLayout>;
  /** Others that were named, by byte order and name: every field of one type shares it. */
  readonly basic: Map<string, TypeLayout>;
}

/**
 * The types of a JSON text, one or a list of which later ones use earlier ones. Comments and commas at the end of a list are allowed; keys
 * that mean nothing here are errors. Throws a DeclarationError at the value that is wrong.
 */
export function readJson(source: string, abi: Abi): TypeLayout[] {
  const root = parse(plain(source));
  const known = new Map<string, TypeLayout>();
  const basic = new Map<string, TypeLayout>();
  const nodes = root.type === 'array' ? (root.children ?? []) : [root];
  const types = nodes.map((node) => {
    const type = readType(node, { abi, known, basic });
    if (known.has(type.name)) throw new DeclarationError(node.offset, `The type ${quote(type.name)} is there twice.`);
    known.set(type.name, type);
    return type;
  });
  if (types.length === 0) throw new DeclarationError(root.offset, 'This list holds no type.');
  return types;
}

/** What a web page made of spaces and quotes, as JSON has them; every offset stays. */
function plain(source: string): string {
  const spaced = source.replace(/[\u00a0\u2000-\u200b\u202f\u3000\ufeff]/g, ' ');
  return spaced.includes('"') ? spaced : spaced.replace(/[“”„]/g, '"');
}

function parse(text: string): Node {
  checkDepth(text);
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first !== undefined || root === undefined) {
    const what =
      first === undefined
        ? 'nothing is there'
        : printParseErrorCode(first.error)
            .replace(/\B[A-Z]/g, ' $&')
            .toLowerCase();
    throw new DeclarationError(first?.offset ?? 0, `This is no JSON: ${what}.`);
  }
  return root;
}

function checkDepth(text: string): void {
  const scanner = createScanner(text, true);
  let depth = 0;
  scanner.scan();
  // Behind a comment that is not closed, the scanner gives its end for ever, as long as that comment's last character.
  for (let at = scanner.getTokenOffset(); at < text.length; scanner.scan(), at = scanner.getTokenOffset()) {
    if (text[at] === '{' || text[at] === '[') depth++;
    if (text[at] === '}' || text[at] === ']') depth--;
    if (depth > DEPTH_LIMIT) throw new DeclarationError(at, `Brackets nest deeper than ${DEPTH_LIMIT} levels.`);
  }
}

/** The members of an object, each once and of `keys`. */
function membersOf(node: Node, keys: readonly string[], what: string): Members {
  if (node.type !== 'object') throw new DeclarationError(node.offset, `${what} is an object.`);
  const members = new Map<string, Node>();
  for (const { children = [] } of node.children ?? []) {
    const [key, value] = children;
    const name: unknown = key?.value;
    if (key === undefined || value === undefined || typeof name !== 'string') continue;
    if (!keys.includes(name))
      throw new DeclarationError(
        key.offset,
        `${what} has no ${quote(name)}: it has ${keys.filter((one) => one !== '$schema').join(', ')}.`,
      );
    if (members.has(name)) throw new DeclarationError(key.offset, `${quote(name)} is there twice.`);
    members.set(name, value);
  }
  return members;
}

function readType(node: Node, reading: Reading): TypeLayout {
  const members = membersOf(node, TYPE_KEYS, 'A type');
  const name = textOf(members, 'name', node);
  const order = orderOf(members);
  const list = needed(members, 'fields', node);
  if (list.type !== 'array') throw new DeclarationError(list.offset, "'fields' is a list.");
  const fields = (list.children ?? []).map((one) => readField(one, order, reading));
  const end = fields.reduce((most, field) => Math.max(most, endOf(field)), 0);
  const size = numberOf(members, 'size') ?? end;
  const last = fields.find((field) => endOf(field) > size);
  if (last !== undefined)
    throw new DeclarationError(last.at, `${quote(last.name)} ends at ${endOf(last)}, past the size of ${size} bytes.`);
  return structOf({ name, size, alignment: powerOf2(members, 'alignment') ?? 1, at: node.offset }, fields);
}

function endOf({ offset, type, bitOffset = 0, bitWidth }: Placed): number {
  return bitWidth === undefined ? offset + type.size : Math.ceil((bitOffset + bitWidth) / 8);
}

function readField(node: Node, order: ByteOrder | undefined, reading: Reading): Placed {
  const members = membersOf(node, FIELD_KEYS, 'A field');
  const name = textOf(members, 'name', node);
  const offset = numberOf(members, 'offset');
  if (offset === undefined) throw new DeclarationError(node.offset, "This field has no 'offset'.");
  const element = typeOf(needed(members, 'type', node), orderOf(members) ?? order, reading);
  const shape = members.get('count');
  const type = shape === undefined ? element : arrayOf(element, shapeOf(shape), shape.offset);
  const at = node.offset;
  bytes(offset + type.size, at);
  const width = numberOf(members, 'bitWidth');
  const within = numberOf(members, 'bitOffset');
  if (width === undefined && within === undefined) return { name, offset, type, at };
  if (width === undefined) throw new DeclarationError(at, "A bit-field has a 'bitWidth'.");
  if (!['integer', 'bool', 'char'].includes(type.kind))
    throw new DeclarationError(at, 'A bit-field is an integer, a char or a bool.');
  if (width < 1 || width > type.size * 8)
    throw new DeclarationError(
      members.get('bitWidth')?.offset ?? at,
      `A bit-field of ${quote(type.name)} has 1 to ${type.size * 8} bits.`,
    );
  return { name, offset, type, bitOffset: bytes(offset * 8 + (within ?? 0), at), bitWidth: width, at };
}

/** An earlier type, a name that tells its size, or a type of C. */
function typeOf(node: Node, order: ByteOrder | undefined, { abi, known, basic }: Reading): TypeLayout {
  const name: unknown = node.value;
  if (typeof name !== 'string') throw new DeclarationError(node.offset, 'A type is named by a text.');
  const earlier = known.get(name);
  if (earlier !== undefined) return earlier;
  const key = `${order ?? ''} ${name}`;
  const before = basic.get(key);
  if (before !== undefined) return before;
  const type = basicType(name.trim(), abi, node.offset);
  if (type === undefined)
    throw new DeclarationError(
      node.offset,
      `The type ${quote(name)} is not known: types that are used come earlier in the list.`,
    );
  const turns = type.size > 1 && ['integer', 'float', 'char', 'bool', 'pointer'].includes(type.kind);
  const ordered = order === undefined || !turns ? type : { ...type, byteOrder: order };
  basic.set(key, ordered);
  return ordered;
}

const WIDTHS: Readonly<Record<string, readonly [signed: string, unsigned: string]>> = {
  8: ['int8_t', 'uint8_t'],
  16: ['int16_t', 'uint16_t'],
  32: ['int32_t', 'uint32_t'],
  64: ['int64_t', 'uint64_t'],
  128: ['__int128', 'unsigned __int128'],
};
const POINTER_SIZED = new Map([
  ['isize', 'ssize_t'],
  ['usize', 'size_t'],
]);
const FLOATS: Readonly<Record<string, string>> = { 16: '_Float16', 32: 'float', 64: 'double' };

function basicType(name: string, abi: Abi, at: number): TypeLayout | undefined {
  if (/^(?:pointer|uintptr|\*(?:const|mut)\s.*|.*\*)$/.test(name))
    return { ...knownType('size_t', abi, at), name, kind: 'pointer', signed: false };
  const [, sign = '', width = ''] = /^(i|u|f|int|uint|float)(8|16|32|64|128)$/.exec(name) ?? [];
  const c = sign.startsWith('f') ? FLOATS[width] : WIDTHS[width]?.[sign.startsWith('u') ? 1 : 0];
  const found = cType(c ?? POINTER_SIZED.get(name) ?? name, abi);
  return found && renamed(found, name);
}

function needed(members: Members, key: string, node: Node): Node {
  const value = members.get(key);
  if (value === undefined)
    throw new DeclarationError(node.offset, `This ${members.has('fields') ? 'type' : 'object'} has no '${key}'.`);
  return value;
}

function textOf(members: Members, key: string, node: Node): string {
  const found = needed(members, key, node);
  const value: unknown = found.value;
  if (typeof value !== 'string' || value === '') throw new DeclarationError(found.offset, `'${key}' is a text.`);
  return value;
}

function numberOf(members: Members, key: string): number | undefined {
  const node = members.get(key);
  return node && wholeNumber(node, `'${key}'`);
}

function wholeNumber({ value, offset }: { readonly value?: unknown; readonly offset: number }, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new DeclarationError(offset, `${what} is a whole number from 0 to 2^53.`);
}

function powerOf2(members: Members, key: string): number | undefined {
  const value = numberOf(members, key);
  if (value === undefined || (value > 0 && Number.isInteger(Math.log2(value)))) return value;
  throw new DeclarationError(members.get(key)?.offset ?? 0, `'${key}' is a power of two.`);
}

function shapeOf(node: Node): readonly number[] {
  if (node.type !== 'array') return [wholeNumber(node, "'count'")];
  return (node.children ?? []).map((one) => wholeNumber(one, "'count'"));
}

function orderOf(members: Members): ByteOrder | undefined {
  const node = members.get('byteOrder');
  const value: unknown = node?.value;
  if (node === undefined) return undefined;
  if (value === 'little' || value === 'big') return value;
  throw new DeclarationError(node.offset, "'byteOrder' is 'little' or 'big'.");
}
