/** Integer constant expressions (C17 6.6, C++17 8.20) with the types that the language gives them. */
import type { TypeLayout } from '../../../api.d.ts';
import { DeclarationError, quote } from '../errors.ts';
import type { CType } from './ctype.ts';
import type { Cursor } from './cursor.ts';
import { characterValue, type Token } from './lexer.ts';

export interface Constant {
  readonly value: bigint;
  readonly bits: 32 | 64;
  readonly unsigned: boolean;
}

/** What an expression asks of the names around it. */
export interface Names {
  readonly longBits: 32 | 64;
  /** In #if all integers have 64 bits (C17 6.10.1/4). */
  readonly wide?: true;
  /** Of size_t. */
  readonly sizeBits: 32 | 64;
  /** Whether a type begins at the cursor. */
  startsType(cursor: Cursor): boolean;
  /** Reads a type name: 'struct x', 'unsigned long', 'T *[3]'. */
  type(cursor: Cursor): CType;
  /** Reads a type without a declarator, as it stands before '(' in 'uint32_t(3)'. */
  simpleType(cursor: Cursor): CType;
  /** Reads a name, its qualifiers and its arguments, as a value. */
  value(cursor: Cursor): Constant;
  /** The type of an operand of sizeof that is no type: 'table', '((struct s *)0)->name'. */
  operand(cursor: Cursor): CType;
  /** The offset that offsetof's operands give; behind its '('. */
  offset(cursor: Cursor): bigint;
}

const DEPTH_LIMIT = 256;
const SIZE_OPERATORS = /^(sizeof|_Alignof|alignof|__alignof__|__alignof)$/;
const BINARY: ReadonlyMap<string, number> = new Map(
  [['||'], ['&&'], ['|'], ['^'], ['&'], ['==', '!='], ['<', '>', '<=', '>='], ['<<', '>>'], ['+', '-'], ['*', '/', '%']].flatMap(
    (operators, level) => operators.map((operator): [string, number] => [operator, level + 1]),
  ),
);

/** Reads a conditional expression; as a template argument it ends before a '>' that stands in no parentheses. */
export function readConstant(cursor: Cursor, names: Names, asArgument = false): Constant {
  return new Evaluator(cursor, names, asArgument).conditional();
}

/** The whole of what the cursor runs over. */
export function readWhole(cursor: Cursor, names: Names): Constant {
  const value = readConstant(cursor, names);
  if (!cursor.atEnd) throw new DeclarationError(cursor.at, `${quote(cursor.text)} does not belong in a constant expression.`);
  return value;
}

/** An int, or the smallest wider type that holds the value. */
export function constantOf(value: bigint): Constant {
  const bits = BigInt.asIntN(32, value) === value ? 32 : 64;
  return { value, bits, unsigned: value >= 1n << 63n };
}

class Evaluator {
  readonly #cursor: Cursor;
  readonly #names: Names;
  /** In parentheses a '>' compares; without, it ends template arguments. */
  #asArgument: boolean;
  #depth = 0;
  /** Inside an operand that is not evaluated (0 && …), overflow and division by zero are no errors. */
  #dead = 0;

  constructor(cursor: Cursor, names: Names, asArgument: boolean) {
    this.#cursor = cursor;
    this.#names = names;
    this.#asArgument = asArgument;
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > DEPTH_LIMIT)
      throw new DeclarationError(this.#cursor.at, `This expression nests deeper than ${DEPTH_LIMIT} levels.`);
    const result = read();
    this.#depth--;
    return result;
  }

  #unless(dead: boolean, read: () => Constant): Constant {
    if (dead) this.#dead++;
    const result = read();
    if (dead) this.#dead--;
    return result;
  }

  conditional(): Constant {
    return this.#nested(() => {
      const condition = this.#binary(1);
      if (!this.#cursor.take('?')) return condition;
      const yes = this.#unless(condition.value === 0n, () => this.conditional());
      this.#cursor.expect(':');
      const no = this.#unless(condition.value !== 0n, () => this.conditional());
      const { bits, unsigned } = common(yes, no);
      return wrap(condition.value === 0n ? no.value : yes.value, bits, unsigned);
    });
  }

  #binary(level: number): Constant {
    let left = this.#unary();
    for (;;) {
      const operator = this.#operator(level);
      if (operator === undefined) return left;
      const own = BINARY.get(operator.text) ?? 0;
      const first = left;
      const dead = (operator.text === '&&' && first.value === 0n) || (operator.text === '||' && first.value !== 0n);
      const right = this.#nested(() => this.#unless(dead, () => this.#binary(own + 1)));
      left = this.#apply(operator, first, right);
    }
  }

  #operator(level: number): Token | undefined {
    const { token, atEnd } = this.#cursor;
    if (atEnd || (this.#asArgument && token.text.startsWith('>'))) return undefined;
    const own = BINARY.get(token.text);
    return own === undefined || own < level ? undefined : this.#cursor.advance();
  }

  #apply(operator: Token, left: Constant, right: Constant): Constant {
    const a = left.value;
    const b = right.value;
    const truth = (yes: boolean): Constant => ({ value: yes ? 1n : 0n, bits: 32, unsigned: false });
    if (operator.text === '&&') return truth(a !== 0n && b !== 0n);
    if (operator.text === '||') return truth(a !== 0n || b !== 0n);
    if (operator.text === '<<' || operator.text === '>>') return this.#shift(operator, left, right);
    const { bits, unsigned } = common(left, right);
    const x = wrap(a, bits, unsigned).value;
    const y = wrap(b, bits, unsigned).value;
    const result = (value: bigint): Constant => this.#checked(operator, value, bits, unsigned);
    switch (operator.text) {
      case '*':
        return result(x * y);
      case '+':
        return result(x + y);
      case '-':
        return result(x - y);
      case '/':
      case '%':
        if (y === 0n && this.#dead === 0) throw new DeclarationError(operator.at, 'This divides by zero.');
        return result(y === 0n ? 0n : operator.text === '/' ? x / y : x % y);
      case '&':
        return result(x & y);
      case '|':
        return result(x | y);
      case '^':
        return result(x ^ y);
      case '<':
        return truth(x < y);
      case '>':
        return truth(x > y);
      case '<=':
        return truth(x <= y);
      case '>=':
        return truth(x >= y);
      case '==':
        return truth(x === y);
      default:
        return truth(x !== y);
    }
  }

  #shift(operator: Token, left: Constant, right: Constant): Constant {
    const { bits, unsigned } = left;
    if (right.value < 0n || right.value >= BigInt(bits)) {
      if (this.#dead > 0) return left;
      const remedy =
        bits === 32 && right.value >= 0n && right.value < 64n ? ` Write ${left.value}L ${operator.text} ${right.value}.` : '';
      throw new DeclarationError(
        operator.at,
        `A shift by ${right.value} does not fit the ${bits} bits of the value on its left.${remedy}`,
      );
    }
    if (operator.text === '>>') return { ...left, value: left.value >> right.value };
    // gcc lets a 1 be shifted into the sign bit (1 << 31 is INT_MIN).
    return wrap(left.value << right.value, bits, unsigned);
  }

  #checked(operator: Token, value: bigint, bits: 32 | 64, unsigned: boolean): Constant {
    const wrapped = wrap(value, bits, unsigned);
    if (!unsigned && wrapped.value !== value && this.#dead === 0) {
      throw new DeclarationError(
        operator.at,
        `The result of ${quote(operator.text)} does not fit ${bits === 32 ? 'int' : 'long'}.`,
      );
    }
    return wrapped;
  }

  #unary(): Constant {
    const cursor = this.#cursor;
    if (cursor.atEnd) throw new DeclarationError(cursor.at, 'A value is missing in this expression.');
    const { token } = cursor;
    if (token.text === '(') return this.#nested(() => this.#parenthesized());
    if (['-', '+', '~', '!'].includes(token.text)) return this.#prefix(cursor.advance());
    if (token.text === '__extension__') return this.#nested(() => (cursor.advance(), this.#unary()));
    if (SIZE_OPERATORS.test(token.text)) return this.#sizeOf(cursor.advance());
    if (/^(__builtin_)?offsetof$/.test(token.text)) return this.#offsetOf(cursor.advance());
    if (/^(static|const|reinterpret)_cast$/.test(token.text)) return this.#namedCast(cursor.advance());
    if (token.kind === 'number') return literal(cursor.advance(), this.#names.longBits, this.#names.wide);
    if (token.kind === 'char') return { value: characterValue(cursor.advance()), bits: 32, unsigned: false };
    if (token.kind !== 'name' && token.text !== '::')
      throw new DeclarationError(token.at, `${quote(token.text)} is no value of a constant expression.`);
    return this.#names.startsType(cursor) ? this.#functionalCast() : this.#names.value(cursor);
  }

  #inside<T>(read: () => T): T {
    const before = this.#asArgument;
    this.#asArgument = false;
    const result = read();
    this.#asArgument = before;
    return result;
  }

  #parenthesized(): Constant {
    const cursor = this.#cursor;
    const open = cursor.advance();
    if (this.#names.startsType(cursor)) {
      const back = cursor.mark();
      const type = this.#names.type(cursor);
      if (cursor.take(')')) return this.#convert(this.#unary(), type, open);
      // A value of a type: '(uint32_t(3) + 1)'.
      back();
    }
    const value = this.#inside(() => this.conditional());
    cursor.expect(')');
    return value;
  }

  /** 'uint32_t(3)', 'Level{2}'. */
  #functionalCast(): Constant {
    const cursor = this.#cursor;
    const { token } = cursor;
    const type = this.#names.simpleType(cursor);
    const closing = cursor.is('(') ? ')' : '}';
    if (!cursor.take('(') && !cursor.take('{'))
      throw new DeclarationError(token.at, `${quote(token.text)} is a type, and a value is expected here.`);
    const zero: Constant = { value: 0n, bits: 32, unsigned: false };
    const value = cursor.is(closing) ? zero : this.#inside(() => this.#nested(() => this.conditional()));
    cursor.expect(closing);
    return this.#convert(value, type, token);
  }

  #namedCast(token: Token): Constant {
    this.#cursor.expect('<');
    const type = this.#names.type(this.#cursor);
    if (!this.#cursor.takeAngle()) throw new DeclarationError(this.#cursor.at, "'>' is missing in this cast.");
    this.#cursor.expect('(');
    const value = this.#inside(() => this.#nested(() => this.conditional()));
    this.#cursor.expect(')');
    return this.#convert(value, type, token);
  }

  #prefix(token: Token): Constant {
    const operand = this.#nested(() => this.#unary());
    if (token.text === '!') return { value: operand.value === 0n ? 1n : 0n, bits: 32, unsigned: false };
    if (token.text === '+') return operand;
    const { bits, unsigned } = operand;
    return token.text === '~' ? wrap(~operand.value, bits, unsigned) : this.#checked(token, -operand.value, bits, unsigned);
  }

  #convert(operand: Constant, { layout }: CType, { at }: Token): Constant {
    const value = layout && converted(operand, layout);
    if (value === undefined) throw new DeclarationError(at, 'Only casts to integers are understood here.');
    return value;
  }

  #sizeOf(token: Token): Constant {
    const cursor = this.#cursor;
    const what = token.text === 'sizeof' ? 'size' : 'alignment';
    const type = this.#nested(() => this.#sized(token));
    const { layout } = type;
    if (layout !== undefined) return { value: BigInt(layout[what]), bits: this.#names.sizeBits, unsigned: true };
    if (type.failure) throw type.failure;
    throw new DeclarationError(cursor.at, `${type.name} has no size: it is ${type.lack}.`);
  }

  #sized(token: Token): CType {
    const cursor = this.#cursor;
    if (!cursor.is('(')) {
      if (token.text !== 'sizeof') throw new DeclarationError(token.at, `${token.text} needs its operand in parentheses here.`);
      return this.#names.operand(cursor);
    }
    const back = cursor.mark();
    const inner = cursor.group();
    if (this.#names.startsType(inner)) {
      const type = this.#names.type(inner);
      if (inner.atEnd) return type;
    }
    back();
    return this.#names.operand(cursor);
  }

  #offsetOf(token: Token): Constant {
    if (!this.#cursor.is('(')) throw new DeclarationError(token.at, `${token.text} needs a type and a member in parentheses.`);
    return { value: this.#names.offset(this.#cursor.group()), bits: this.#names.sizeBits, unsigned: true };
  }
}

/** A value as an integer type has it; undefined where the type is none. */
export function converted(operand: Constant, { kind, size, signed = false }: TypeLayout): Constant | undefined {
  if (!/^(integer|char|bool|enum)$/.test(kind) || size > 8) return undefined;
  if (kind === 'bool') return { value: operand.value === 0n ? 0n : 1n, bits: 32, unsigned: false };
  const bits = size * 8;
  const value = signed ? BigInt.asIntN(bits, operand.value) : BigInt.asUintN(bits, operand.value);
  return { value, bits: bits === 64 ? 64 : 32, unsigned: !signed && bits >= 32 };
}

/** The usual arithmetic conversions (C17 6.3.1.8) among int, unsigned, long and unsigned long. */
function common(a: Constant, b: Constant): { bits: 32 | 64; unsigned: boolean } {
  const bits = a.bits === 64 || b.bits === 64 ? 64 : 32;
  return { bits, unsigned: (a.unsigned && a.bits === bits) || (b.unsigned && b.bits === bits) };
}

function wrap(value: bigint, bits: 32 | 64, unsigned: boolean): Constant {
  return { value: unsigned ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value), bits, unsigned };
}

/** An integer literal; its type is the first of C17 6.4.4.1's table that holds it. */
function literal(token: Token, longBits: 32 | 64, wide = false): Constant {
  const match = /^(0[xX][0-9a-fA-F]+|0[bB][01]+|0[0-7]*|[1-9]\d*)([uU]?[lL]{0,2}|[lL]{1,2}[uU]?)$/.exec(
    token.text.replaceAll("'", ''),
  );
  const digits = match?.[1];
  if (digits === undefined || digits.length > 70)
    throw new DeclarationError(token.at, `${quote(token.text)} is no integer constant.`);
  const value = /^0[0-7]+$/.test(digits) ? BigInt(`0o${digits.slice(1)}`) : BigInt(digits);
  if (value >= 1n << 64n) throw new DeclarationError(token.at, `${quote(token.text)} does not fit 64 bits.`);
  const suffix = match?.[2]?.toLowerCase() ?? '';
  const decimal = /^[1-9]/.test(digits);
  const long = suffix.includes('l');
  const forcedUnsigned = suffix.includes('u');
  if (wide) return { value, bits: 64, unsigned: forcedUnsigned || value >= 1n << 63n };
  const short = !long || (suffix.replace('u', '') === 'l' && longBits === 32);
  if (short && !forcedUnsigned && value < 1n << 31n) return { value, bits: 32, unsigned: false };
  if (short && (forcedUnsigned || !decimal) && value < 1n << 32n) return { value, bits: 32, unsigned: true };
  return { value, bits: 64, unsigned: forcedUnsigned || value >= 1n << 63n };
}
