/** Expressions, with the types that the language gives them, and their values where these are known. */
import { DeclarationError, quote } from '../../errors.ts';
import { applyBinary, applyPrefix, cast, common, decayed, isTrue, type Machine } from './arithmetic.ts';
import { arrayFunction, isLibraryArray } from './arrays.ts';
import { referred, type CType } from './ctype.ts';
import type { Cursor } from '../text/cursor.ts';
import { characterOf, numberOf, stringOf } from './literals.ts';
import type { Token } from '../text/lexer.ts';
import type { Operand } from './operand.ts';
import { addressOf, element, member, target, writable } from './places.ts';

/** What an expression asks of the names around it. */
export interface Names extends Machine {
  /** Whether a type begins at the cursor. */
  startsType(cursor: Cursor): boolean;
  /** Reads a type name: 'struct x', 'unsigned long', 'T *[3]'. */
  type(cursor: Cursor): CType;
  /** Reads a type without a declarator, as it stands before '(' in 'uint32_t(3)'. */
  simpleType(cursor: Cursor): CType;
  /** Reads a name, its qualifiers and its arguments, or a call; `dead`: it is not evaluated. */
  value(cursor: Cursor, dead: boolean): Operand;
  /** The offset that offsetof's operands give; behind its '('. */
  offset(cursor: Cursor): bigint;
  /** Size or alignment of a type, as the operator says. */
  measure(operator: string, type: CType, at: number): bigint;
  /** How many a pack holds: 'sizeof...(name)'. */
  packLength(name: Token): bigint;
  /** A fold in parentheses, at its '('; undefined where it is none. */
  fold(cursor: Cursor): Operand | undefined;
}

const DEPTH_LIMIT = 256;
const SIZE_OPERATORS = /^(sizeof|_Alignof|alignof|__alignof__|__alignof)$/;
const ASSIGNMENT = /^([-+*/%&|^]|<<|>>)?=$/;
const BINARY: ReadonlyMap<string, number> = new Map(
  [['||'], ['&&'], ['|'], ['^'], ['&'], ['==', '!='], ['<', '>', '<=', '>='], ['<<', '>>'], ['+', '-'], ['*', '/', '%']].flatMap(
    (operators, level) => operators.map((operator): [string, number] => [operator, level + 1]),
  ),
);
/** Words of C++ that are operators (C++17 5.5). */
const WORDS: Readonly<Record<string, string>> = {
  ...{ and: '&&', or: '||', not: '!', bitand: '&', bitor: '|', xor: '^', compl: '~', not_eq: '!=' },
};

export class Evaluator {
  readonly #cursor: Cursor;
  readonly #names: Names;
  /** In parentheses a '>' compares; without, it ends template arguments. */
  #asArgument: boolean;
  #depth = 0;
  /** Inside an operand that is not evaluated (0 && …, sizeof), overflow and division by zero are no errors. */
  #dead: number;

  constructor(cursor: Cursor, names: Names, asArgument = false, dead = false) {
    this.#cursor = cursor;
    this.#names = names;
    this.#asArgument = asArgument;
    this.#dead = dead ? 1 : 0;
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > DEPTH_LIMIT)
      throw new DeclarationError(this.#cursor.at, `This expression nests deeper than ${DEPTH_LIMIT} levels.`);
    const result = read();
    this.#depth--;
    return result;
  }

  #unless(dead: boolean, read: () => Operand): Operand {
    if (dead) this.#dead++;
    const result = read();
    if (dead) this.#dead--;
    return result;
  }

  /** 'a, b' */
  comma(): Operand {
    let last = this.assignment();
    while (this.#cursor.take(',')) last = this.assignment();
    return last;
  }

  assignment(): Operand {
    const left = this.conditional();
    const cursor = this.#cursor;
    if (cursor.atEnd || cursor.token.kind !== 'punctuator' || !ASSIGNMENT.test(cursor.text)) return left;
    const token = cursor.advance();
    const right = this.#nested(() => this.assignment());
    const operator = { ...token, text: token.text.slice(0, -1) };
    const dead = this.#dead > 0;
    const value = operator.text === '' ? right : applyBinary(this.#names, operator, left, right, dead);
    return this.#store(left, value, token);
  }

  #store(left: Operand, value: Operand, { at }: Token): Operand {
    const made = cast(this.#names, value, left.type, at);
    if (left.cell !== undefined && this.#dead === 0) {
      if (made.value === undefined && made.lack) throw made.lack;
      left.cell.value = made.value;
    }
    return { ...made, cell: left.cell, lvalue: true, lack: left.cell ? made.lack : (left.lack ?? writable(at)) };
  }

  conditional(): Operand {
    return this.#nested(() => {
      const condition = this.#binary(1);
      const question = this.#cursor.token;
      if (!this.#cursor.take('?')) return condition;
      const truth = isTrue(decayed(this.#names, condition));
      const short = this.#cursor.is(':');
      const yes = short ? condition : this.#unless(truth !== true, () => this.#inside(() => this.comma()));
      this.#cursor.expect(':');
      const no = this.#unless(truth !== false, () => this.assignment());
      const chosen = truth === undefined ? { type: yes.type, lack: condition.lack } : truth ? yes : no;
      const type = this.#either(yes, no, question.at);
      if (type === undefined) return { ...chosen, cell: undefined };
      return chosen.value === undefined ? { type, lack: chosen.lack } : cast(this.#names, chosen, type, question.at);
    });
  }

  /** The type of both branches; undefined where they have it already. */
  #either(yes: Operand, no: Operand, at: number): CType | undefined {
    const [a, b] = [decayed(this.#names, yes).type, decayed(this.#names, no).type];
    if (this.#names.isCpp && a.key === b.key) return undefined;
    if (a.form === 'pointer' || b.form === 'pointer') return a.form === 'pointer' ? a : b;
    if (a.key === b.key && /^(struct|union)$/.test(a.layout?.kind ?? '')) return undefined;
    return common(this.#names, yes, no, at);
  }

  #binary(level: number): Operand {
    let left = this.#unary();
    for (;;) {
      const operator = this.#operator(level);
      if (operator === undefined) return left;
      const own = BINARY.get(operator.text) ?? 0;
      const first = left;
      const truth = /^(&&|\|\|)$/.test(operator.text) ? isTrue(decayed(this.#names, first)) : undefined;
      const dead = truth === (operator.text === '||') && truth !== undefined;
      const right = this.#nested(() => this.#unless(dead, () => this.#binary(own + 1)));
      left = applyBinary(this.#names, operator, first, right, this.#dead > 0);
    }
  }

  #operator(level: number): Token | undefined {
    const { token, atEnd } = this.#cursor;
    if (atEnd || (this.#asArgument && token.text.startsWith('>'))) return undefined;
    const text = token.kind === 'name' && this.#names.isCpp ? (WORDS[token.text] ?? token.text) : token.text;
    const own = BINARY.get(text);
    return own === undefined || own < level || token.kind === 'string' ? undefined : { ...this.#cursor.advance(), text };
  }

  #unary(): Operand {
    const cursor = this.#cursor;
    if (cursor.atEnd) throw new DeclarationError(cursor.at, 'A value is missing in this expression.');
    const { token } = cursor;
    const text = token.kind === 'name' && this.#names.isCpp ? (WORDS[token.text] ?? token.text) : token.text;
    if (token.kind === 'punctuator' || text !== token.text) {
      if (['-', '+', '~', '!', '&', '*', '++', '--'].includes(text)) return this.#prefix({ ...cursor.advance(), text });
      if (text === '(') return this.#nested(() => this.#parenthesized());
    }
    if (token.text === '__extension__') return this.#nested(() => (cursor.advance(), this.#unary()));
    if (SIZE_OPERATORS.test(token.text)) return this.#sizeOf(cursor.advance());
    return this.#postfix(this.#primary(token));
  }

  #primary(token: Token): Operand {
    const cursor = this.#cursor;
    if (/^(__builtin_)?offsetof$/.test(token.text)) return this.#offsetOf(cursor.advance());
    if (/^(static|const|reinterpret)_cast$/.test(token.text)) return this.#namedCast(cursor.advance());
    if (token.kind === 'number') return numberOf(this.#names, cursor.advance());
    if (token.kind === 'char') return characterOf(this.#names, cursor.advance());
    if (token.kind === 'string') return this.#strings();
    if (token.kind !== 'name' && token.text !== '::')
      throw new DeclarationError(token.at, `${quote(token.text)} is no value of a constant expression.`);
    return this.#names.startsType(cursor) ? this.#functionalCast() : this.#names.value(cursor, this.#dead > 0);
  }

  #strings(): Operand {
    const tokens: Token[] = [];
    while (!this.#cursor.atEnd && this.#cursor.token.kind === 'string') tokens.push(this.#cursor.advance());
    return stringOf(this.#names, tokens);
  }

  #postfix(first: Operand): Operand {
    const cursor = this.#cursor;
    let operand = first;
    while (!cursor.atEnd && cursor.token.kind === 'punctuator') {
      const { token } = cursor;
      if (token.text === '[') {
        cursor.advance();
        const index = this.#inside(() => this.#nested(() => this.comma()));
        cursor.expect(']');
        operand = element(this.#names, operand, index, token.at);
      } else if (token.text === '.' || token.text === '->') {
        cursor.advance();
        const name = cursor.takeName() ?? cursor.token;
        operand = this.#called(operand, name, token) ?? member(this.#names, operand, name, token);
      } else if (token.text === '++' || token.text === '--') {
        cursor.advance();
        const before = operand;
        this.#step(operand, token);
        operand = { type: referred(before.type), value: before.value, lack: before.lack };
      } else break;
    }
    return operand;
  }

  /** 'array.size()' */
  #called(operand: Operand, name: Token, { text }: Token): Operand | undefined {
    const cursor = this.#cursor;
    if (text !== '.' || !cursor.is('(') || !isLibraryArray(operand.type)) return undefined;
    cursor.advance();
    const index = cursor.is(')') ? undefined : this.#inside(() => this.#nested(() => this.conditional()));
    cursor.expect(')');
    return arrayFunction(this.#names, operand, name, index);
  }

  #step(operand: Operand, token: Token): Operand {
    const one: Operand = { type: this.#names.basic('int'), value: 1n };
    const operator = { ...token, text: token.text.slice(1) };
    return this.#store(operand, applyBinary(this.#names, operator, operand, one, this.#dead > 0), token);
  }

  #inside<T>(read: () => T): T {
    const before = this.#asArgument;
    this.#asArgument = false;
    const result = read();
    this.#asArgument = before;
    return result;
  }

  #parenthesized(): Operand {
    const cursor = this.#cursor;
    const fold = this.#names.fold(cursor);
    if (fold) return fold;
    const open = cursor.advance();
    if (this.#names.startsType(cursor)) {
      const back = cursor.mark();
      const type = this.#names.type(cursor);
      if (cursor.take(')')) {
        if (cursor.is('{')) return this.#postfix(this.#braced(type, open));
        return cast(this.#names, this.#unary(), type, open.at);
      }
      // A value of a type: '(uint32_t(3) + 1)'.
      back();
    }
    const value = this.#inside(() => this.comma());
    cursor.expect(')');
    return this.#postfix({ ...value, named: false });
  }

  /** 'uint32_t(3)', 'Level{2}'. */
  #functionalCast(): Operand {
    const cursor = this.#cursor;
    const { token } = cursor;
    const type = this.#names.simpleType(cursor);
    if (!cursor.is('(') && !cursor.is('{'))
      throw new DeclarationError(token.at, `${quote(token.text)} is a type, and a value is expected here.`);
    return this.#braced(type, token);
  }

  /** From '(' or '{' on: of a class the value is not known. */
  #braced(type: CType, { at }: Token): Operand {
    const cursor = this.#cursor;
    if (/^(struct|union|array|opaque|sync)$/.test(type.layout?.kind ?? '')) {
      cursor.skipGroup();
      return { type, lack: new DeclarationError(at, 'Only casts to integers are understood here.') };
    }
    const closing = cursor.advance().text === '(' ? ')' : '}';
    const zero: Operand = { type: this.#names.basic('int'), value: 0n };
    const value = cursor.is(closing) ? zero : this.#inside(() => this.#nested(() => this.conditional()));
    cursor.expect(closing);
    return cast(this.#names, value, type, at);
  }

  #namedCast(token: Token): Operand {
    this.#cursor.expect('<');
    const type = this.#names.type(this.#cursor);
    if (!this.#cursor.takeAngle()) throw new DeclarationError(this.#cursor.at, "'>' is missing in this cast.");
    this.#cursor.expect('(');
    const value = this.#inside(() => this.#nested(() => this.comma()));
    this.#cursor.expect(')');
    return cast(this.#names, value, type, token.at);
  }

  #prefix(token: Token): Operand {
    const operand = this.#nested(() => this.#unary());
    if (token.text === '&') return addressOf(this.#names, operand, token.at);
    if (token.text === '*') return target(this.#names, operand, token.at);
    if (token.text === '++' || token.text === '--') return this.#step(operand, token);
    return applyPrefix(this.#names, token, operand, this.#dead > 0);
  }

  #sizeOf(token: Token): Operand {
    const cursor = this.#cursor;
    const type = this.#names.basic('size_t');
    if (token.text === 'sizeof' && cursor.is('...')) {
      cursor.advance();
      cursor.expect('(');
      const value = this.#names.packLength(cursor.advance());
      cursor.expect(')');
      return { type, value };
    }
    return {
      type,
      value: this.#names.measure(
        token.text,
        this.#nested(() => this.#sized(token)),
        token.at,
      ),
    };
  }

  #sized(token: Token): CType {
    const cursor = this.#cursor;
    if (cursor.is('(')) {
      const back = cursor.mark();
      const inner = cursor.group();
      const followed = cursor.is('{');
      if (!followed && this.#names.startsType(inner)) {
        const type = this.#names.type(inner);
        if (inner.atEnd) return referred(type);
      }
      back();
    } else if (/align/i.test(token.text) && !token.text.startsWith('__'))
      throw new DeclarationError(token.at, `${token.text} needs its operand in parentheses here.`);
    let operand: Operand | undefined;
    this.#unless(true, () => (operand = this.#unary()));
    if (operand?.lvalue && !operand.natural && token.text !== 'sizeof')
      throw new DeclarationError(token.at, `The alignment of what is no type is not known: write ${token.text} of its type.`);
    return referred(operand?.type ?? this.#names.basic('int'));
  }

  #offsetOf(token: Token): Operand {
    if (!this.#cursor.is('(')) throw new DeclarationError(token.at, `${token.text} needs a type and a member in parentheses.`);
    return { type: this.#names.basic('size_t'), value: this.#names.offset(this.#cursor.group()) };
  }
}
