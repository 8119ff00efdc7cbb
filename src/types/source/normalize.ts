/**
 * Declarations in the plain form that the grammar reads without mistakes, one at a time. Qualifiers, storage classes, initializers and
 * function bodies are left out; attributes are set aside with their places; 'long unsigned int' becomes one name. What tree-sitter is
 * given holds no name of its own: every name begins with 'n_', so that none is taken for a keyword or a built-in type.
 */
import { DeclarationError, quote } from '../errors.ts';
import type { Token } from './lexer.ts';

/** What stands beside the declarations and changes a layout. */
export interface Attribute {
  readonly kind: 'packed' | 'aligned' | 'alignas' | 'atomic';
  /** aligned(…), _Alignas(…): the tokens in the parentheses; undefined for 'aligned' alone. */
  readonly operand: readonly Token[] | undefined;
  readonly at: number;
  /** Index of the token of the declaration before which it stands. */
  readonly before: number;
}

/** One declaration of file scope. */
export interface Declaration {
  readonly tokens: readonly Token[];
  readonly attributes: readonly Attribute[];
  readonly isTypedef: boolean;
  /** #pragma pack in force at a '}', by the brace's index; bytes, 0 = off. */
  readonly packs: ReadonlyMap<number, number>;
}

const NEST_LIMIT = 256;
/** Names that follow each other in a declaration; C itself needs no more than 'struct tag name'. */
const WORD_LIMIT = 16;
const CLOSING: ReadonlyMap<string, string> = new Map([
  ['{', '}'],
  ['(', ')'],
  ['[', ']'],
]);
const DROPPED = new Set(
  (
    'const volatile restrict __const __const__ __volatile __volatile__ __restrict __restrict__ inline __inline __inline__ static ' +
    'register extern auto constexpr _Noreturn noreturn _Thread_local __thread thread_local __extension__'
  ).split(' '),
);
const BASIC = new Set(
  'void char short int long float double signed unsigned __signed __signed__ _Bool __int128 _Float16 __float128 _Complex __complex__'.split(
    ' ',
  ),
);
const TYPE_WORDS = new Set(['struct', 'union', 'enum']);

/** Splits expanded tokens into declarations; those that declare no type are passed over. `end` is where the source ends. */
export function normalize(tokens: readonly Token[], end: number): Declaration[] {
  return new Normalizer(tokens, end).run();
}

class Normalizer {
  readonly #tokens: readonly Token[];
  readonly #end: number;
  readonly #done: Declaration[] = [];
  /** Open brackets; a brace of extern "C" is none. */
  readonly #open: Token[] = [];
  readonly #linkageDepths: number[] = [];
  #next = 0;
  #pack = 0;
  #current: Token[] = [];
  #attributes: Attribute[] = [];
  #packs = new Map<number, number>();
  #isTypedef = false;
  #hasType = false;
  /** Words of the basic type that stands at this index, while more may follow. */
  #words: { readonly index: number; readonly list: string[] } | undefined;

  constructor(tokens: readonly Token[], end: number) {
    this.#tokens = tokens;
    this.#end = end;
  }

  run(): Declaration[] {
    for (; this.#next < this.#tokens.length; this.#next++) {
      const token = this.#tokens[this.#next];
      if (token !== undefined) this.#token(token);
    }
    const open = this.#open.at(-1) ?? (this.#linkageDepths.length > 0 ? this.#tokens[0] : undefined);
    if (open) throw new DeclarationError(this.#end, `The text ends here, and ${quote(open.text)} is not closed.`);
    if (this.#current.length > 0) {
      if (!this.#hasType || this.#current.at(-1)?.text !== '}')
        throw new DeclarationError(this.#end, 'The text ends here, in the middle of a declaration.');
      this.#finish({ kind: 'punctuator', text: ';', at: this.#end, lineStart: false });
    }
    return this.#done;
  }

  #token(token: Token): void {
    if (token.kind === 'pack') this.#pack = Number(token.text);
    else if (token.kind === 'name') this.#name(token);
    else if (token.kind === 'stray')
      throw new DeclarationError(token.at, `The character ${quote(token.text)} does not belong here.`);
    else if (token.text === '[' && this.#peek()?.text === '[') this.#bracketAttribute(token);
    else this.#other(token);
  }

  #name(token: Token): void {
    const { text } = token;
    if (text === '__attribute__' || text === '__attribute') this.#attributeList(this.#group(token, true));
    else if (text === '_Alignas') this.#attribute('alignas', token, this.#group(token, true));
    else if (text === '_Atomic') this.#atomic(token);
    else if (text === 'extern' && this.#peek()?.kind === 'string') this.#linkage();
    else if (DROPPED.has(text)) return;
    else if (text === 'typedef') this.#typedef(token);
    else if (/^(_Static_assert|static_assert|asm|__asm|__asm__)$/.test(text)) this.#group(token, true);
    else if (text === '_Pragma') this.#pragma(token);
    else if (BASIC.has(text)) this.#basic(token);
    else {
      if (TYPE_WORDS.has(text)) this.#hasType = true;
      this.#emit(token);
    }
  }

  #other(token: Token): void {
    const previous = this.#current.at(-1);
    if (token.text === ';' && (previous === undefined || previous.text === ';' || previous.text === '{')) return;
    if (token.text === '{' && this.#open.length === 0 && previous?.text === ')') {
      this.#functionBody(token);
      return;
    }
    if (token.text === '=' && this.#open.length === 0) {
      this.#initializer();
      return;
    }
    if (token.text === '}' && this.#open.length === 0 && this.#linkageDepths.length > 0) {
      this.#linkageDepths.pop();
      return;
    }
    this.#bracket(token, this.#open);
    if (token.text === '}') this.#packs.set(this.#current.length, this.#pack);
    if (token.text === ';' && this.#open.length === 0) this.#finish(token);
    else this.#emit(token);
  }

  #bracket(token: Token, open: Token[]): void {
    if (token.kind !== 'punctuator') return;
    if (CLOSING.has(token.text)) {
      if (open.length >= NEST_LIMIT) throw new DeclarationError(token.at, `This nests deeper than ${NEST_LIMIT} levels.`);
      open.push(token);
    } else if (token.text === '}' || token.text === ')' || token.text === ']') {
      const opener = open.pop();
      if (opener === undefined) throw new DeclarationError(token.at, `${quote(token.text)} closes nothing.`);
      const expected = CLOSING.get(opener.text) ?? '';
      if (expected !== token.text)
        throw new DeclarationError(token.at, `${quote(token.text)} stands where ${quote(expected)} is expected.`);
    }
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#next + 1];
  }

  #emit(token: Token): void {
    this.#closeWords();
    this.#current.push(token);
  }

  #finish(semicolon: Token): void {
    this.#emit(semicolon);
    const tokens = this.#current;
    if (this.#hasType || this.#isTypedef) {
      checkWords(tokens);
      this.#done.push({ tokens, attributes: this.#attributes, isTypedef: this.#isTypedef, packs: this.#packs });
    } else {
      const brace = tokens.find((token) => token.text === '{');
      if (brace) throw new DeclarationError(brace.at, "A '{' is not expected here: is 'struct', 'union' or 'enum' missing?");
    }
    this.#current = [];
    this.#attributes = [];
    this.#packs = new Map();
    this.#isTypedef = false;
    this.#hasType = false;
  }

  #typedef(token: Token): void {
    if (this.#open.length > 0)
      throw new DeclarationError(token.at, "A 'typedef' cannot stand here: is a '}' or ')' missing before it?");
    if (this.#isTypedef)
      throw new DeclarationError(token.at, "A second 'typedef' in one declaration: is a ';' missing before it?");
    this.#isTypedef = true;
  }

  #basic(token: Token): void {
    if (this.#words === undefined) {
      this.#current.push(token);
      this.#words = { index: this.#current.length - 1, list: [] };
    }
    this.#words.list.push(token.text.replace(/^__signed(__)?$/, 'signed'));
  }

  #closeWords(): void {
    const words = this.#words;
    const token = words && this.#current[words.index];
    if (words === undefined || token === undefined) return;
    this.#words = undefined;
    this.#current[words.index] = { ...token, text: canonicalBasic(words.list, token) };
  }

  /** The tokens inside the parentheses that follow; undefined where there are none. */
  #group(token: Token, required: boolean): readonly Token[] | undefined {
    if (this.#peek()?.text !== '(') {
      if (required) throw new DeclarationError(token.at, `${quote(token.text)} needs parentheses after it.`);
      return undefined;
    }
    this.#next++;
    return this.#toClose();
  }

  /** From the bracket at hand to the one that closes it, both left out. */
  #toClose(): readonly Token[] {
    const from = this.#next + 1;
    const open: Token[] = [];
    for (; this.#next < this.#tokens.length; this.#next++) {
      const token = this.#tokens[this.#next];
      if (token === undefined) break;
      this.#bracket(token, open);
      if (open.length === 0) return this.#tokens.slice(from, this.#next);
    }
    throw new DeclarationError(this.#end, `The text ends here, and ${quote(this.#tokens[from - 1]?.text ?? '(')} is not closed.`);
  }

  #functionBody(brace: Token): void {
    this.#toClose();
    this.#finish({ ...brace, text: ';' });
  }

  /** Up to the ',' or ';' that ends it. */
  #initializer(): void {
    for (this.#next++; this.#next < this.#tokens.length; this.#next++) {
      const token = this.#tokens[this.#next];
      if (token?.text === ',' || token?.text === ';') break;
      if (token !== undefined && CLOSING.has(token.text)) this.#toClose();
    }
    this.#next--;
  }

  #linkage(): void {
    this.#next++;
    if (this.#peek()?.text !== '{') return;
    this.#next++;
    this.#linkageDepths.push(this.#next);
  }

  #pragma(token: Token): void {
    const operand = this.#group(token, true) ?? [];
    if (operand.some((one) => one.text.includes('pack')))
      throw new DeclarationError(token.at, 'Write this _Pragma as a line with #pragma pack.');
  }

  #atomic(token: Token): void {
    this.#attribute('atomic', token, undefined);
    const operand = this.#group(token, false) ?? [];
    const odd = operand.find((one) => one.kind !== 'name');
    if (odd) throw new DeclarationError(odd.at, '_Atomic(…) is understood for a type name only.');
    for (const one of operand) this.#name(one);
  }

  #attribute(kind: Attribute['kind'], token: Token, operand: readonly Token[] | undefined): void {
    this.#attributes.push({ kind, operand: operand && joinBasics(operand), at: token.at, before: this.#current.length });
  }

  /** [[gnu::packed]], [[gnu::aligned(8)]]. */
  #bracketAttribute(token: Token): void {
    const inner = this.#toClose().slice(1, -1);
    const names = inner.filter((one, i) => one.text !== '::' && inner[i + 1]?.text !== '::');
    this.#attributes.push(...readAttributes(names, this.#current.length, token.at));
  }

  #attributeList(outer: readonly Token[] | undefined): void {
    if (outer === undefined || outer.length === 0) return;
    const first = outer[0];
    if (first?.text !== '(' || outer.at(-1)?.text !== ')')
      throw new DeclarationError(first?.at ?? 0, '__attribute__ needs two pairs of parentheses.');
    this.#attributes.push(...readAttributes(outer.slice(1, -1), this.#current.length, first.at));
  }
}

/** Prose is refused here: the grammar would take seconds to make nothing of a megabyte of it. */
function checkWords(tokens: readonly Token[]): void {
  let run = 0;
  for (const token of tokens) {
    run = token.kind === 'name' ? run + 1 : 0;
    if (run > WORD_LIMIT)
      throw new DeclarationError(token.at, `${quote(token.text)} does not belong here: this is no declaration of C.`);
  }
}

/** Attributes that change a layout in a way that is not computed here. */
const UNSUPPORTED = new Set([
  'mode',
  'vector_size',
  'ms_struct',
  'scalar_storage_order',
  'warn_if_not_aligned',
  'ext_vector_type',
  'address_space',
]);

function readAttributes(tokens: readonly Token[], before: number, at: number): Attribute[] {
  const found: Attribute[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined || token.text === ',') continue;
    if (token.kind !== 'name') throw new DeclarationError(token.at, `${quote(token.text)} is no attribute.`);
    let operand: readonly Token[] | undefined;
    if (tokens[i + 1]?.text === '(') {
      const end = closeOf(tokens, i + 1, at);
      operand = tokens.slice(i + 2, end);
      i = end;
    }
    const next = tokens[i + 1];
    if (next !== undefined && next.text !== ',')
      throw new DeclarationError(next.at, `${quote(next.text)} stands where a ',' between attributes is expected.`);
    const name = token.text.replace(/^__(.*)__$/, '$1');
    if (UNSUPPORTED.has(name)) throw new DeclarationError(token.at, `The attribute ${quote(name)} is not supported.`);
    if (name === 'packed') found.push({ kind: 'packed', operand: undefined, at: token.at, before });
    if (name === 'aligned') found.push({ kind: 'aligned', operand: operand && joinBasics(operand), at: token.at, before });
  }
  return found;
}

function closeOf(tokens: readonly Token[], open: number, at: number): number {
  for (let i = open, depth = 0; i < tokens.length; i++) {
    if (tokens[i]?.text === '(') depth++;
    if (tokens[i]?.text === ')' && --depth === 0) return i;
  }
  throw new DeclarationError(tokens[open]?.at ?? at, "This '(' is not closed.");
}

/** The words of basic types made one name, qualifiers left out: for types inside attributes and sizeof. */
export function joinBasics(tokens: readonly Token[]): Token[] {
  const out: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined || DROPPED.has(token.text)) continue;
    const words: string[] = [];
    while (BASIC.has(tokens[i + words.length]?.text ?? '')) words.push(tokens[i + words.length]?.text ?? '');
    if (words.length > 0) i += words.length - 1;
    out.push(words.length > 0 ? { ...token, text: canonicalBasic(words, token) } : token);
  }
  return out;
}

/** 'unsigned long' for 'long int unsigned' (C17 6.7.2 allows any order). */
function canonicalBasic(words: readonly string[], token: Token): string {
  const count = (word: string): number => words.filter((one) => one === word).length;
  const rest = words.filter((word) => !['signed', 'unsigned', 'long', 'short', 'int'].includes(word));
  const signs = count('signed') + count('unsigned');
  const unsigned = count('unsigned') > 0 ? 'unsigned ' : '';
  const wrong = (): never => {
    throw new DeclarationError(
      token.at,
      `${quote(words.join(' '))} is no type${rest.some((word) => /omplex/.test(word)) ? ' that is supported' : ''}.`,
    );
  };
  const long = count('long');
  const short = count('short');
  const [base] = rest;
  if (rest.length > 1 || signs > 1 || count('int') > 1 || long > 2 || short > 1 || (long > 0 && short > 0)) return wrong();
  if (base === undefined) return unsigned + (short ? 'short' : long === 2 ? 'long long' : long ? 'long' : 'int');
  if (count('int') > 0 || short > 0) return wrong();
  if (base === 'double') return signs > 0 || long > 1 ? wrong() : long ? 'long double' : 'double';
  if (long > 0) return wrong();
  if (base === 'char') return count('signed') > 0 ? 'signed char' : `${unsigned}char`;
  if (base === '__int128') return `${unsigned}__int128`;
  return signs > 0 || /omplex/.test(base) ? wrong() : base;
}
