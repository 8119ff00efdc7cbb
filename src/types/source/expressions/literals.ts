/** Numbers, characters and strings of a program: their types and values (C17 6.4.4 and 6.4.5, C++17 5.13). */
import { DeclarationError, quote } from '../../errors.ts';
import type { Machine } from './arithmetic.ts';
import { arrayOf, type CType } from './ctype.ts';
import { UNMEASURED, type Token } from '../text/lexer.ts';
import type { Operand } from './operand.ts';

const INTEGER = /^(0[xX][0-9a-fA-F]+|0[bB][01]+|0[0-7]*|[1-9]\d*)([uU]?(?:ll?|LL?|[zZ])?|(?:ll?|LL?|[zZ])[uU])$/;
const DECIMAL_FLOAT = /^((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([fFlL]?)$/;
const HEX_FLOAT = /^0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)([fFlL]?)$/;

export function numberOf(machine: Machine, token: Token): Operand {
  const text = token.text.replaceAll("'", '');
  const match = INTEGER.exec(text);
  return match === null ? floatOf(machine, token, text) : integerOf(machine, token, match[1] ?? '', match[2] ?? '');
}

function integerOf(machine: Machine, token: Token, digits: string, suffix: string): Operand {
  if (digits.length > 70) throw new DeclarationError(token.at, `${quote(token.text)} is no integer constant.`);
  const value = /^0[0-7]+$/.test(digits) ? BigInt(`0o${digits.slice(1)}`) : BigInt(digits);
  if (value >= 1n << 64n) throw new DeclarationError(token.at, `${quote(token.text)} does not fit 64 bits.`);
  return { type: integerType(machine, value, /^[1-9]/.test(digits), suffix.toLowerCase()), value };
}

/** The first of C17 6.4.4.1's table that holds it. */
function integerType(machine: Machine, value: bigint, decimal: boolean, suffix: string): CType {
  const unsigned = suffix.includes('u');
  if (machine.wide) return machine.basic(unsigned || value >= 1n << 63n ? 'unsigned long long' : 'long long');
  if (suffix.includes('z')) return machine.basic(unsigned ? 'size_t' : 'ptrdiff_t');
  const ranks = ['int', 'long', 'long long'].slice(suffix.includes('ll') ? 2 : suffix.includes('l') ? 1 : 0);
  for (const rank of ranks) {
    const bits = BigInt((machine.basic(rank).layout?.size ?? 0) * 8);
    if (!unsigned && value < 1n << (bits - 1n)) return machine.basic(rank);
    if ((unsigned || !decimal) && value < 1n << bits) return machine.basic(`unsigned ${rank}`);
  }
  return machine.basic('unsigned long long');
}

function floatOf(machine: Machine, token: Token, text: string): Operand {
  const decimal = DECIMAL_FLOAT.exec(text);
  const hex = decimal === null ? HEX_FLOAT.exec(text) : null;
  const suffix = (decimal?.[2] ?? hex?.[4])?.toLowerCase();
  if (suffix === undefined || machine.wide || hex?.[1] + (hex?.[2] ?? '') === '')
    throw new DeclarationError(token.at, `${quote(token.text)} is no number that is understood here.`);
  const value = decimal ? Number(decimal[1]) : hexValue(hex?.[1] ?? '', hex?.[2] ?? '', Number(hex?.[3]));
  if (suffix === 'f') return { type: machine.basic('float'), value: Math.fround(value) };
  if (suffix === '') return { type: machine.basic('double'), value };
  const lack = new DeclarationError(token.at, "Values of 'long double' are not computed here.");
  return { type: machine.basic('long double'), lack };
}

function hexValue(whole: string, fraction: string, exponent: number): number {
  return Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (exponent - 4 * fraction.length);
}

const SIMPLE: Readonly<Record<string, number>> = { a: 7, b: 8, e: 27, f: 12, n: 10, r: 13, t: 9, v: 11 };
const ESCAPE = /\\(?:([abefnrtv'"?\\])|x([0-9a-fA-F]+)|([0-7]{1,3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))|\\[^]|[^\\]/gu;

interface Unit {
  readonly code: number;
  /** Written as '\x41' or '\101': one unit, whatever it encodes. */
  readonly raw: boolean;
}

function unitsOf(body: string, token: Token): Unit[] {
  return [...body.matchAll(ESCAPE)].map((match): Unit => {
    const [all, simple, hex, octal, short, long] = match;
    if (simple !== undefined) return { code: SIMPLE[simple] ?? simple.charCodeAt(0), raw: false };
    if (hex !== undefined) return { code: parseInt(hex, 16), raw: true };
    if (octal !== undefined) return { code: parseInt(octal, 8), raw: true };
    const universal = short ?? long;
    if (universal !== undefined) return { code: parseInt(universal, 16), raw: false };
    if (all.startsWith('\\')) throw new DeclarationError(token.at, `${quote(all)} is no escape sequence.`);
    return { code: all.codePointAt(0) ?? 0, raw: false };
  });
}

/** How many units of `bits` bits a character takes. */
function lengthOf({ code, raw }: Unit, bits: number): number {
  if (raw || bits === 32) return 1;
  if (bits === 16) return code > 0xffff ? 2 : 1;
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/** C++17 5.13.3, C17 6.4.4.4; one of several characters is an int, as gcc packs it. */
export function characterOf(machine: Machine, token: Token): Operand {
  const open = token.text.search(/['‘’‚‛]/);
  const prefix = token.text.slice(0, open);
  const units = unitsOf(token.text.slice(open + 1, -1), token);
  const name = elementName(prefix);
  const alone = machine.isCpp && !machine.wide && units.length === 1 ? name : prefix === '' || prefix === 'u8' ? 'int' : name;
  const type = machine.wide ? machine.basic('long long') : machine.basic(alone);
  const element = machine.basic(name);
  const bits = (element.layout?.size ?? 1) * 8;
  const fits = units.every((unit) => lengthOf(unit, bits) === 1 && unit.code < 2 ** bits);
  if (!fits || units.length === 0 || units.length > (prefix === '' ? 4 : 1))
    throw new DeclarationError(token.at, `${quote(token.text)} is no character constant that is understood here.`);
  const packed = units.reduce((value, { code }) => (value << 8n) | BigInt(code), 0n);
  if (units.length > 1) return { type, value: BigInt.asIntN(32, packed) };
  return { type, value: element.layout?.signed ? BigInt.asIntN(bits, packed) : packed };
}

function elementName(prefix: string): string {
  return prefix === 'L' ? 'wchar_t' : prefix === 'u' ? 'char16_t' : prefix === 'U' ? 'char32_t' : 'char';
}

/** Strings that stand one behind the other, which are one. */
export function stringOf(machine: Machine, tokens: readonly Token[]): Operand {
  const [first] = tokens;
  const at = first?.at ?? 0;
  if (tokens.some(({ text }) => text.includes(UNMEASURED)))
    throw new DeclarationError(at, 'How long this string is, which macros made of others, cannot be told here.');
  const parts = tokens.map((token) => {
    const open = token.text.search(/["“”„‟«»]/);
    const prefix = token.text.slice(0, open);
    const raw = /^(.*)R$/.exec(prefix);
    const body = token.text.slice(open + 1, -1);
    const inside = raw ? body.slice(body.indexOf('(') + 1, body.lastIndexOf(')')) : body;
    const units = raw ? [...inside].map((one): Unit => ({ code: one.codePointAt(0) ?? 0, raw: false })) : unitsOf(inside, token);
    return { prefix: raw?.[1] ?? prefix, units };
  });
  const prefixes = new Set(parts.map(({ prefix }) => prefix).filter((prefix) => prefix !== ''));
  if (prefixes.size > 1) throw new DeclarationError(at, 'These strings have different prefixes.');
  const element = machine.basic(elementName([...prefixes][0] ?? ''));
  const bits = (element.layout?.size ?? 1) * 8;
  const length = parts.flatMap(({ units }) => units).reduce((sum, unit) => sum + lengthOf(unit, bits), 1);
  const type = arrayOf(machine.isCpp ? element.with({ cv: ' const' }) : element, BigInt(length), at);
  return { type, lack: new DeclarationError(at, 'A string is no value of a constant expression.'), lvalue: true };
}
