/** The Python that types are written in: assignments of calls, lists, tuples, dicts, texts and numbers. Nothing of it is run. */
import { DeclarationError, quote } from '../errors.ts';
import { tokenize, type Token } from './tokens.ts';

export type Expression =
  | { readonly kind: 'text'; readonly at: number; readonly text: string }
  | { readonly kind: 'number'; readonly at: number; readonly value: number }
  /** 'np.float64', 'True'. */
  | { readonly kind: 'name'; readonly at: number; readonly name: string }
  | { readonly kind: 'list' | 'tuple'; readonly at: number; readonly items: readonly Expression[] }
  | { readonly kind: 'dict'; readonly at: number; readonly entries: readonly (readonly [Expression, Expression])[] }
  | {
      readonly kind: 'call';
      readonly at: number;
      readonly name: string;
      readonly items: readonly Expression[];
      readonly keywords: ReadonlyMap<string, Expression>;
    };

export interface Statement {
  /** What it is assigned to, where that is one name. */
  readonly target?: string;
  readonly value: Expression;
}

/** Brackets within brackets. */
const DEPTH_LIMIT = 100;
/** Of these only the first argument tells of the type: the module struct, Python Library Reference. */
const STRUCT_CALL = /^(?:struct\.)?(?:Struct|calcsize|pack|pack_into|unpack|unpack_from|iter_unpack)$/;

export function isStructCall(name: string): boolean {
  return STRUCT_CALL.test(name);
}

/** The statements of a text; imports are passed over. Throws a DeclarationError. */
export function parsePython(source: string): Statement[] {
  return new Parser(tokenize(source)).statements();
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  statements(): Statement[] {
    const found: Statement[] = [];
    for (let token = this.#peek(); token.kind !== 'end'; token = this.#peek()) {
      if (token.kind === 'name' && /^(import|from)$/.test(token.text)) this.#skipLine();
      else if (token.text === ';' && token.kind === 'mark') this.#next++;
      else found.push(this.#statement());
    }
    return found;
  }

  #peek(ahead = 0): Token {
    return (
      this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)] ?? { kind: 'end', text: '', at: 0, lineStart: true }
    );
  }

  #take(): Token {
    const token = this.#peek();
    this.#next++;
    return token;
  }

  #is(mark: string, ahead = 0): boolean {
    const token = this.#peek(ahead);
    return token.kind === 'mark' && token.text === mark;
  }

  #expect(mark: string): void {
    if (!this.#is(mark)) throw this.#unexpected(`a '${mark}' is expected`);
    this.#next++;
  }

  #unexpected(what: string): DeclarationError {
    const token = this.#peek();
    const found = token.kind === 'end' ? 'The text ends' : `${quote(token.text)} stands`;
    return new DeclarationError(token.at, `${found} where ${what}.`);
  }

  #skipLine(): void {
    do this.#next++;
    while (!this.#peek().lineStart);
  }

  /** 'name = value', 'name: annotation = value', 'a, b, c = value', or a value alone. */
  #statement(): Statement {
    let names = 0;
    let ahead = 0;
    while (this.#peek(ahead).kind === 'name' && (this.#is(',', ahead + 1) || this.#is('=', ahead + 1))) {
      names++;
      ahead += 2;
      if (this.#is('=', ahead - 1)) break;
    }
    const assigned = names > 0 && this.#is('=', ahead - 1);
    const target = assigned && names === 1 ? this.#peek().text : undefined;
    if (assigned) this.#next += ahead;
    const value = this.#expression();
    if (!this.#peek().lineStart && !this.#is(';')) throw this.#unexpected('a new line is expected');
    return target === undefined ? { value } : { target, value };
  }

  #expression(): Expression {
    const token = this.#take();
    const { at } = token;
    if (token.kind === 'text') return { kind: 'text', at, text: token.text + this.#moreText() };
    if (token.kind === 'number') return { kind: 'number', at, value: this.#number(token, 1) };
    if (token.kind === 'name') return this.#is('(') ? this.#call(token) : { kind: 'name', at, name: token.text };
    if (token.kind === 'mark') {
      if (token.text === '-' && this.#peek().kind === 'number')
        return { kind: 'number', at, value: this.#number(this.#take(), -1) };
      if (token.text === '[') return { kind: 'list', at, items: this.#nested(() => this.#items(']')).items };
      if (token.text === '(') return this.#parenthesized(at);
      if (token.text === '{') return { kind: 'dict', at, entries: this.#nested(() => this.#entries()) };
    }
    this.#next--;
    throw this.#unexpected('a type or a value is expected');
  }

  /** Texts that stand beside each other are one. */
  #moreText(): string {
    let text = '';
    while (this.#peek().kind === 'text' && (this.#depth > 0 || !this.#peek().lineStart)) text += this.#take().text;
    return text;
  }

  #number(token: Token, sign: 1 | -1): number {
    const value = Number(token.text.replaceAll('_', ''));
    if (!Number.isSafeInteger(value)) throw new DeclarationError(token.at, `${quote(token.text)} is past 2^53.`);
    return sign * value;
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > DEPTH_LIMIT)
      throw new DeclarationError(this.#peek().at, `Brackets nest deeper than ${DEPTH_LIMIT} levels.`);
    const result = read();
    this.#depth--;
    return result;
  }

  #items(close: string): { items: Expression[]; keywords: Map<string, Expression>; comma: boolean } {
    const items: Expression[] = [];
    const keywords = new Map<string, Expression>();
    let comma = false;
    while (!this.#is(close)) {
      if (this.#peek().kind === 'name' && this.#is('=', 1)) {
        const name = this.#take().text;
        this.#next++;
        keywords.set(name, this.#expression());
      } else items.push(this.#expression());
      comma = this.#is(',');
      if (!comma && !this.#is(close)) throw this.#unexpected(`a ',' or '${close}' is expected`);
      if (comma) this.#next++;
    }
    this.#next++;
    return { items, keywords, comma };
  }

  /** A tuple, or one expression in parentheses. */
  #parenthesized(at: number): Expression {
    const { items, comma } = this.#nested(() => this.#items(')'));
    const [only] = items;
    return only !== undefined && items.length === 1 && !comma ? only : { kind: 'tuple', at, items };
  }

  #entries(): (readonly [Expression, Expression])[] {
    const entries: (readonly [Expression, Expression])[] = [];
    while (!this.#is('}')) {
      const key = this.#expression();
      this.#expect(':');
      entries.push([key, this.#expression()]);
      if (!this.#is('}')) this.#expect(',');
    }
    this.#next++;
    return entries;
  }

  #call({ text: name, at }: Token): Expression {
    this.#next++;
    if (isStructCall(name)) {
      const format = this.#nested(() => this.#expression());
      this.#skipToClose();
      return { kind: 'call', at, name, items: [format], keywords: new Map() };
    }
    const { items, keywords } = this.#nested(() => this.#items(')'));
    return { kind: 'call', at, name, items, keywords };
  }

  #skipToClose(): void {
    for (let depth = 1; depth > 0;) {
      const token = this.#take();
      if (token.kind === 'end') throw new DeclarationError(token.at, "The text ends where a ')' is expected.");
      if (token.kind !== 'mark') continue;
      if ('([{'.includes(token.text)) depth++;
      if (')]}'.includes(token.text)) depth--;
    }
  }
}
