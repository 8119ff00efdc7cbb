/** One group of bytes as the text of a value, and back. */
import type { TypeLayout } from '../../api.d.ts';
import { encodeLeaf } from '../../src/decode/encode.ts';
import { decodeFloat } from '../../src/decode/float.ts';
import { unitOf, type ByteLook } from './look.ts';
import { CONTEXT, PAST, type ByteWindow } from './window.ts';

export interface Shape {
  /** Bytes: 1, 2, 4 or 8; of a float 4 or 8. */
  readonly size: number;
  readonly kind: 'hex' | 'unsigned' | 'signed' | 'binary' | 'float';
  readonly littleEndian: boolean;
}

export const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const BITS = Array.from({ length: 256 }, (_, byte) => byte.toString(2).padStart(8, '0'));
/** A value of which a part lies past the end. */
const CUT = '–';

/** Characters of the longest value, for each size in bytes. */
const LONGEST: Readonly<Record<Shape['kind'], Readonly<Record<number, number>>>> = {
  hex: { 1: 2, 2: 4, 4: 8, 8: 16 },
  binary: { 1: 8, 2: 16, 4: 32, 8: 64 },
  unsigned: { 1: 3, 2: 5, 4: 10, 8: 20 },
  signed: { 1: 4, 2: 6, 4: 11, 8: 20 },
  float: { 4: 15, 8: 24 },
};

export function shapeOf(look: ByteLook, littleEndian: boolean): Shape {
  const kind = look.group === 'f32' || look.group === 'f64' ? 'float' : look.format;
  return { size: unitOf(look), kind, littleEndian };
}

export function charsOf(shape: Shape): number {
  return LONGEST[shape.kind][shape.size] ?? 2;
}

const scratch = new DataView(new ArrayBuffer(8));

/**
 * The value that begins at `column` of a row. '' while one of its bytes is not known. Where the object ends inside of it, the digits
 * that are there (hexadecimal and binary), else '–'.
 */
export function valueText(window: ByteWindow, column: number, shape: Shape): string {
  const from = column + CONTEXT;
  let cut = false;
  for (let i = 0; i < shape.size; i++) {
    const byte = window[from + i] ?? PAST;
    if (byte === PAST) cut = true;
    else if (byte < 0) return '';
    else scratch.setUint8(i, byte);
  }
  if (shape.kind === 'hex') return digits(window, from, shape, HEX, '  ');
  if (shape.kind === 'binary') return digits(window, from, shape, BITS, '        ');
  if (cut) return CUT;
  return shape.kind === 'float'
    ? fitting(decodeFloat(scratch, 0, shape.size, shape.littleEndian)?.text ?? '', charsOf(shape))
    : String(integer(shape.size, shape.kind === 'signed', shape.littleEndian));
}

/** A float of many digits before or after the point is written with an exponent, which is the same number. */
function fitting(text: string, chars: number): string {
  return text.length > chars ? Number(text).toExponential() : text;
}

function digits(window: ByteWindow, from: number, shape: Shape, table: readonly string[], none: string): string {
  let text = '';
  for (let i = 0; i < shape.size; i++) {
    const one = table[window[from + i] ?? PAST] ?? none;
    text = shape.littleEndian ? one + text : text + one;
  }
  return text;
}

function integer(size: number, signed: boolean, little: boolean): number | bigint {
  if (size === 1) return signed ? scratch.getInt8(0) : scratch.getUint8(0);
  if (size === 2) return signed ? scratch.getInt16(0, little) : scratch.getUint16(0, little);
  if (size === 4) return signed ? scratch.getInt32(0, little) : scratch.getUint32(0, little);
  return signed ? scratch.getBigInt64(0, little) : scratch.getBigUint64(0, little);
}

const WRITTEN: Readonly<Record<Shape['kind'], { readonly pattern: RegExp; readonly hint: string }>> = {
  hex: { pattern: /^(?:0x)?[0-9a-f]+$/i, hint: 'hexadecimal digits' },
  binary: { pattern: /^(?:0b)?[01]+$/i, hint: 'the digits 0 and 1' },
  unsigned: { pattern: /^[+-]?\d+$|^0x[0-9a-f]+$|^0b[01]+$/i, hint: 'a number: 42, 0x2a or 0b101010' },
  signed: { pattern: /^[+-]?\d+$|^0x[0-9a-f]+$|^0b[01]+$/i, hint: 'a number: 42, -42, 0x2a or 0b101010' },
  float: { pattern: /./, hint: 'a number: 1.5, -2e10, inf or nan' },
};

/** The bytes of a typed value. Throws an Error with a sentence for the user where it is none, or does not fit. */
export function parseValue(text: string, shape: Shape): Uint8Array {
  const typed = text.trim();
  const { pattern, hint } = WRITTEN[shape.kind];
  if (!pattern.test(typed)) throw new Error(`"${typed.slice(0, 60)}" is no value here. Write ${hint}.`);
  const plain = shape.kind === 'unsigned' || shape.kind === 'signed' ? typed.replace(/^([+-]?)0+(?=\d)/, '$1') : typed;
  const prefix = shape.kind === 'hex' ? '0x' : shape.kind === 'binary' ? '0b' : '';
  const whole = prefix === '' || plain.toLowerCase().startsWith(prefix) ? plain : prefix + plain;
  return encodeLeaf(whole, typeOf(shape), { littleEndian: shape.littleEndian }).bytes;
}

function typeOf({ size, kind }: Shape): TypeLayout {
  const bits = size * 8;
  const common = { size, alignment: size, origin: 'builtin' };
  if (kind === 'float') return { ...common, kind: 'float', name: size === 4 ? 'float' : 'double' };
  return { ...common, kind: 'integer', signed: kind === 'signed', name: kind === 'signed' ? `i${bits}` : `u${bits}` };
}

/** Whether a typed key begins a value. */
export function beginsValue(key: string, shape: Shape): boolean {
  if (shape.kind === 'hex') return /^[0-9a-f]$/i.test(key);
  if (shape.kind === 'binary') return /^[01]$/.test(key);
  return (shape.kind === 'float' ? /^[-+.\dni]$/i : /^[-+\d]$/).test(key);
}
