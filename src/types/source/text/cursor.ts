/** A place in a run of tokens that moves forward, and what is asked at it. */
import { DeclarationError, quote } from '../../errors.ts';
import type { Token } from './lexer.ts';

/** Preprocessed text. */
export interface TokenRun {
  readonly tokens: readonly Token[];
  /** #pragma pack in force at each token; bytes, 0 = off. */
  readonly packs: Uint8Array;
  /** Of each bracket the index of the one that closes or opens it; -1 for everything else, and for what has none. */
  readonly partners: Int32Array;
  /** Stands behind the last token. */
  readonly end: Token;
}

const OPENING: ReadonlyMap<string, string> = new Map([
  ['{', '}'],
  ['(', ')'],
  ['[', ']'],
]);
const CLOSING = new Set(OPENING.values());
const NEST_LIMIT = 256;

/** Pairs the brackets. What has no partner is told to `problem`; a text that nests too deep is refused. */
export function pairBrackets(tokens: readonly Token[], end: number, problem: (error: DeclarationError) => void): Int32Array {
  const partners = new Int32Array(tokens.length).fill(-1);
  const open: number[] = [];
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== 'punctuator') continue;
    if (OPENING.has(token.text)) {
      if (open.length >= NEST_LIMIT) throw new DeclarationError(token.at, `This nests deeper than ${NEST_LIMIT} levels.`);
      open.push(i);
    } else if (CLOSING.has(token.text)) {
      const opener = open.at(-1);
      const expected = opener === undefined ? undefined : OPENING.get(tokens[opener]?.text ?? '');
      if (opener !== undefined && expected === token.text) {
        open.pop();
        partners[opener] = i;
        partners[i] = opener;
      } else if (expected === undefined) problem(new DeclarationError(token.at, `${quote(token.text)} closes nothing.`));
      else problem(new DeclarationError(token.at, `${quote(token.text)} stands where ${quote(expected)} is expected.`));
    }
  }
  const last = tokens[open.at(-1) ?? -1];
  if (last) problem(new DeclarationError(end, `The text ends here, and ${quote(last.text)} is not closed.`));
  return partners;
}

export class Cursor {
  readonly run: TokenRun;
  /** Index of the token at hand. */
  next: number;
  /** Index behind the last token. */
  readonly limit: number;
  /** Indices of '<' that no '>' closes before `limit`, as far as that is known. */
  readonly unclosed = new Set<number>();
  /** Of '>>' the first '>' was taken, as the end of template arguments. */
  #half = false;

  constructor(run: TokenRun, from = 0, limit = run.tokens.length) {
    this.run = run;
    this.next = from;
    this.limit = limit;
  }

  get token(): Token {
    return this.ahead(0);
  }

  get text(): string {
    return this.ahead(0).text;
  }

  get at(): number {
    return this.ahead(0).at;
  }

  get atEnd(): boolean {
    return this.next >= this.limit;
  }

  /** #pragma pack in force here. */
  get pack(): number {
    return this.run.packs[Math.min(this.next, this.run.packs.length - 1)] ?? 0;
  }

  ahead(count: number): Token {
    const index = this.next + count;
    return (index < this.limit ? this.run.tokens[index] : this.run.tokens[this.limit]) ?? this.run.end;
  }

  is(text: string): boolean {
    return !this.atEnd && this.token.text === text && this.token.kind !== 'string' && this.token.kind !== 'char';
  }

  advance(): Token {
    const { token } = this;
    this.next++;
    this.#half = false;
    return token;
  }

  take(text: string): boolean {
    if (!this.is(text)) return false;
    this.advance();
    return true;
  }

  expect(text: string): Token {
    if (this.is(text)) return this.advance();
    throw new DeclarationError(this.at, `${quote(text)} is missing before ${this.describe()}.`);
  }

  takeName(): Token | undefined {
    return this.atEnd || this.token.kind !== 'name' ? undefined : this.advance();
  }

  /** What stands here, for a message. */
  describe(): string {
    return this.atEnd && this.token.kind === 'end' ? 'the end of the text' : quote(this.token.text);
  }

  /** Index behind the bracket that closes the one at hand. */
  get behindPartner(): number {
    const partner = this.run.partners[this.next] ?? -1;
    if (partner < this.next)
      throw new DeclarationError(this.run.end.at, `The text ends here, and ${quote(this.text)} is not closed.`);
    return partner + 1;
  }

  /** From a bracket to behind the one that closes it. */
  skipGroup(): void {
    this.next = this.behindPartner;
    this.#half = false;
  }

  /** A cursor over what stands inside the bracket at hand, which is passed. */
  group(): Cursor {
    const inner = new Cursor(this.run, this.next + 1, this.behindPartner - 1);
    this.skipGroup();
    return inner;
  }

  /** Moves to the first of `texts` at this level; brackets are passed whole. */
  skipTo(...texts: readonly string[]): void {
    while (!this.atEnd && !texts.some((text) => this.is(text))) {
      if (this.token.kind === 'punctuator' && OPENING.has(this.text)) this.skipGroup();
      else if (this.token.kind === 'punctuator' && CLOSING.has(this.text)) return;
      else this.advance();
    }
  }

  /** Moves to the next '(' or '{' before a ';'. */
  skipToGroup(): void {
    while (!this.atEnd && !this.is('(') && !this.is('{') && !this.is(';')) this.advance();
  }

  /** The '>' that ends template arguments, which may be half of '>>'. */
  takeAngle(): boolean {
    if (this.take('>')) return true;
    if (!this.is('>>')) return false;
    if (this.#half) this.advance();
    else this.#half = true;
    return true;
  }

  /** The first half of '>>' was taken. */
  get isHalf(): boolean {
    return this.#half;
  }

  /** Back to where it was; for what is tried. */
  mark(): () => void {
    const next = this.next;
    const half = this.#half;
    return () => {
      this.next = next;
      this.#half = half;
    };
  }
}
