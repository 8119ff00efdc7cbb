/** Directives: macros, conditions, and the packing that #pragma asks for. What they leave is plain C. */
import type { TypeLayout } from '../../../../api.d.ts';
import { DeclarationError, quote } from '../../errors.ts';
import { readWhole } from '../expressions/constant.ts';
import { named, type CType } from '../expressions/ctype.ts';
import { Cursor, pairBrackets } from './cursor.ts';
import type { Names } from '../expressions/expression.ts';
import type { Files, SourceFile } from './files.ts';
import { tokenize, type Token } from './lexer.ts';
import { Macros, type Macro } from './macros.ts';
import type { Operand } from '../expressions/operand.ts';

export interface Preprocessed {
  /** Expanded tokens; one of kind 'pack' says that from here on #pragma pack is `text` ('' = off). */
  readonly tokens: readonly Token[];
  /** What was to be included and was not read: a name that is not known may come from there. */
  readonly missing: readonly string[];
  /** An #if asked for a name that what is missing may define: it was taken for 0. */
  readonly guessed: boolean;
}

interface Condition {
  /** This branch is read. */
  active: boolean;
  /** A branch was read already. */
  taken: boolean;
  readonly at: number;
}

/** What is known before the first line. */
export interface Known {
  readonly predefined: ReadonlyMap<string, Macro>;
  /** Of headers that need not be read. */
  readonly constants: ReadonlyMap<string, bigint>;
  /** Macros of a header that is not read. */
  macrosOf(header: string): ReadonlyMap<string, Macro>;
  /** __LINE__ of a macro is where its use ends, and not where it begins. */
  readonly lineAtEnd: boolean;
}

/** Directives of all files count; `problem` is told of an #error. */
export function preprocess(files: Files, known: Known, problem: (error: DeclarationError) => void): Preprocessed {
  const lineOf = ({ at, end = at }: Token): number => files.lineOf(known.lineAtEnd ? end : at);
  return new Preprocessor(files, new Macros(known.predefined, lineOf), known, problem).run();
}

/** Files that include each other. */
const INCLUDE_DEPTH = 64;

class Preprocessor {
  readonly #files: Files;
  readonly #macros: Macros;
  readonly #out: Token[] = [];
  readonly #conditions: Condition[] = [];
  readonly #packs: { readonly label: string; readonly value: string }[] = [];
  readonly #missing = new Set<string>();
  /** Paths of files that are included once only. */
  readonly #once = new Set<string>();
  #pending: Token[] = [];
  #pack = '';
  #guessed = false;
  #depth = 0;

  readonly #problem: (error: DeclarationError) => void;

  readonly #given: Known;

  constructor(files: Files, macros: Macros, given: Known, problem: (error: DeclarationError) => void) {
    this.#given = given;
    this.#files = files;
    this.#macros = macros;
    this.#problem = problem;
  }

  run(): Preprocessed {
    this.#file(this.#files.main);
    return { tokens: this.#out, missing: [...this.#missing], guessed: this.#guessed };
  }

  #file(file: SourceFile): void {
    const tokens = tokenize(file.text, file.base);
    const conditions = this.#conditions.length;
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i];
      if (token === undefined) continue;
      if (token.text !== '#' || !token.lineStart) {
        if (this.#active) this.#pending.push(token);
        continue;
      }
      let end = i + 1;
      while (end < tokens.length && tokens[end]?.lineStart === false) end++;
      this.#flush();
      this.#directive(token, tokens.slice(i + 1, end), file);
      i = end - 1;
    }
    this.#flush();
    const open = this.#conditions.at(-1);
    if (open && this.#conditions.length > conditions)
      throw new DeclarationError(open.at, 'This #if is not closed: the text ends before its #endif.');
  }

  #flush(): void {
    const tokens = this.#macros.expand(this.#pending);
    this.#pending = [];
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i];
      if (token?.text === '_Pragma' && tokens[i + 1]?.text === '(' && tokens[i + 2]?.kind === 'string') {
        this.#pragma(tokenize(tokens[i + 2]?.text.slice(1, -1).replaceAll('\\"', '"') ?? ''), token);
        i += 3;
      } else if (token) this.#out.push(token);
    }
  }

  get #active(): boolean {
    return this.#conditions.at(-1)?.active ?? true;
  }

  #directive(hash: Token, line: readonly Token[], file: SourceFile): void {
    const name = line[0]?.text ?? '';
    const rest = line.slice(1);
    if (/^(if|ifdef|ifndef|elif|else|endif)$/.test(name)) {
      this.#condition(name, rest, hash.at, file);
      return;
    }
    if (!this.#active) return;
    if (name === 'define') this.#macros.define(rest, hash.at);
    else if (name === 'undef') this.#macros.remove(rest[0]?.text ?? '');
    else if (name === 'include' || name === 'include_next' || name === 'import')
      this.#include(rest, file, hash.at, name === 'include_next');
    else if (name === 'error') this.#problem(new DeclarationError(hash.at, `This text says #error: ${shorten(rest)}`));
    else if (name === 'pragma' && rest[0]?.text === 'once') this.#once.add(file.path ?? '');
    else if (name === 'pragma') this.#pragma(rest, hash);
    else if (name === 'line' || /^\d+$/.test(name)) this.#line(name === 'line' ? rest : line, hash.at);
    else if (!/^(warning|ident|)$/.test(name))
      throw new DeclarationError(hash.at, `The directive ${quote(`#${name}`)} is not known.`);
  }

  /** '#line 12 "name"', or as compilers write it: '# 12 "name"'. */
  #line(line: readonly Token[], at: number): void {
    const [number] = this.#macros.expand(line);
    if (!/^\d+$/.test(number?.text ?? '')) throw new DeclarationError(at, '#line needs a number.');
    this.#files.renumber(at, Number(number?.text));
  }

  #include(line: readonly Token[], file: SourceFile, at: number, next: boolean): void {
    const [first] = line[0]?.kind === 'name' ? this.#macros.expand(line) : line;
    const quoted = first?.kind === 'string';
    const name = quoted ? first.text.slice(1, -1) : this.#angled(line, file);
    const found = name === '' ? undefined : this.#files.open(name, next ? 'next' : quoted ? 'quoted' : 'angled', file);
    if (found === undefined) {
      this.#missing.add(name);
      for (const [text, macro] of this.#given.macrosOf(name)) this.#macros.set(text, macro);
      return;
    }
    if (found.path !== undefined && this.#once.has(found.path)) return;
    if (this.#depth >= INCLUDE_DEPTH)
      throw new DeclarationError(at, `Files include each other deeper than ${INCLUDE_DEPTH} levels.`);
    this.#depth++;
    this.#file(found);
    this.#depth--;
  }

  /** '<sys/types.h>': its tokens stand together as they do in the text. */
  #angled(line: readonly Token[], { text, base }: SourceFile): string {
    const [open] = line;
    const close = line.find((token) => token.text === '>');
    return open?.text === '<' && close ? text.slice(open.at - base + 1, close.at - base).trim() : '';
  }

  #condition(name: string, rest: readonly Token[], at: number, file: SourceFile): void {
    const current = this.#conditions.at(-1);
    if (name === 'if' || name === 'ifdef' || name === 'ifndef') {
      if (this.#conditions.length >= 256) throw new DeclarationError(at, 'Conditions nest deeper than 256 levels.');
      const active = this.#active && this.#test(name, rest, at, file);
      this.#conditions.push({ active, taken: active || !this.#active, at });
    } else if (current === undefined) {
      throw new DeclarationError(at, `#${name} without an #if.`);
    } else if (name === 'endif') {
      this.#conditions.pop();
    } else {
      current.active = false;
      if (!current.taken && (name === 'else' || this.#test('if', rest, at, file))) current.active = true;
      current.taken ||= current.active;
    }
  }

  #test(name: string, rest: readonly Token[], at: number, file: SourceFile): boolean {
    const first = rest[0];
    if (name !== 'if') {
      if (first?.kind !== 'name') throw new DeclarationError(at, `#${name} needs a name.`);
      return this.#isDefined(first.text) === (name === 'ifdef');
    }
    const tokens = this.#macros.expand(this.#resolveDefined(rest, file)).map((token) => this.#known(token));
    const end: Token = { kind: 'end', text: '', at, lineStart: true };
    const partners = pairBrackets(tokens, at, (error) => {
      throw error;
    });
    return readWhole(new Cursor({ tokens, packs: new Uint8Array(tokens.length), partners, end }), CONDITION_NAMES).value !== 0n;
  }

  /** A name of a header that was not read: what limits.h and the like define is known without. */
  #known(token: Token): Token {
    if (token.kind !== 'name' || this.#missing.size === 0 || /^(true|false)$/.test(token.text)) return token;
    const value = this.#given.constants.get(token.text);
    if (value === undefined) this.#guessed = true;
    return value === undefined || value < 0n ? token : { ...token, kind: 'number', text: String(value) };
  }

  #isDefined(name: string): boolean {
    return this.#macros.has(name) || HAS.test(name);
  }

  #hasFile(operand: readonly Token[], file: SourceFile): boolean {
    const [first] = operand;
    const name = first?.kind === 'string' ? first.text.slice(1, -1) : this.#angled(operand, file);
    return name !== '' && this.#files.has(name, first?.kind === 'string' ? 'quoted' : 'angled', file);
  }

  #resolveDefined(tokens: readonly Token[], file: SourceFile): Token[] {
    const out: Token[] = [];
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i];
      if (token === undefined) continue;
      if (HAS.test(token.text) && tokens[i + 1]?.text === '(') {
        const close = tokens.findIndex((one, k) => k > i && one.text === ')');
        const end = close < 0 ? tokens.length : close;
        const operand = tokens.slice(i + 2, end);
        const yes = token.text === '__has_include' ? this.#hasFile(operand, file) : hasAttribute(token.text, operand);
        out.push({ ...token, kind: 'number', text: !yes ? '0' : token.text === '__has_include' ? '1' : '202300' });
        i = end;
        continue;
      }
      if (token.text !== 'defined') {
        out.push(token);
        continue;
      }
      const parenthesized = tokens[i + 1]?.text === '(';
      const name = tokens[i + (parenthesized ? 2 : 1)];
      if (name?.kind !== 'name' || (parenthesized && tokens[i + 3]?.text !== ')'))
        throw new DeclarationError(token.at, "'defined' needs a name.");
      out.push({ ...token, kind: 'number', text: this.#isDefined(name.text) ? '1' : '0' });
      i += parenthesized ? 3 : 1;
    }
    return out;
  }

  /** #pragma pack as gcc reads it: (), (n), (push), (push, n), (push, label, n), (pop), (pop, label), (pop, n). */
  #pragma(line: readonly Token[], hash: Token): void {
    if (/^(scalar_storage_order|ms_struct)$/.test(line[0]?.text ?? '')) {
      throw new DeclarationError(hash.at, `#pragma ${line[0]?.text} changes layouts in a way that is not supported.`);
    }
    if (line[0]?.text !== 'pack') return;
    const words = this.#macros
      .expand(line.slice(1))
      .map((token) => token.text)
      .filter((text) => text !== '(' && text !== ')' && text !== ',');
    const what = words[0] === 'push' || words[0] === 'pop' ? words.shift() : '';
    const label = words.find((word) => !/^\d/.test(word)) ?? '';
    const value = words.find((word) => /^\d/.test(word));
    if (value !== undefined && !/^(0|1|2|4|8|16)$/.test(value))
      throw new DeclarationError(hash.at, 'The alignment of #pragma pack is 1, 2, 4, 8 or 16.');
    if (what === 'push') this.#packs.push({ label, value: this.#pack });
    if (what === 'pop') this.#pop(label, hash.at);
    if (value !== undefined) this.#pack = value === '0' ? '' : value;
    else if (what === '') this.#pack = '';
    this.#out.push({ kind: 'pack', text: this.#pack, at: hash.at, lineStart: true });
  }

  #pop(label: string, at: number): void {
    const index = label === '' ? this.#packs.length - 1 : this.#packs.findLastIndex((one) => one.label === label);
    const found = this.#packs[index];
    if (!found) throw new DeclarationError(at, '#pragma pack(pop) without a push before it.');
    this.#packs.length = index;
    this.#pack = found.value;
  }
}

/** As much of a line as a message has room for. */
function shorten(line: readonly Token[]): string {
  // A text may go on in the next line behind a backslash, and hold anything.
  const text = line.map((token) => token.text.replace(/\\[ \t]*(?:\r\n|\n|\r)/g, '').replace(/[\s\p{C}]+/gu, ' ')).join(' ');
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** Those that change a layout and are known, and some that change none; a number above all years that are asked for. */
function hasAttribute(asked: string, operand: readonly Token[]): boolean {
  if (!asked.endsWith('attribute')) return false;
  const name = operand.at(-1)?.text.replace(/^__(.*)__$/, '$1') ?? '';
  return KNOWN_ATTRIBUTE.test(name);
}

const KNOWN_ATTRIBUTE =
  /^(packed|aligned|vector_size|mode|no_unique_address|nodiscard|maybe_unused|deprecated|fallthrough|noreturn|unused|may_alias|always_inline|noinline|visibility)$/;

/** Of these __has_include can be told, and attributes that change a layout; the others are asked to do without. */
const HAS = /^__has_(include|include_next|attribute|c_attribute|cpp_attribute|builtin|feature|extension)$/;

function wide(name: string, size: number, signed: boolean): CType {
  const layout: TypeLayout = { name, kind: 'integer', size, alignment: size, signed, origin: 'builtin' };
  return named(layout);
}

const SIGNED = wide('long long', 8, true);
const UNSIGNED = wide('unsigned long long', 8, false);
const CHARS: ReadonlyMap<string, CType> = new Map(
  [wide('char', 1, true), wide('wchar_t', 4, true), wide('char16_t', 2, false), wide('char32_t', 4, false)].map((type) => [
    type.name,
    type,
  ]),
);

/** In #if, a name that is no macro is 0 (C17 6.10.1). */
const CONDITION_NAMES: Names = {
  isCpp: true,
  isClang: false,
  pointerSize: 8,
  wide: true,
  basic: (name) => CHARS.get(name) ?? (name.startsWith('unsigned') ? UNSIGNED : SIGNED),
  startsType: () => false,
  type: (cursor) => unknown(cursor),
  simpleType: (cursor) => unknown(cursor),
  offset: (cursor) => unknown(cursor),
  measure: (_operator, _type, at) => unknown({ at }),
  packLength: (name) => unknown(name),
  fold: () => undefined,
  value: (cursor): Operand => {
    const { text } = cursor.advance();
    if (cursor.is('(')) cursor.skipGroup();
    return { type: SIGNED, value: text === 'true' ? 1n : 0n };
  },
};

function unknown({ at }: { readonly at: number }): never {
  throw new DeclarationError(at, 'sizeof is not known to #if.');
}
