/** Calls in constant expressions: constexpr functions, and what compilers and the library bring along. */
import { DeclarationError, quote } from '../../errors.ts';
import { applyBinary, cast, decayed, isInteger, isSigned, isTrue, truth } from './arithmetic.ts';
import { readOperand } from './constant.ts';
import { completed, unqualified, type CType } from './ctype.ts';
import { Cursor } from '../text/cursor.ts';
import { readDeclarator } from '../declarations/declarator.ts';
import { runBody } from './interpret.ts';
import { declareLocal } from '../names/locals.ts';
import type { Token } from '../text/lexer.ts';
import { expressionNames } from '../names/names.ts';
import type { Operand } from './operand.ts';
import type { Reader } from '../reader.ts';
import { Scope, type FunctionEntity } from '../names/scope.ts';
import { readSpecifiers } from '../declarations/specifiers.ts';

/** At the '(' of its arguments. `dead`: the call is not evaluated. */
export function callFunction(r: Reader, entity: FunctionEntity, last: Token, dead: boolean): Operand {
  const given = r.at(r.cursor.group());
  return called(given, entity, argumentsOf(given), last, dead);
}

export function called(r: Reader, entity: FunctionEntity, values: readonly Operand[], last: Token, dead: boolean): Operand {
  const inClass = entity.scope.kind === 'class' || entity.scope.isInClass;
  const scope = new Scope('parameters', entity.scope, '', entity.before, inClass);
  if (dead && entity.result) return { type: entity.result, lack: notEvaluated(last.at) };
  bindParameters(r.at(new Cursor(entity.run, ...entity.parameters), scope), values, last.at);
  return r.nested(() => runBody(r.at(new Cursor(entity.run, ...entity.body), scope), entity.result, last.at));
}

function notEvaluated(at: number): DeclarationError {
  return new DeclarationError(at, 'This call is not evaluated.');
}

/** Of a call; 'pattern...' stands for one each. */
export function argumentsOf(given: Reader): Operand[] {
  return given.grammar.expand(given, (r) => readOperand(r.cursor, expressionNames(r)));
}

/** Names and converts the arguments; those that are left out have their defaults. */
function bindParameters(r: Reader, values: readonly Operand[], at: number): void {
  const { cursor } = r;
  let count = 0;
  for (; !cursor.atEnd; count++) {
    if (cursor.is('void') && cursor.ahead(1).kind === 'end') break;
    if (cursor.is('...')) throw new DeclarationError(cursor.at, 'A function with any number of arguments is not computed here.');
    const { name, type } = readDeclarator(r, readSpecifiers(r).type);
    const fallback = cursor.take('=') ? readOperand(cursor, expressionNames(r)) : undefined;
    const value = values[count] ?? fallback;
    if (value === undefined) throw new DeclarationError(at, 'This call has too few arguments.');
    if (name) declareLocal(r, name.text, type, value, at);
    cursor.take(',');
  }
  if (values.length > count) throw new DeclarationError(at, 'This call has too many arguments.');
}

/** Functions of the compiler, and of std, which have no declaration in the text; undefined where none is called. */
export function callNative(r: Reader, dead: boolean): Operand | undefined {
  const { cursor } = r;
  const { text, at } = cursor.token;
  const qualified = text === 'std' && cursor.ahead(1).text === '::';
  const name = qualified ? cursor.ahead(2).text : text;
  if (qualified ? !/^(max|min|declval|size)$/.test(name) : !NATIVE.test(name)) return undefined;
  if (!qualified && cursor.ahead(1).text !== '(') return undefined;
  cursor.advance();
  if (!qualified) return compilerFunction(r.at(cursor.group()), name, at, dead);
  cursor.advance();
  cursor.advance();
  let type: CType | undefined;
  if (cursor.take('<')) {
    type = r.grammar.typeName(r);
    if (!cursor.takeAngle()) throw r.odd();
  }
  if (!cursor.is('(')) throw r.odd();
  if (name === 'declval' || name === 'size') return unevaluated(r.at(cursor.group()), name, type, at);
  return extreme(r.at(cursor.group()), name, type, at);
}

const NATIVE =
  /^__is_(enum|class|union|empty|final)$|^__shmscope_(integer|float|signed)$|^__builtin_(popcount|clz|ctz|ffs)l{0,2}$|^__builtin_(constant_p|expect|types_compatible_p|choose_expr|bswap(16|32|64))$|^__shmscope_(max|min)$/;

/** std::declval<T>(), of which only the type counts, and std::size of an array. */
function unevaluated(given: Reader, name: string, type: CType | undefined, at: number): Operand {
  if (name === 'declval' && type) return { type, lack: notEvaluated(at), lvalue: type.form === 'reference' };
  const count = argumentsOf(given)[0]?.type.layout?.count;
  if (name === 'declval' || count === undefined)
    throw new DeclarationError(at, `This call of std::${name} is not computed here.`);
  return { type: expressionNames(given).basic('size_t'), value: BigInt(count) };
}

/** std::max and std::min, of two or of a list; both have one type. */
function extreme(given: Reader, name: string, type: CType | undefined, at: number): Operand {
  const { cursor } = given;
  const list = cursor.is('{') ? given.at(cursor.group()) : given;
  if (list !== given && !cursor.atEnd) throw given.odd();
  const names = expressionNames(given);
  const values = argumentsOf(list).map((one) => (type ? cast(names, one, type, at) : decayed(names, one)));
  const [first, ...rest] = values;
  if (first === undefined || (list === given && rest.length !== 1))
    throw new DeclarationError(at, `This call of std::${name} is not computed here.`);
  const operator = { kind: 'punctuator', text: '<', at, lineStart: false } as const;
  return rest.reduce((best, one) => {
    if (one.type.key !== best.type.key)
      throw new DeclarationError(at, `The arguments of std::${name} are ${quote(best.type.name)} and ${quote(one.type.name)}.`);
    const less = isTrue(
      name === 'max' ? applyBinary(names, operator, best, one, false) : applyBinary(names, operator, one, best, false),
    );
    return less === undefined ? { type: best.type, lack: best.lack ?? one.lack } : less ? one : best;
  }, first);
}

function compilerFunction(given: Reader, name: string, at: number, dead: boolean): Operand {
  const names = expressionNames(given);
  const int = names.basic('int');
  if (name.endsWith('types_compatible_p')) {
    const [a, b] = given.grammar.expand(given, (r) => r.grammar.typeName(r));
    const key = (type: CType | undefined): string => (type === undefined ? '' : unqualified(type).key);
    return { type: int, value: key(a) === key(b) ? 1n : 0n };
  }
  if (name.startsWith('__shmscope_m')) return limitOf(given.grammar.typeName(given), name.endsWith('max'), at);
  if (name.startsWith('__is_') || name.startsWith('__shmscope_'))
    return truth(names, isOfKind(given.grammar.typeName(given), name.replace(/^__(is|shmscope)_/, '')));
  const values = argumentsOf(given);
  const [first] = values;
  if (first === undefined) throw new DeclarationError(at, `${quote(name)} needs an argument.`);
  if (name === '__builtin_constant_p') return { type: int, value: first.value === undefined ? 0n : 1n };
  if (name === '__builtin_expect') return cast(names, first, names.basic('long'), at);
  if (name === '__builtin_choose_expr') return (isTrue(first) ? values[1] : values[2]) ?? first;
  return counted(given, name, first, at, dead);
}

/** Of bits: how many are set, and how many zeros come before and behind them. */
function counted(given: Reader, name: string, first: Operand, at: number, dead: boolean): Operand {
  const names = expressionNames(given);
  const swapped = /^__builtin_bswap(\d+)$/.exec(name)?.[1];
  const plain = name.replace(/^__builtin_/, '');
  const rank = plain.endsWith('ll') ? 'long long' : /[^l]l$/.test(plain) ? 'long' : 'int';
  const unsigned = names.basic(swapped === undefined ? `unsigned ${rank}` : `uint${swapped}_t`);
  const { value, lack } = cast(names, first, unsigned, at);
  const type = swapped === undefined ? names.basic('int') : unsigned;
  if (typeof value !== 'bigint') return { type, lack };
  const bits = (unsigned.layout?.size ?? 0) * 8;
  const digits = value.toString(2).padStart(bits, '0');
  if (swapped !== undefined) return { type, value: BigInt(`0b${(digits.match(/.{8}/g) ?? []).reverse().join('')}`) };
  if (value === 0n && /^c[lt]z/.test(plain) && !dead)
    return { type, lack: new DeclarationError(at, `${quote(name)} of 0 is not defined.`) };
  const trailing = bits - 1 - digits.lastIndexOf('1');
  if (plain.startsWith('popcount')) return { type, value: BigInt(digits.replaceAll('0', '').length) };
  if (plain.startsWith('clz')) return { type, value: BigInt(digits.indexOf('1')) };
  return { type, value: plain.startsWith('ffs') ? (value === 0n ? 0n : BigInt(trailing + 1)) : BigInt(trailing) };
}

/** What <type_traits> tells of a type. */
function isOfKind(type: CType, asked: string): boolean {
  if (type.failure) throw type.failure;
  const { kind = '', signed = false } = type.layout ?? {};
  if (type.form !== undefined) return false;
  const isNumber = isInteger(type) && kind !== 'enum';
  if (asked === 'integer') return isNumber;
  if (asked === 'float') return kind === 'float' || type.key.startsWith('long double');
  if (asked === 'signed') return kind === 'float' || (isNumber && signed);
  if (asked === 'enum') return kind === 'enum';
  if (asked === 'final') return type.tag !== undefined && completed(type.tag).final;
  if (asked === 'empty') return type.tag?.kind !== 'union' && (type.classInfo?.empty ?? false);
  const isClass = type.tag !== undefined && kind !== 'enum';
  return isClass && (type.tag?.kind === 'union') === (asked === 'union');
}

/** std::numeric_limits of an integer. */
function limitOf(type: CType, greatest: boolean, at: number): Operand {
  if (!isInteger(type)) return { type, lack: new DeclarationError(at, `The limits of ${quote(type.name)} are not known here.`) };
  const bits = type.layout?.kind === 'bool' ? 1n : BigInt((type.layout?.size ?? 0) * 8);
  const most = (1n << (isSigned(type) ? bits - 1n : bits)) - 1n;
  return { type: unqualified(type), value: greatest ? most : isSigned(type) ? -most - 1n : 0n };
}
