/** C tokens (C17 6.4), with their places. Comments and line continuations are gone; what a web page made of quotes and spaces is undone. */
import { DeclarationError } from '../../errors.ts';

export interface Token {
  readonly kind: 'name' | 'number' | 'char' | 'string' | 'punctuator' | 'stray' | 'pack' | 'end';
  readonly text: string;
  /** UTF-16 units from the start of the source; of an expanded macro, the place where it is used. */
  readonly at: number;
  /** Of an expanded macro, where its use ends. */
  readonly end?: number;
  /** First on its line: a '#' here begins a directive. */
  readonly lineStart: boolean;
}

/** In a string that a macro made of others: how long it is cannot be told. */
export const UNMEASURED = '\0';

const SPACE = /(?:[ \t\v\f\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]|\\[ \t]*(?:\r\n|\n|\r))+/y;
const NAME = /(?:[A-Za-z_$]|[^\P{L}])[\w$\p{L}\p{M}\p{N}]*/uy;
const NUMBER = /\.?\d(?:[eEpP][+-]|[\w.]|'(?=\w))*/y;
const PUNCTUATOR = /\.\.\.|<<=|>>=|::|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|##|[-[\](){}.&*+~!/%<>^|?:;=,#]/y;
/** R"delimiter( … )delimiter" (C++17 5.13.5). */
const RAW_STRING = /(?:u8|[uUL])?R"([^\s()\\]{0,16})\([^]*?\)\1"/y;
/** Of a wide or Unicode string or character. */
const PREFIX = /(?:u8|[uUL])(?=["'])/y;
const DASHES = /[\u2010-\u2015\u2212]/;
const STRING_QUOTES = '"“”„‟«»';
const CHAR_QUOTES = "'‘’‚‛";

/** All tokens of a source; `base` is added to their places. Stray characters become tokens of their own: they may stand in text that is passed over. */
export function tokenize(source: string, base = 0): Token[] {
  const tokens: Token[] = [];
  let lineStart = true;
  for (let at = 0; at < source.length;) {
    const space = match(SPACE, source, at);
    if (space > 0) {
      at += space;
      continue;
    }
    const character = source[at] ?? '';
    if (character === '\n' || character === '\r' || character === '\u2028' || character === '\u2029') {
      lineStart = true;
      at++;
      continue;
    }
    const comment = commentLength(source, at, base);
    if (comment > 0) {
      at += comment;
      continue;
    }
    const token = tokenAt(source, at, character, lineStart, base);
    tokens.push(token.token);
    at += token.length;
    lineStart = false;
  }
  return tokens;
}

function match(pattern: RegExp, source: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0].length ?? 0;
}

function commentLength(source: string, at: number, base: number): number {
  if (source.startsWith('/*', at)) {
    const end = source.indexOf('*/', at + 2);
    if (end < 0) throw new DeclarationError(base + at, 'This comment is not closed: the text ends inside it.');
    return end + 2 - at;
  }
  if (!source.startsWith('//', at)) return 0;
  let end = at;
  while (end < source.length && !/[\r\n]/.test(source[end] ?? ''))
    end += source[end] === '\\' && /[\r\n]/.test(source[end + 1] ?? '') ? 2 : 1;
  return end - at;
}

function tokenAt(
  source: string,
  at: number,
  character: string,
  lineStart: boolean,
  base: number,
): { token: Token; length: number } {
  const make = (kind: Token['kind'], length: number, text = source.slice(at, at + length)): { token: Token; length: number } => ({
    token: { kind, text, at: base + at, lineStart },
    length,
  });
  const raw = match(RAW_STRING, source, at);
  if (raw > 0) return make('string', raw);
  const prefix = match(PREFIX, source, at);
  if (prefix > 0) {
    const quotes = source[at + prefix] === '"' ? STRING_QUOTES : CHAR_QUOTES;
    return make(quotes === STRING_QUOTES ? 'string' : 'char', prefix + quotedLength(source, at + prefix, quotes));
  }
  const name = match(NAME, source, at);
  if (name > 0) return make('name', name);
  const number = match(NUMBER, source, at);
  if (number > 0) return make('number', number);
  if (STRING_QUOTES.includes(character)) return make('string', quotedLength(source, at, STRING_QUOTES));
  if (CHAR_QUOTES.includes(character)) return make('char', quotedLength(source, at, CHAR_QUOTES));
  if (DASHES.test(character)) return make('punctuator', 1, '-');
  const punctuator = match(PUNCTUATOR, source, at);
  return punctuator > 0 ? make('punctuator', punctuator) : make('stray', (source.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
}

function quotedLength(source: string, at: number, quotes: string): number {
  for (let end = at + 1; end < source.length; end++) {
    const character = source[end] ?? '';
    if (character === '\\') end++;
    else if (quotes.includes(character)) return end + 1 - at;
    else if (character === '\n' || character === '\r') break;
  }
  // An apostrophe in prose (#error don't) is no mistake by itself: it is a stray where it counts.
  return 1;
}
