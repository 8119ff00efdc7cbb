/** Macros: what is defined, and what a run of tokens becomes by them (C17 6.10.3). */
import { DeclarationError, quote } from '../errors.ts';
import { tokenize, type Token } from './lexer.ts';

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

  constructor(predefined: ReadonlyMap<string, Macro>) {
    this.#table = new Map(predefined);
  }

  has(name: string): boolean {
    return this.#table.has(name);
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
      const token = tokens[i];
      if (token === undefined) continue;
      const macro = token.kind === 'name' && !hidden.has(token.text) ? this.#table.get(token.text) : undefined;
      if (macro === undefined || (macro.parameters !== undefined && tokens[i + 1]?.text !== '(')) {
        out.push(token);
        continue;
      }
      if (depth >= DEPTH_LIMIT)
        throw new DeclarationError(token.at, `The macro ${quote(token.text)} leads through more than ${DEPTH_LIMIT} others.`);
      let body: readonly Token[] = macro.body;
      if (macro.parameters !== undefined) {
        const { values, end } = readArguments(tokens, i + 1, macro.parameters);
        body = substitute(macro, token, values, (tokens) => this.#argument(tokens, hidden, depth));
        i = end;
      }
      this.#made += body.length + 1;
      if (this.#made > EXPANSION_LIMIT) throw new DeclarationError(token.at, 'The macros of this text expand to too much.');
      const placed = body.map((one) => ({ ...one, at: token.at }));
      this.#expandInto(placed, new Set(hidden).add(token.text), out, depth + 1);
    }
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
  const argument = (token: Token | undefined): Token[] | undefined => {
    if (token?.kind !== 'name') return undefined;
    const index = parameters.findIndex((one) => (one === '...' ? '__VA_ARGS__' : one.replace('...', '')) === token.text);
    return index < 0 ? undefined : (values[index] ?? []);
  };
  const out: Token[] = [];
  for (let i = 0; i < macro.body.length; i++) {
    const token = macro.body[i];
    if (token === undefined) continue;
    const next = macro.body[i + 1];
    if (token.text === '##' && out.length > 0) {
      const right = argument(next) ?? (next ? [next] : []);
      i++;
      // ', ## __VA_ARGS__' takes the comma away where there are no arguments (GCC manual, 6.21).
      if (right.length === 0 && out.at(-1)?.text === ',' && variadic) out.pop();
      else if (right.length > 0) out.push(...pasted(out.pop(), right, use));
    } else if (token.text === '#' && argument(next) !== undefined) {
      out.push({ ...token, kind: 'string', text: `"${(argument(next) ?? []).map((one) => one.text).join(' ')}"` });
      i++;
    } else if (next?.text === '##') out.push(...(argument(token) ?? [token]));
    else out.push(...(argument(token)?.length ? expanded(argument(token) ?? []) : (argument(token) ?? [token])));
  }
  return out;
}

/** 'a ## b' (C17 6.10.3.3). */
function pasted(left: Token | undefined, right: readonly Token[], use: Token): Token[] {
  const [first, ...rest] = right;
  if (left === undefined || first === undefined) return [...right];
  const [made, ...more] = tokenize(left.text + first.text);
  if (made === undefined || more.length > 0)
    throw new DeclarationError(use.at, `The macro ${quote(use.text)} makes ${quote(left.text + first.text)}, which is no token.`);
  return [{ ...made, at: use.at, lineStart: false }, ...rest];
}
