/** Macros: what is defined, and what a run of tokens becomes by them (C17 6.10.3). */
import { DeclarationError, quote } from '../../errors.ts';
import { tokenize, UNMEASURED, type Token } from './lexer.ts';

export interface Macro {
  readonly parameters: readonly string[] | undefined;
  readonly body: readonly Token[];
}

/** Tokens that all expansions of one source may make together. */
const EXPANSION_LIMIT = 2_000_000;
const DEPTH_LIMIT = 200;

export class Macros {
  readonly #table: Map<string, Macro>;
  #made = 0;
  #counter = 0;
  readonly #lineOf: (token: Token) => number;
  /** Names that were not expanded inside of their own expansion, and never are (C17 6.10.3.4/2). */
  readonly #painted = new WeakSet<Token>();

  /** `lineOf`: the line that a token is in. */
  constructor(predefined: ReadonlyMap<string, Macro>, lineOf: (token: Token) => number) {
    this.#lineOf = lineOf;
    this.#table = new Map(predefined);
  }

  has(name: string): boolean {
    return this.#table.has(name) || /^__(LINE|COUNTER)__$/.test(name);
  }

  set(name: string, macro: Macro): void {
    this.#table.set(name, macro);
  }

  remove(name: string): void {
    this.#table.delete(name);
  }

  /** The tokens after `#define`. */
  define(line: readonly Token[], at: number): void {
    const [name, ...rest] = line;
    if (name?.kind !== 'name') throw new DeclarationError(at, '#define needs a name.');
    const open = rest[0];
    if (open?.text !== '(' || open.at !== name.at + name.text.length) {
      this.#table.set(name.text, { parameters: undefined, body: rest });
      return;
    }
    const close = rest.findIndex((token) => token.text === ')');
    if (close < 0) throw new DeclarationError(open.at, `The parameters of ${quote(name.text)} are not closed.`);
    this.#table.set(name.text, { parameters: parameterNames(rest.slice(1, close)), body: rest.slice(close + 1) });
  }

  /** The tokens that `tokens` become. Those of a macro stand at the place where it is used. */
  expand(tokens: readonly Token[]): Token[] {
    const out: Token[] = [];
    this.#expandInto(tokens, new Set(), out, 0);
    return out;
  }

  #argument(tokens: readonly Token[], hidden: ReadonlySet<string>, depth: number): Token[] {
    const out: Token[] = [];
    this.#expandInto(tokens, hidden, out, depth + 1);
    return out;
  }

  #expandInto(tokens: readonly Token[], hidden: ReadonlySet<string>, out: Token[], depth: number): void {
    for (let i = 0; i < tokens.length; i++) {
      const before = out.length;
      for (let token = tokens[i]; token !== undefined; token = this.#calledBehind(out, before, tokens[i + 1]))
        i = this.#expandOne(token, tokens, i, hidden, out, depth);
    }
  }

  /** The last name that an expansion made, if it is a macro whose '(' follows in the text (C17 6.10.3.4/1); it is taken back. */
  #calledBehind(out: Token[], from: number, next: Token | undefined): Token | undefined {
    const last = out.length > from ? out.at(-1) : undefined;
    if (next?.text !== '(' || last?.kind !== 'name' || this.#painted.has(last)) return undefined;
    return this.#table.get(last.text)?.parameters === undefined ? undefined : out.pop();
  }

  /** Puts what the token becomes into `out`, and says which token of the text was the last of it. */
  #expandOne(
    token: Token,
    tokens: readonly Token[],
    i: number,
    hidden: ReadonlySet<string>,
    out: Token[],
    depth: number,
  ): number {
    const macro = token.kind === 'name' ? this.#table.get(token.text) : undefined;
    if (macro === undefined && token.kind === 'name' && /^__(LINE|COUNTER)__$/.test(token.text)) {
      const value = token.text === '__LINE__' ? this.#lineOf(token) : this.#counter++;
      out.push({ ...token, kind: 'number', text: String(value) });
      return i;
    }
    const isHidden = hidden.has(token.text);
    if (macro === undefined || isHidden || (macro.parameters !== undefined && tokens[i + 1]?.text !== '(')) {
      if (macro !== undefined && isHidden) this.#painted.add(token);
      out.push(token);
      return i;
    }
    if (depth >= DEPTH_LIMIT)
      throw new DeclarationError(token.at, `The macro ${quote(token.text)} leads through more than ${DEPTH_LIMIT} others.`);
    let body: readonly Token[] = macro.body;
    let last = token;
    if (macro.parameters !== undefined) {
      const { values, end } = readArguments(tokens, i + 1, macro.parameters);
      body = substitute(macro, token, values, (given) => this.#argument(given, hidden, depth));
      i = end;
      last = tokens[end] ?? token;
    }
    this.#made += body.length + 1;
    if (this.#made > EXPANSION_LIMIT) throw new DeclarationError(token.at, 'The macros of this text expand to too much.');
    const place = { at: token.at, end: last.end ?? last.at };
    const placed = body.map((one) => ({ ...one, ...place }));
    this.#expandInto(placed, new Set(hidden).add(token.text), out, depth + 1);
    return i;
  }
}

/** 'a', 'b', '...'; 'rest...' where the rest has a name. */
function parameterNames(tokens: readonly Token[]): string[] {
  const names: string[] = [];
  for (const { text } of tokens) {
    if (text === '...' && names.length > 0 && tokens.some((one, i) => one.text === '...' && tokens[i - 1]?.kind === 'name'))
      names.push(`${names.pop()}...`);
    else if (text !== ',') names.push(text);
  }
  return names;
}

function readArguments(
  tokens: readonly Token[],
  open: number,
  parameters: readonly string[],
): { values: Token[][]; end: number } {
  const values: Token[][] = [[]];
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined) break;
    if (token.text === '(' && depth++ === 0) continue;
    if (token.text === ')' && --depth === 0) return { values, end: i };
    const variadic = parameters.at(-1)?.endsWith('...') && values.length === parameters.length;
    if (token.text === ',' && depth === 1 && !variadic) values.push([]);
    else values.at(-1)?.push(token);
  }
  throw new DeclarationError(tokens[open]?.at ?? 0, "This '(' is not closed.");
}

function substitute(
  macro: Macro,
  use: Token,
  values: readonly Token[][],
  expanded: (tokens: readonly Token[]) => Token[],
): Token[] {
  const parameters = macro.parameters ?? [];
  const given = values.length === 1 && values[0]?.length === 0 && parameters.length === 0 ? 0 : values.length;
  const variadic = parameters.at(-1)?.endsWith('...') ?? false;
  const least = variadic ? parameters.length - 1 : parameters.length;
  if (given < least || given > Math.max(least, parameters.length)) {
    throw new DeclarationError(use.at, `The macro ${quote(use.text)} takes ${parameters.length} arguments, not ${given}.`);
  }
  const indexOf = (token: Token | undefined): number =>
    token?.kind !== 'name'
      ? -1
      : parameters.findIndex((one) => (one === '...' ? '__VA_ARGS__' : one.replace('...', '')) === token.text);
  const made: Token[][] = [];
  const full = (index: number): Token[] => (made[index] ??= expanded(values[index] ?? []));
  const body = variadic ? withOptional(macro.body, () => full(parameters.length - 1).length > 0) : macro.body;
  return replaced(body, use, variadic, {
    raw: (token) => (indexOf(token) < 0 ? undefined : (values[indexOf(token)] ?? [])),
    full: (token) => (indexOf(token) < 0 ? undefined : full(indexOf(token))),
  });
}

/** What a parameter stands for: as it is written, and with its macros replaced; undefined for what is none. */
interface Given {
  raw(token: Token | undefined): Token[] | undefined;
  full(token: Token): Token[] | undefined;
}

/** Stands for an empty operand of '##'. */
const NOTHING: Token = { kind: 'stray', text: '', at: 0, lineStart: false };

function replaced(body: readonly Token[], use: Token, variadic: boolean, given: Given): Token[] {
  const out: Token[] = [];
  for (let i = 0; i < body.length; i++) {
    const token = body[i];
    if (token === undefined) continue;
    const next = body[i + 1];
    if (token.text === '##' && out.length > 0) {
      const right = given.raw(next) ?? (next ? [next] : []);
      i++;
      // ', ## __VA_ARGS__' takes the comma away where there are no arguments (GCC manual, 6.21).
      if (out.at(-1)?.text === ',' && variadic && given.raw(next))
        out.splice(out.length - (right.length === 0 ? 1 : 0), 1, ...right);
      else if (right.length > 0) out.push(...pasted(out.pop(), right, use));
    } else if (token.text === '#' && given.raw(next) !== undefined) {
      out.push({ ...token, kind: 'string', text: stringized(given.raw(next) ?? []) });
      i++;
    } else if (next?.text === '##') {
      const left = given.raw(token) ?? [token];
      out.push(...(left.length === 0 ? [NOTHING] : left));
    } else out.push(...(given.full(token) ?? [token]));
  }
  return out.filter((token) => token !== NOTHING);
}

/** '__VA_OPT__(…)' is what it holds where there are arguments, and nothing where there are none. */
function withOptional(body: readonly Token[], filled: () => boolean): readonly Token[] {
  const at = body.findIndex(({ text }, i) => text === '__VA_OPT__' && body[i + 1]?.text === '(');
  if (at < 0) return body;
  let end = at + 1;
  for (let depth = 0; end < body.length; end++) {
    if (body[end]?.text === '(') depth++;
    if (body[end]?.text === ')' && --depth === 0) break;
  }
  const inside = filled() ? body.slice(at + 2, end) : [];
  return [...body.slice(0, at), ...inside, ...withOptional(body.slice(end + 1), filled)];
}

/** '#name': a space stands where one stood. Of what macros made that is not known, and then neither is the length. */
function stringized(tokens: readonly Token[]): string {
  let text = '';
  for (const [i, token] of tokens.entries()) {
    const before = tokens[i - 1];
    if (before && token.at <= before.at) text += UNMEASURED;
    const apart = before && token.at !== before.at + before.text.length;
    const isQuoted = token.kind === 'string' || token.kind === 'char';
    text += (apart ? ' ' : '') + (isQuoted ? token.text.replace(/[\\"]/g, '\\$&') : token.text);
  }
  return `"${text}"`;
}

/** 'a ## b' (C17 6.10.3.3). */
function pasted(left: Token | undefined, right: readonly Token[], use: Token): Token[] {
  const [first, ...rest] = right;
  if (left === undefined || left === NOTHING || first === undefined) return [...right];
  const [made, ...more] = tokenize(left.text + first.text);
  if (made === undefined || more.length > 0)
    throw new DeclarationError(use.at, `The macro ${quote(use.text)} makes ${quote(left.text + first.text)}, which is no token.`);
  return [{ ...made, at: use.at, lineStart: false }, ...rest];
}
