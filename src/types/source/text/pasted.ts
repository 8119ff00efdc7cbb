/**
 * What a place that text was copied from put around it: fences of Markdown, the marks of a diff, quote marks of mail, line numbers, HTML
 * entities. Each is taken away only where all lines bear it, and spaces stand in its place, so that every offset stays.
 */

interface Line {
  readonly at: number;
  readonly text: string;
}

/** `source` without them; as long as before, line ends included. */
export function withoutPaste(source: string): string {
  return [fences, quoteMarks, diffMarks, lineNumbers, numberLines, entities].reduce((text, step) => step(text), source);
}

function linesOf(source: string): Line[] {
  const lines: Line[] = [];
  for (const match of source.matchAll(/[^\r\n]+/g)) if (match[0].trim() !== '') lines.push({ at: match.index, text: match[0] });
  return lines;
}

/** Spaces in place of the first `length` units of each line that is named; all of the line without a length. */
function blank(source: string, parts: Iterable<{ readonly at: number; readonly length: number }>): string {
  let text = '';
  let from = 0;
  for (const { at, length } of parts) {
    text += source.slice(from, at) + ' '.repeat(length);
    from = at + length;
  }
  return text + source.slice(from);
}

const whole = ({ at, text }: Line): { at: number; length: number } => ({ at, length: text.length });

/** Of a text with fenced blocks, the blocks: ```c … ```. */
function fences(source: string): string {
  if (!/```|~~~/.test(source)) return source;
  const outside: Line[] = [];
  let fence = '';
  let blocks = 0;
  for (const line of linesOf(source)) {
    const mark = /^\s*(`{3,}|~{3,})([^`]*)$/.exec(line.text);
    const closes = fence !== '' && mark !== null && (mark[1] ?? '').startsWith(fence) && (mark[2] ?? '').trim() === '';
    if (fence === '' && mark !== null) {
      fence = mark[1] ?? '';
      blocks++;
    } else if (closes) fence = '';
    else if (fence !== '') continue;
    outside.push(line);
  }
  return blocks === 0 ? source : blank(source, outside.map(whole));
}

/** '> ' before every line of two or more. */
function quoteMarks(source: string): string {
  if (!/^\s*>/.test(source)) return source;
  const lines = linesOf(source);
  const marks = lines.map(({ at, text }) => ({ at, mark: /^[\s>]*/.exec(text)?.[0] ?? '' }));
  if (lines.length < 2 || !marks.every(({ mark }) => mark.includes('>'))) return source;
  return blank(
    source,
    marks.map(({ at, mark }) => ({ at, length: mark.length })),
  );
}

const DIFF_HEADER =
  /^(?:diff |index [\da-f]+\.\.|--- |\+\+\+ |@@ |new file mode |deleted file mode |similarity index |rename |\\ No newline)/;

/** A unified diff, or a piece of one: what it adds and what it leaves; what it takes away is blank. */
function diffMarks(source: string): string {
  if (!/^\+/m.test(source)) return source;
  const lines = linesOf(source);
  const headers = new Set(lines.filter(({ text }) => DIFF_HEADER.test(text)));
  const body = lines.filter((line) => !headers.has(line));
  if (!body.some(({ text }) => text.startsWith('+')) || !body.every(({ text }) => /^[-+ ]/.test(text))) return source;
  return blank(
    source,
    lines.map((line) => (headers.has(line) || line.text.startsWith('-') ? whole(line) : { at: line.at, length: 1 })),
  );
}

/** '12 ', '12: ', '12| ' before every line of two or more, each number one more than the last. */
function lineNumbers(source: string): string {
  if (!/^\s*\d/.test(source)) return source;
  const lines = linesOf(source);
  const found: { at: number; length: number }[] = [];
  let last: number | undefined;
  let end = 0;
  for (const { at, text } of lines) {
    const match = /^\s*(\d{1,7})(?:\s*[:|│.)](?!\d)|-(?![\d>])|(?=\s)|$)/.exec(text);
    const number = Number(match?.[1]);
    if (match === null || (last !== undefined && !follows(source.slice(end, at), last, number))) return source;
    last = number;
    end = at + text.length;
    found.push({ at, length: match[0].length });
  }
  return found.length > 1 ? blank(source, found) : source;
}

/** A number counts on from the last one; the empty lines `between` may have been counted. */
function follows(between: string, last: number, number: number): boolean {
  return number === last + 1 || number === last + (between.match(/\r\n|\n|\r/g)?.length ?? 0);
}

/** Numbers on lines of their own, before the code or between its lines: 1, 2, 3, …, beginning on the first line. */
function numberLines(source: string): string {
  if (!/^\s*\d/.test(source)) return source;
  const lines = linesOf(source);
  const numbers = lines.filter(({ text }) => /^\s*\d{1,7}\s*$/.test(text));
  const first = Number(numbers[0]?.text);
  const counted = numbers.length > 1 && numbers[0] === lines[0] && numbers.every(({ text }, i) => Number(text) === first + i);
  return counted && numbers.length < lines.length ? blank(source, numbers.map(whole)) : source;
}

const ENTITY = /&(?:lt|gt|amp|quot|apos|nbsp|#\d{1,6}|#[xX][\da-fA-F]{1,5});/g;
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: ' ' };

/** Where every '<', '>' and '&' is written as HTML writes it. The spaces come after a run of entities: '&amp;&amp;' is one token. */
function entities(source: string): string {
  if (!/&(?:lt|gt|amp|quot|apos|nbsp|#\d|#x)/i.test(source) || /[<>&]/.test(source.replace(ENTITY, ''))) return source;
  return source.replace(new RegExp(`(?:${ENTITY.source})+`, 'g'), (run) =>
    run.replace(ENTITY, (entity) => characterOf(entity.slice(1, -1))).padEnd(run.length),
  );
}

function characterOf(name: string): string {
  const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : Number(name.slice(1));
  // No line ends: the lines after them would have other numbers than in the text.
  return NAMED[name] ?? (code > 0x20 && code < 0x10000 ? String.fromCharCode(code) : ' ');
}
