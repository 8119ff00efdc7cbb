/** Tokens of the Python in which types are written: names, numbers, texts, brackets. */
import { DeclarationError, quote } from '../errors.ts';

export interface Token {
  readonly kind: 'name' | 'number' | 'text' | 'mark' | 'end';
  /** Of a text, what it stands for. */
  readonly text: string;
  /** UTF-16 units from the start of the source; of a text, where its content begins. */
  readonly at: number;
  /** First on its line. */
  readonly lineStart: boolean;
}

const SPACE = /[ \t\f\u00a0\u2000-\u200b\u202f\u3000\ufeff]+|\\(?:\r\n|\n|\r)|#[^\r\n]*/y;
const LINE = /\r\n|[\n\r\u2028\u2029]/y;
/** With dots: 'np.float64'. */
const NAME = /[A-Za-z_][\w]*(?:[ \t]*\.[ \t]*[A-Za-z_]\w*)*/y;
const NUMBER = /0[xX][\da-fA-F_]+|\d[\d_]*/y;
const PREFIX = /[bBuUrR]{0,2}(?=["'“”„‘’‚])/y;
const DOUBLE = '"“”„';
const SINGLE = "'‘’‚";

/** All tokens, an 'end' last. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let lineStart = true;
  for (let at = 0; at < source.length;) {
    const line = match(LINE, source, at);
    const skipped = match(SPACE, source, at) ?? line;
    if (skipped !== undefined) {
      lineStart ||= line !== undefined;
      at += skipped.length;
      continue;
    }
    const { token, length } = tokenAt(source, at, lineStart);
    tokens.push(token);
    at += length;
    lineStart = false;
  }
  tokens.push({ kind: 'end', text: '', at: source.trimEnd().length, lineStart: true });
  return tokens;
}

function match(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

function tokenAt(source: string, at: number, lineStart: boolean): { token: Token; length: number } {
  const prefix = match(PREFIX, source, at);
  if (prefix !== undefined) {
    const { text, from, end } = textAt(source, at + prefix.length, /r/i.test(prefix));
    return { token: { kind: 'text', text, at: from, lineStart }, length: end - at };
  }
  const name = match(NAME, source, at);
  if (name !== undefined)
    return { token: { kind: 'name', text: name.replace(/[ \t]/g, ''), at, lineStart }, length: name.length };
  const number = match(NUMBER, source, at);
  if (number !== undefined) return { token: { kind: 'number', text: number, at, lineStart }, length: number.length };
  const mark = String.fromCodePoint(source.codePointAt(at) ?? 0x20);
  return { token: { kind: 'mark', text: mark, at, lineStart }, length: mark.length };
}

/** The literal whose quote stands at `at`; a typographic quote is closed by any of its kind. */
function textAt(source: string, at: number, raw: boolean): { text: string; from: number; end: number } {
  const quotes = DOUBLE.includes(source[at] ?? '') ? DOUBLE : SINGLE;
  const opening = source[at] ?? '';
  const triple = source.startsWith(opening.repeat(3), at);
  const from = at + (triple ? 3 : 1);
  for (let end = from; end < source.length; end++) {
    const character = source[end] ?? '';
    if (character === '\\') end++;
    else if (triple ? source.startsWith(opening.repeat(3), end) : quotes.includes(character)) {
      const body = source.slice(from, end);
      return { text: raw ? body : unescape(body), from, end: end + (triple ? 3 : 1) };
    } else if (!triple && (character === '\n' || character === '\r')) break;
  }
  throw new DeclarationError(at, `The text ${quote(source.slice(at, at + 40))} is not closed.`);
}

const SIMPLE: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\', "'": "'", '"': '"', '\n': '' };

/** Python's escapes (Language Reference 2.4.1.1) but \N{…}; any other backslash stands for itself. */
function unescape(body: string): string {
  return body.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U(000[\da-fA-F]{5}|0010[\da-fA-F]{4})|([0-7]{1,3})|([\s\S]))/g,
    (whole: string, x?: string, u?: string, long?: string, octal?: string, one?: string) => {
      const hex = x ?? u ?? long;
      if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
      return octal === undefined ? (SIMPLE[one ?? ''] ?? whole) : String.fromCodePoint(parseInt(octal, 8));
    },
  );
}
