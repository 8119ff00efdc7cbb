/** Which form a text of types has, by how it begins. */
import { isStructFormat } from './pystruct.ts';

export type Form = 'json' | 'python' | 'format' | 'declarations';

/** One piece at a time: a regular expression that repeats them runs out of stack on millions. */
const COMMENT = /[\s\u200b\ufeff]+|\/\/[^\r\n]*|\/\*[\s\S]*?\*\//y;
const PYTHON_COMMENT = /[\s\ufeff]+|#(?![ \t]*(?:include|define|pragma|if|ifdef|ifndef|undef|error|line)\b)[^\r\n]*/y;
const PYTHON = new RegExp(
  [
    String.raw`^(?:import|from)[ \t]+(?:numpy|struct)\b`,
    String.raw`^(?:[A-Za-z_]\w*(?:[ \t]*,[ \t]*[A-Za-z_]\w*){0,100}[ \t]*=[ \t]*)?(?:(?:(?:np|numpy)[ \t]*\.[ \t]*)?dtype|struct[ \t]*\.[ \t]*[A-Za-z_]+|Struct)[ \t]*\(`,
    // dtype.descr, and the dict of a dtype.
    String.raw`^\[[\s]*(?:\]|\()`,
    String.raw`^\{\s*["'“‘](?:names|formats|offsets|titles|itemsize|aligned)["'”’]\s*:`,
    String.raw`^\{\s*'`,
    // One text, and nothing else.
    String.raw`^[bru]{0,2}(?:"[^"\r\n]*"|'[^'\r\n]*'|“[^”\r\n]*”|‘[^’\r\n]*’)\s*$`,
  ].join('|'),
);
const JSON_START = /^(?:\{\s*(?:["“}]|\/[/*])|\[\s*(?:\{|\/[/*]))/;
const FORMAT_START = /^[@=<>!][ \t\w?]*$/;

/** 'format' is a format of Python's struct without quotes. What is none of the others is taken as declarations. */
export function formOf(source: string): Form {
  const text = source.trim();
  if (PYTHON.test(behind(text, PYTHON_COMMENT))) return 'python';
  if (JSON_START.test(behind(text, COMMENT))) return 'json';
  if (text !== '' && !/[\r\n]/.test(text) && (FORMAT_START.test(text) || isStructFormat(text))) return 'format';
  return 'declarations';
}

/** What follows all that `pattern` matches from the start on. */
function behind(text: string, pattern: RegExp): string {
  let at = 0;
  for (pattern.lastIndex = 0; pattern.test(text); pattern.lastIndex = at) at = pattern.lastIndex;
  return text.slice(at);
}
