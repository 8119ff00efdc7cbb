/** Formats of Python's module struct: Library Reference, 'Format Strings'; CPython, Modules/_struct.c. */
import type { Abi, TypeLayout } from '../../../api.d.ts';
import { DeclarationError, quote } from '../errors.ts';
import { roundUp } from '../layout/records/cursor.ts';
import { arrayOf, bytes, knownType, structOf, type Placed } from './build.ts';

/** By format character: the C type of native sizes, and the fixed one of '<', '>', '!' and '='. */
const ITEMS: Readonly<Record<string, readonly [native: string, standard?: string]>> = {
  c: ['char', 'char'],
  b: ['signed char', 'int8_t'],
  B: ['unsigned char', 'uint8_t'],
  '?': ['_Bool', '_Bool'],
  h: ['short', 'int16_t'],
  H: ['unsigned short', 'uint16_t'],
  i: ['int', 'int32_t'],
  I: ['unsigned int', 'uint32_t'],
  l: ['long', 'int32_t'],
  L: ['unsigned long', 'uint32_t'],
  q: ['long long', 'int64_t'],
  Q: ['unsigned long long', 'uint64_t'],
  n: ['ssize_t'],
  N: ['size_t'],
  e: ['_Float16', '_Float16'],
  f: ['float', 'float'],
  d: ['double', 'double'],
  P: ['void *'],
  s: ['char', 'char'],
  p: ['unsigned char', 'uint8_t'],
  x: ['char', 'char'],
};

const FORMAT = /^[@=<>!]?(?:\s*\d*[cbB?hHiIlLqQnNefdPspx])*\s*$/;

/** Whether a text can be a format as it stands; texts of over 10,000 characters are none. */
export function isStructFormat(text: string): boolean {
  return text.length <= 10_000 && FORMAT.test(text);
}

/**
 * The layout that struct.calcsize and struct.unpack give a format, its items named f0, f1, …; a count makes an array, of 's' a text, of
 * 'p' a struct of a length and a text. Native alignment ('@' or nothing) pads between items and not at the end. `at`: where the format
 * begins in the source. Throws a DeclarationError at the character that is wrong.
 */
export function readStructFormat(format: string, name: string, abi: Abi, at: number): TypeLayout {
  const prefix = /^[@=<>!]/.exec(format)?.[0] ?? '';
  const native = prefix === '' || prefix === '@';
  const byteOrder = prefix === '<' ? 'little' : prefix === '>' || prefix === '!' ? 'big' : undefined;
  const members: Placed[] = [];
  const turned = new Map<TypeLayout, TypeLayout>();
  let offset = 0;
  const item = /\s*(?:(\d*)([\s\S])?)/uy;
  item.lastIndex = prefix.length;
  while (item.lastIndex < format.trimEnd().length) {
    const [, digits = '', code] = item.exec(format) ?? [];
    const here = at + item.lastIndex - (code?.length ?? digits.length);
    const type = itemType(code, digits, native, abi, here);
    const count = digits === '' ? 1 : bytes(Number(digits), here);
    if (native) offset = roundUp(offset, type.alignment);
    const ordered = turned.get(type) ?? (byteOrder === undefined || type.size === 1 ? type : { ...type, byteOrder });
    turned.set(type, ordered);
    const whole = partOf(code ?? '', ordered, count, digits, here);
    if (whole !== undefined) members.push({ name: `f${members.length}`, offset, type: whole, at: here });
    offset = bytes(offset + type.size * count, here);
  }
  return structOf({ name, size: offset, alignment: 1, at }, members);
}

function itemType(code: string | undefined, digits: string, native: boolean, abi: Abi, at: number): TypeLayout {
  if (code === undefined) throw new DeclarationError(at, `${quote(digits)} is a count, and no format follows it.`);
  const names = Object.hasOwn(ITEMS, code) ? ITEMS[code] : undefined;
  if (names === undefined) throw new DeclarationError(at, `${quote(code)} is no format of Python's struct.`);
  const name = native ? names[0] : names[1];
  if (name === undefined)
    throw new DeclarationError(at, `${quote(code)} has a native size only: begin the format with '@', or with nothing.`);
  if (name === 'void *') {
    const { size, alignment } = knownType('size_t', abi, at);
    return { name, kind: 'pointer', size, alignment, origin: 'builtin' };
  }
  return knownType(name, abi, at);
}

/** Undefined for what only pads or aligns. */
function partOf(code: string, type: TypeLayout, count: number, digits: string, at: number): TypeLayout | undefined {
  if (code === 'x') return undefined;
  if (code === 's') return arrayOf(type, [count], at);
  if (code === 'p') return pascalString(type, count, at);
  if (digits === '') return type;
  return count === 0 ? undefined : count === 1 ? type : arrayOf(type, [count], at);
}

/** A byte of length, and the text in the others. */
function pascalString(length: TypeLayout, count: number, at: number): TypeLayout | undefined {
  if (count === 0) return undefined;
  const text = arrayOf({ name: 'char', kind: 'char', size: 1, alignment: 1, signed: true, origin: 'builtin' }, [count - 1], at);
  return structOf({ name: `${count}p`, size: count, alignment: 1, at }, [
    { name: 'length', offset: 0, type: length, at },
    { name: 'text', offset: 1, type: text, at },
  ]);
}
