/** Integer constant expressions (C17 6.6) with the types that C gives them. */
import { DeclarationError, quote } from '../errors.ts';
import { characterValue, type Token } from './lexer.ts';

export interface Constant {
  readonly value: bigint;
  readonly bits: 32 | 64;
  readonly unsigned: boolean;
}

export interface ConstantScope {
  /** An enumeration constant, or undefined where the name is none. */
  lookup(name: string): bigint | undefined;
  /** sizeof or _Alignof of the type or value that the tokens name. */
  sizeOf(what: 'size' | 'alignment', operand: readonly Token[]): bigint;
  /** Whether a name begins a type, so that '(name)' is a cast. */
  isType(name: string): boolean;
  /** Why an unknown name may be unknown, as a sentence. */
  readonly hint: string;
}

const DEPTH_LIMIT = 256;
const BINARY: ReadonlyMap<string, number> = new Map(
  [['||'], ['&&'], ['|'], ['^'], ['&'], ['==', '!='], ['<', '>', '<=', '>='], ['<<', '>>'], ['+', '-'], ['*', '/', '%']].flatMap(
    (operators, level) => operators.map((operator): [string, number] => [operator, level + 1]),
  ),
);

/** Evaluates the whole of `tokens`; `at` is where to point if there are none. */
export function evaluate(tokens: readonly Token[], scope: ConstantScope, at: number): Constant {
  return new Evaluator(tokens, scope, at).whole();
}

/** An int, or the smallest wider type that holds the value. */
export function constantOf(value: bigint): Constant {
  const bits = BigInt.asIntN(32, value) === value ? 32 : 64;
  return { value, bits, unsigned: value >= 1n << 63n };
}

class Evaluator {
  readonly #tokens: readonly Token[];
  readonly #scope: ConstantScope;
  readonly #start: number;
  #next = 0;
  #depth = 0;
  /** Inside an operand that is not evaluated (0 && …), overflow and division by zero are no errors. */
  #dead = 0;

  constructor(tokens: readonly Token[], scope: ConstantScope, at: number) {
    this.#tokens = tokens;
    this.#scope = scope;
    this.#start = at;
  }

  whole(): Constant {
    const value = this.#conditional();
    const rest = this.#tokens[this.#next];
    if (rest) throw new DeclarationError(rest.at, `${quote(rest.text)} does not belong in a constant expression.`);
    return value;
  }

  get #at(): number {
    return this.#tokens[this.#next]?.at ?? this.#tokens.at(-1)?.at ?? this.#start;
  }

  #take(text: string): boolean {
    if (this.#tokens[this.#next]?.text !== text) return false;
    this.#next++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw new DeclarationError(this.#at, `'${text}' is missing in this expression.`);
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > DEPTH_LIMIT)
      throw new DeclarationError(this.#at, `This expression nests deeper than ${DEPTH_LIMIT} levels.`);
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

  #conditional(): Constant {
    return this.#nested(() => {
      const condition = this.#binary(1);
      if (!this.#take('?')) return condition;
      const yes = this.#unless(condition.value === 0n, () => this.#conditional());
      this.#expect(':');
      const no = this.#unless(condition.value !== 0n, () => this.#conditional());
      const { bits, unsigned } = common(yes, no);
      return wrap(condition.value === 0n ? no.value : yes.value, bits, unsigned);
    });
  }

  #binary(level: number): Constant {
    let left = this.#unary();
    for (;;) {
      const operator = this.#tokens[this.#next];
      const own = BINARY.get(operator?.text ?? '');
      if (operator === undefined || own === undefined || own < level) return left;
      this.#next++;
      const first = left;
      const dead = (operator.text === '&&' && first.value === 0n) || (operator.text === '||' && first.value !== 0n);
      const right = this.#nested(() => this.#unless(dead, () => this.#binary(own + 1)));
      left = this.#apply(operator, first, right);
    }
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
    const token = this.#tokens[this.#next];
    if (token === undefined) throw new DeclarationError(this.#at, 'A value is missing in this expression.');
    this.#next++;
    if (token.text === '(' && this.#castAhead()) return this.#cast();
    if (token.text === '(') return this.#nested(() => this.#parenthesized());
    if (['-', '+', '~', '!'].includes(token.text)) return this.#prefix(token);
    if (token.text === '__extension__') return this.#nested(() => this.#unary());
    if (/^(sizeof|_Alignof|alignof|__alignof__|__alignof)$/.test(token.text)) return this.#sizeOf(token);
    if (token.kind === 'number') return literal(token);
    if (token.kind === 'char') return { value: characterValue(token), bits: 32, unsigned: false };
    return this.#name(token);
  }

  #name(token: Token): Constant {
    if (token.kind !== 'name') throw new DeclarationError(token.at, `${quote(token.text)} is no value of a constant expression.`);
    const value = this.#scope.lookup(token.text);
    if (value === undefined)
      throw new DeclarationError(token.at, `The constant ${quote(token.text)} is not known.${this.#scope.hint}`);
    return constantOf(value);
  }

  #parenthesized(): Constant {
    const value = this.#conditional();
    this.#expect(')');
    return value;
  }

  #prefix(token: Token): Constant {
    const operand = this.#nested(() => this.#unary());
    if (token.text === '!') return { value: operand.value === 0n ? 1n : 0n, bits: 32, unsigned: false };
    if (token.text === '+') return operand;
    const { bits, unsigned } = operand;
    return token.text === '~' ? wrap(~operand.value, bits, unsigned) : this.#checked(token, -operand.value, bits, unsigned);
  }

  #castAhead(): boolean {
    const token = this.#tokens[this.#next];
    return token?.kind === 'name' && this.#scope.isType(token.text);
  }

  /** Tokens up to the ')' that matches the '(' just taken. */
  #toClose(): readonly Token[] {
    const from = this.#next;
    for (let depth = 1; this.#next < this.#tokens.length; this.#next++) {
      const text = this.#tokens[this.#next]?.text;
      if (text === '(') depth++;
      if (text === ')' && --depth === 0) return this.#tokens.slice(from, this.#next++);
    }
    throw new DeclarationError(this.#at, "')' is missing in this expression.");
  }

  #cast(): Constant {
    const at = this.#at;
    const type = this.#toClose();
    const operand = this.#nested(() => this.#unary());
    const bits = Number(this.#scope.sizeOf('size', type)) * 8;
    const words = type.map((token) => token.text).join(' ');
    if (!(bits === 8 || bits === 16 || bits === 32 || bits === 64) || words.includes('*'))
      throw new DeclarationError(at, 'Only casts to integers are understood here.');
    const unsigned = /unsigned|^_?_?u|size_t|_Bool|^bool/.test(words) && !/ssize_t/.test(words);
    const value = unsigned ? BigInt.asUintN(bits, operand.value) : BigInt.asIntN(bits, operand.value);
    return bits === 64 ? { value, bits, unsigned } : { value, bits: 32, unsigned: unsigned && bits === 32 };
  }

  #sizeOf(token: Token): Constant {
    const what = token.text === 'sizeof' ? 'size' : 'alignment';
    if (!this.#take('(')) throw new DeclarationError(token.at, `${token.text} needs its operand in parentheses here.`);
    return { value: this.#scope.sizeOf(what, this.#toClose()), bits: 64, unsigned: true };
  }
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
function literal(token: Token): Constant {
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
  if (!long && !forcedUnsigned && value < 1n << 31n) return { value, bits: 32, unsigned: false };
  if (!long && (forcedUnsigned || !decimal) && value < 1n << 32n) return { value, bits: 32, unsigned: true };
  return { value, bits: 64, unsigned: forcedUnsigned || value >= 1n << 63n };
}
