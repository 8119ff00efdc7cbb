/** Directives: macros, conditions, and the packing that #pragma asks for. What they leave is plain C. */
import { evaluate, type ConstantScope } from './constant.ts';
import { DeclarationError, quote } from '../errors.ts';
import { tokenize, type Token } from './lexer.ts';
import { Macros, type Macro } from './macros.ts';

export interface Preprocessed {
  /** Expanded tokens; one of kind 'pack' says that from here on #pragma pack is `text` ('' = off). */
  readonly tokens: readonly Token[];
  /** There was an #include: a name that is not known may come from there. */
  readonly included: boolean;
}

interface Condition {
  /** This branch is read. */
  active: boolean;
  /** A branch was read already. */
  taken: boolean;
  readonly at: number;
}

export function preprocess(source: string, predefined: ReadonlyMap<string, Macro>): Preprocessed {
  return new Preprocessor(new Macros(predefined)).run(tokenize(source));
}

class Preprocessor {
  readonly #macros: Macros;
  readonly #out: Token[] = [];
  readonly #conditions: Condition[] = [];
  readonly #packs: { readonly label: string; readonly value: string }[] = [];
  #pack = '';
  #included = false;

  constructor(macros: Macros) {
    this.#macros = macros;
  }

  run(tokens: readonly Token[]): Preprocessed {
    let pending: Token[] = [];
    const flush = (): void => {
      for (const token of this.#macros.expand(pending)) this.#out.push(token);
      pending = [];
    };
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i];
      if (token === undefined) continue;
      if (token.text !== '#' || !token.lineStart) {
        if (this.#active) pending.push(token);
        continue;
      }
      let end = i + 1;
      while (end < tokens.length && tokens[end]?.lineStart === false) end++;
      flush();
      this.#directive(token, tokens.slice(i + 1, end));
      i = end - 1;
    }
    flush();
    const open = this.#conditions.at(-1);
    if (open) throw new DeclarationError(open.at, 'This #if is not closed: the text ends before its #endif.');
    return { tokens: this.#out, included: this.#included };
  }

  get #active(): boolean {
    return this.#conditions.every((condition) => condition.active);
  }

  #directive(hash: Token, line: readonly Token[]): void {
    const name = line[0]?.text ?? '';
    const rest = line.slice(1);
    if (/^(if|ifdef|ifndef|elif|else|endif)$/.test(name)) {
      this.#condition(name, rest, hash.at);
      return;
    }
    if (!this.#active) return;
    if (name === 'define') this.#macros.define(rest, hash.at);
    else if (name === 'undef') this.#macros.remove(rest[0]?.text ?? '');
    else if (name === 'include' || name === 'include_next' || name === 'import') this.#included = true;
    else if (name === 'error') throw new DeclarationError(hash.at, `This text says #error: ${shorten(rest)}`);
    else if (name === 'pragma') this.#pragma(rest, hash);
    else if (!/^(warning|line|ident|)$/.test(name))
      throw new DeclarationError(hash.at, `The directive ${quote(`#${name}`)} is not known.`);
  }

  #condition(name: string, rest: readonly Token[], at: number): void {
    const current = this.#conditions.at(-1);
    if (name === 'if' || name === 'ifdef' || name === 'ifndef') {
      if (this.#conditions.length >= 256) throw new DeclarationError(at, 'Conditions nest deeper than 256 levels.');
      const active = this.#active && this.#test(name, rest, at);
      this.#conditions.push({ active, taken: active || !this.#active, at });
    } else if (current === undefined) {
      throw new DeclarationError(at, `#${name} without an #if.`);
    } else if (name === 'endif') {
      this.#conditions.pop();
    } else {
      current.active = false;
      if (!current.taken && (name === 'else' || this.#test('if', rest, at))) current.active = true;
      current.taken ||= current.active;
    }
  }

  #test(name: string, rest: readonly Token[], at: number): boolean {
    const first = rest[0];
    if (name !== 'if') {
      if (first?.kind !== 'name') throw new DeclarationError(at, `#${name} needs a name.`);
      return this.#macros.has(first.text) === (name === 'ifdef');
    }
    return evaluate(this.#macros.expand(this.#resolveDefined(rest)), PREPROCESSOR_SCOPE, at).value !== 0n;
  }

  #resolveDefined(tokens: readonly Token[]): Token[] {
    const out: Token[] = [];
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i];
      if (token === undefined) continue;
      if (token.text !== 'defined') {
        out.push(token);
        continue;
      }
      const parenthesized = tokens[i + 1]?.text === '(';
      const name = tokens[i + (parenthesized ? 2 : 1)];
      if (name?.kind !== 'name' || (parenthesized && tokens[i + 3]?.text !== ')'))
        throw new DeclarationError(token.at, "'defined' needs a name.");
      out.push({ ...token, kind: 'number', text: this.#macros.has(name.text) ? '1' : '0' });
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
  const text = line.map((token) => token.text).join(' ');
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** In #if, a name that is no macro is 0 (C17 6.10.1). */
const PREPROCESSOR_SCOPE: ConstantScope = {
  lookup: () => 0n,
  isType: () => false,
  hint: '',
  sizeOf: (_what, operand) => {
    throw new DeclarationError(operand[0]?.at ?? 0, 'sizeof is not known to #if.');
  },
};
