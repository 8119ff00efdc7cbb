/** The words of a filter's text, read and written. */

export interface Value {
  readonly text: string;
  /** It was written in quotes. */
  readonly quoted: boolean;
}

/** A plain word has one value and no key. */
export interface Word {
  readonly key?: string;
  readonly values: readonly Value[];
}

const QUOTED = /"(?:[^"\\]|\\.)*"?/y;
const KEY = /([a-z]+):/iy;

/** Words are parted by blanks outside of quotes, values by commas; a quote that is not closed reaches to the end. */
export function readWords(text: string): Word[] {
  return splitOutside(text, /\s/)
    .filter((raw) => raw !== '')
    .map(readWord);
}

function readWord(raw: string): Word {
  KEY.lastIndex = 0;
  const key = KEY.exec(raw)?.[1];
  if (key === undefined) return { values: [readValue(raw)] };
  return { key, values: splitOutside(raw.slice(key.length + 1), /,/).map(readValue) };
}

function readValue(raw: string): Value {
  const quoted = raw.startsWith('"');
  const text = raw.replace(/"((?:[^"\\]|\\.)*)"?/g, (_, inner: string) => inner.replace(/\\(.)/g, '$1'));
  return { text, quoted };
}

/** The parts between separators that stand outside of quotes. */
function splitOutside(text: string, separator: RegExp): string[] {
  const parts: string[] = [''];
  for (let at = 0; at < text.length;) {
    QUOTED.lastIndex = at;
    const quoted = QUOTED.exec(text)?.[0];
    const piece = quoted ?? text.charAt(at);
    if (quoted === undefined && separator.test(piece)) parts.push('');
    else parts.push((parts.pop() ?? '') + piece);
    at += piece.length;
  }
  return parts;
}

/** Whether the text asks for this value of the key. */
export function hasValue(text: string, key: string, value: string): boolean {
  return readWords(text).some((word) => isKey(word, key) && word.values.some((one) => one.text === value));
}

/** The text with one value of the key more, or without it; the values of a key are alternatives. */
export function toggleValue(text: string, key: string, value: string): string {
  const words = readWords(text);
  const had = hasValue(text, key, value);
  if (had) {
    const kept = words.map((word) =>
      isKey(word, key) ? { ...word, values: word.values.filter((one) => one.text !== value) } : word,
    );
    return writeWords(kept.filter((word) => word.key === undefined || word.values.length > 0));
  }
  const added: Value = { text: value, quoted: key === 'process' };
  // 'is:leak is:mine' asks for both; of kinds and processes a segment has one, or some.
  const joined = key === 'is' ? undefined : words.find((word) => isKey(word, key));
  if (!joined) return writeWords([...words, { key, values: [added] }]);
  return writeWords(words.map((word) => (word === joined ? { ...word, values: [...word.values, added] } : word)));
}

function isKey(word: Word, key: string): boolean {
  return word.key?.toLowerCase() === key;
}

function writeWords(words: readonly Word[]): string {
  return words
    .map(({ key, values }) => (key === undefined ? '' : `${key}:`) + values.map((value) => writeValue(value, key)).join(','))
    .join(' ');
}

function writeValue({ text, quoted }: Value, key: string | undefined): string {
  const needed = quoted || (key === undefined ? /[\s"]|^[a-z]+:/i : /[\s",]/).test(text);
  return needed ? `"${text.replace(/[\\"]/g, '\\$&')}"` : text;
}
