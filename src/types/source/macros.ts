/** Macros: what is defined, and what a run of tokens becomes by them (C17 6.10.3). */
import { DeclarationError, quote } from '../errors.ts';
import type { Token } from './lexer.ts';

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
    const parameters = rest.slice(1, close).filter((token) => token.text !== ',');
    this.#table.set(name.text, { parameters: parameters.map((token) => token.text), body: rest.slice(close + 1) });
  }

  /** The tokens that `tokens` become. Those of a macro stand at the place where it is used. */
  expand(tokens: readonly Token[]): Token[] {
    const out: Token[] = [];
    this.#expandInto(tokens, new Set(), out, 0);
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
        body = substitute(macro, token, values);
        i = end;
      }
      this.#made += body.length + 1;
      if (this.#made > EXPANSION_LIMIT) throw new DeclarationError(token.at, 'The macros of this text expand to too much.');
      const placed = body.map((one) => ({ ...one, at: token.at }));
      this.#expandInto(placed, new Set(hidden).add(token.text), out, depth + 1);
    }
  }
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
    const variadic = parameters.at(-1) === '...' && values.length === parameters.length;
    if (token.text === ',' && depth === 1 && !variadic) values.push([]);
    else values.at(-1)?.push(token);
  }
  throw new DeclarationError(tokens[open]?.at ?? 0, "This '(' is not closed.");
}

function substitute(macro: Macro, use: Token, values: readonly Token[][]): Token[] {
  const parameters = macro.parameters ?? [];
  const given = values.length === 1 && values[0]?.length === 0 && parameters.length === 0 ? 0 : values.length;
  const least = parameters.at(-1) === '...' ? parameters.length - 1 : parameters.length;
  if (given < least || given > Math.max(least, parameters.length)) {
    throw new DeclarationError(use.at, `The macro ${quote(use.text)} takes ${parameters.length} arguments, not ${given}.`);
  }
  const odd = macro.body.find((token) => token.text === '##' || token.text === '#');
  if (odd) throw new DeclarationError(use.at, `The macro ${quote(use.text)} uses ${odd.text}, which is not supported.`);
  return macro.body.flatMap((token) => {
    const index = token.kind === 'name' ? parameters.indexOf(token.text === '__VA_ARGS__' ? '...' : token.text) : -1;
    return index < 0 ? [token] : (values[index] ?? []);
  });
}
