/** What operators make of types and values: promotions, the usual conversions, overflow (C17 6.3 and 6.5, C++17 7 and 8). */
import { DeclarationError, quote } from '../../errors.ts';
import { pointerTo, referred, unqualified, type CType } from './ctype.ts';
import type { Token } from '../text/lexer.ts';
import type { Operand } from './operand.ts';

/** What arithmetic needs to know of the language and the machine. */
export interface Machine {
  readonly isCpp: boolean;
  readonly isClang: boolean;
  readonly pointerSize: number;
  /** In #if all integers have 64 bits (C17 6.10.1/4). */
  readonly wide?: true;
  /** A type by its one name. */
  basic(name: string): CType;
}

const INTEGERS = ['int', 'long', 'long long', '__int128'];
const FLOATS = ['_Float16', 'float', 'double', 'long double'];

export function isInteger(type: CType): boolean {
  return /^(integer|char|bool|enum)$/.test(type.layout?.kind ?? '') && type.form === undefined;
}

function isFloat(type: CType): boolean {
  return type.form === undefined && (type.layout?.kind === 'float' || type.key === 'long double');
}

function isScopedEnum({ tag }: CType): boolean {
  return tag?.scoped === true;
}

/** What has a value in arithmetic: no reference, no qualifiers, an array as a pointer. */
export function decayed(machine: Machine, operand: Operand): Operand {
  const type = unqualified(referred(operand.type));
  const { target } = type;
  if (type.form === 'array' && target !== undefined) {
    const { address, lack } = operand;
    return { type: pointerTo(target, machine.pointerSize), value: address, lack };
  }
  return type.form === 'function' ? { type: pointerTo(type, machine.pointerSize), lack: operand.lack } : { ...operand, type };
}

/** An integer narrower than an int becomes one. */
export function promoted(machine: Machine, given: Operand): Operand {
  const operand = decayed(machine, given);
  const { type } = operand;
  if (!isInteger(type) || machine.wide) return operand;
  const { value, lack } = operand;
  return { type: promotedType(machine, type), value, lack };
}

function promotedType(machine: Machine, type: CType): CType {
  if (INTEGERS.includes(type.key.replace(/^unsigned /, ''))) return type;
  const { size = 0, signed = false, enumerators = [] } = type.layout ?? {};
  // Where nothing of an unsigned enum needs the highest bit, clang has an int and g++ keeps it unsigned.
  const fits = machine.isCpp && machine.isClang && type.tag?.fixed === undefined && enumerators.length > 0;
  const small = size < 4 || (size === 4 && fits && enumerators.every(({ value }) => value < 1n << 31n));
  if (small || (size === 4 && signed)) return machine.basic('int');
  const name = INTEGERS.find((one) => machine.basic(one).layout?.size === size) ?? 'int';
  return machine.basic(signed ? name : `unsigned ${name}`);
}

/** The type in which two operands are computed. */
export function common(machine: Machine, a: Operand, b: Operand, at: number): CType {
  const [left, right] = [promoted(machine, a).type, promoted(machine, b).type];
  if (isFloat(left) || isFloat(right)) {
    const rank = (type: CType): number => (isFloat(type) ? FLOATS.indexOf(type.key) : -2);
    if (rank(left) === -1 || rank(right) === -1) throw notArithmetic(rank(left) === -1 ? left : right, at);
    return rank(left) >= rank(right) ? left : right;
  }
  if (!isInteger(left) || !isInteger(right)) throw notArithmetic(isInteger(left) ? right : left, at);
  if (machine.wide) return machine.basic(isSigned(left) && isSigned(right) ? 'long long' : 'unsigned long long');
  if (isScopedEnum(left) || isScopedEnum(right)) {
    if (left.key === right.key) return left;
    throw notArithmetic(isScopedEnum(left) ? left : right, at);
  }
  const rank = (type: CType): number => INTEGERS.indexOf(type.key.replace(/^unsigned /, ''));
  const [low, high] = rank(left) <= rank(right) ? [left, right] : [right, left];
  const holds = isSigned(high) && !isSigned(low) && (low.layout?.size ?? 0) >= (high.layout?.size ?? 0);
  if (rank(low) === rank(high)) return isSigned(left) ? right : left;
  return holds ? machine.basic(`unsigned ${high.key}`) : high;
}

function notArithmetic({ name }: CType, at: number): DeclarationError {
  return new DeclarationError(at, `A value of type ${quote(name)} is no number of a constant expression.`);
}

export function isSigned({ layout }: CType): boolean {
  return layout?.signed ?? false;
}

/** A value as a type has it: what a cast makes of it. */
export function cast(machine: Machine, given: Operand, to: CType, at: number): Operand {
  const type = referred(to);
  const operand = type.form === 'array' ? given : decayed(machine, given);
  const { value, lack } = operand;
  if (value === undefined) return { type, lack };
  const size = type.layout?.size ?? 0;
  if (type.form === 'pointer') {
    if (typeof value === 'bigint') return { type, value: BigInt.asUintN(size * 8, value) };
    return { type, lack: new DeclarationError(at, `A value of type ${quote(operand.type.name)} is no address.`) };
  }
  if (isFloat(type)) return { type, ...inFloat(type, value, at) };
  if (!isInteger(type)) return { type, lack: new DeclarationError(at, `Only casts to integers are understood here.`) };
  if (type.layout?.kind === 'bool') return { type, value: Number(value) === 0 ? 0n : 1n };
  if (typeof value === 'bigint') return { type, value: wrapped(value, type) };
  const cut = Number.isFinite(value) ? BigInt(Math.trunc(value)) : undefined;
  if (cut === undefined || wrapped(cut, type) !== cut)
    return { type, lack: new DeclarationError(at, `${value} does not fit ${quote(type.name)}.`) };
  return { type, value: cut };
}

/** Of float and double the value is computed as machines do; of the others it is not known. */
function inFloat(type: CType, value: bigint | number, at: number): Pick<Operand, 'value' | 'lack'> {
  if (type.key === 'float') return { value: Math.fround(Number(value)) };
  if (type.key === 'double') return { value: Number(value) };
  return { lack: new DeclarationError(at, `Values of ${quote(type.name)} are not computed here.`) };
}

/** The low bits of a value, as an integer type reads them. */
export function wrapped(value: bigint, type: CType): bigint {
  const bits = (type.layout?.size ?? 0) * 8;
  return isSigned(type) ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
}

export function truth(machine: Machine, yes: boolean | undefined, lack?: DeclarationError): Operand {
  const type = machine.basic(machine.isCpp && !machine.wide ? 'bool' : machine.wide ? 'long long' : 'int');
  return yes === undefined ? { type, lack } : { type, value: yes ? 1n : 0n };
}

/** Whether it is other than zero; undefined where that is not known. */
export function isTrue({ value }: Operand): boolean | undefined {
  return value === undefined ? undefined : Number(value) !== 0;
}

/** '-', '+', '~', '!'. `dead`: it is not evaluated, so that overflow is no error. */
export function applyPrefix(machine: Machine, token: Token, given: Operand, dead: boolean): Operand {
  const { text, at } = token;
  if (text === '!') {
    const yes = isTrue(decayed(machine, given));
    return truth(machine, yes === undefined ? undefined : !yes, given.lack);
  }
  const operand = promoted(machine, given);
  const { type, value } = operand;
  if (isFloat(type) && text !== '~') return { ...operand, value: typeof value === 'number' && text === '-' ? -value : value };
  if (text === '+' && type.form === 'pointer') return operand;
  if (!isInteger(type) || isScopedEnum(type)) throw notArithmetic(type, at);
  if (typeof value !== 'bigint' || text === '+') return operand;
  if (text === '~') return { type, value: wrapped(~value, type) };
  return fitting(token, -value, type, dead);
}

export function applyBinary(machine: Machine, token: Token, left: Operand, right: Operand, dead: boolean): Operand {
  const { text, at } = token;
  const lack = left.lack ?? right.lack;
  const [a, b] = [decayed(machine, left), decayed(machine, right)];
  if (text === '&&' || text === '||') return logical(machine, text, a, b, lack);
  if (text === '<<' || text === '>>') return shifted(machine, token, a, b, dead);
  if (a.type.form === 'pointer' || b.type.form === 'pointer') return onPointers(machine, token, a, b);
  const type = common(machine, a, b, at);
  const isComparison = /^([<>=!]=|[<>])$/.test(text);
  const [x, y] = [cast(machine, a, type, at), cast(machine, b, type, at)];
  const reason = lack ?? x.lack ?? y.lack;
  if (isComparison) {
    const known = x.value !== undefined && y.value !== undefined;
    return truth(machine, known ? compared(text, x.value ?? 0n, y.value ?? 0n) : undefined, reason);
  }
  if (isScopedEnum(type) || (isFloat(type) && /^[%&|^]$/.test(text))) throw notArithmetic(type, at);
  if (typeof x.value === 'number' && typeof y.value === 'number')
    return { type, ...inFloat(type, computed(text, x.value, y.value), at) };
  if (typeof x.value !== 'bigint' || typeof y.value !== 'bigint') return { type, lack: reason };
  if ((text === '/' || text === '%') && y.value === 0n) {
    const problem = new DeclarationError(at, 'This divides by zero.');
    return dead ? { type, value: 0n } : { type, lack: problem };
  }
  return fitting(token, calculated(text, x.value, y.value), type, dead);
}

function logical(machine: Machine, text: string, a: Operand, b: Operand, lack: Operand['lack']): Operand {
  const [x, y] = [isTrue(a), isTrue(b)];
  const decisive = text === '||';
  if (x === decisive) return truth(machine, decisive);
  return truth(machine, x === undefined ? undefined : y, lack);
}

function compared(text: string, x: bigint | number, y: bigint | number): boolean {
  if (text === '<') return x < y;
  if (text === '>') return x > y;
  if (text === '<=') return x <= y;
  if (text === '>=') return x >= y;
  return (text === '==') === (x === y);
}

function computed(text: string, x: number, y: number): number {
  return text === '+' ? x + y : text === '-' ? x - y : text === '*' ? x * y : x / y;
}

function calculated(text: string, x: bigint, y: bigint): bigint {
  switch (text) {
    case '*':
      return x * y;
    case '+':
      return x + y;
    case '-':
      return x - y;
    case '/':
      return x / y;
    case '%':
      return x % y;
    case '&':
      return x & y;
    case '|':
      return x | y;
    default:
      return x ^ y;
  }
}

/** Unsigned values wrap; a signed result that does not fit is an error. */
function fitting({ text, at }: Token, value: bigint, type: CType, dead: boolean): Operand {
  const result = wrapped(value, type);
  if (result === value || dead || !isSigned(type)) return { type, value: result };
  return { type, lack: new DeclarationError(at, `The result of ${quote(text)} does not fit ${type.key}.`) };
}

function shifted(machine: Machine, { text, at }: Token, a: Operand, b: Operand, dead: boolean): Operand {
  const left = promoted(machine, a);
  const right = promoted(machine, b);
  const { type } = left;
  if (!isInteger(type) || isScopedEnum(type)) throw notArithmetic(type, at);
  if (!isInteger(right.type)) throw notArithmetic(right.type, at);
  if (typeof left.value !== 'bigint' || typeof right.value !== 'bigint') return { type, lack: left.lack ?? right.lack };
  const bits = (type.layout?.size ?? 0) * 8;
  const count = right.value;
  if (count < 0n || count >= BigInt(bits)) {
    if (dead) return left;
    const remedy =
      bits === 32 && count >= 0n && count < 64n
        ? ` Write ${left.value}${machine.pointerSize === 8 ? 'L' : 'LL'} ${text} ${count}.`
        : '';
    const message = `A shift by ${count} does not fit the ${bits} bits of the value on its left.${remedy}`;
    return { type, lack: new DeclarationError(at, message) };
  }
  // gcc lets a 1 be shifted into the sign bit (1 << 31 is INT_MIN).
  return { type, value: text === '>>' ? left.value >> count : wrapped(left.value << count, type) };
}

function onPointers(machine: Machine, { text, at }: Token, a: Operand, b: Operand): Operand {
  const [x, y] = [a.value, b.value];
  const lack = a.lack ?? b.lack ?? new DeclarationError(at, 'The value of this pointer is not known.');
  const known = typeof x === 'bigint' && typeof y === 'bigint';
  if (/^([<>=!]=|[<>])$/.test(text)) return truth(machine, known ? compared(text, x, y) : undefined, lack);
  const both = a.type.form === 'pointer' && b.type.form === 'pointer';
  const pointer = a.type.form === 'pointer' ? a : b;
  const step = BigInt(pointer.type.target?.layout?.size ?? 1);
  if (both && text === '-') {
    const type = machine.basic(machine.pointerSize === 8 ? 'long' : 'int');
    return known && step > 0n ? { type, value: (x - y) / step } : { type, lack };
  }
  if (both || !/^[-+]$/.test(text) || (text === '-' && pointer === b)) throw notArithmetic(b.type, at);
  if (!known) return { type: pointer.type, lack };
  if (text === '-') return { type: pointer.type, value: x - y * step };
  return { type: pointer.type, value: pointer === a ? x + y * step : x * step + y };
}
