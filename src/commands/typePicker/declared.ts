/** Names of types that a header seems to declare: enough to search in, without reading it as the compiler does. Pure. */

// Each takes time in proportion to the text, also where the text is hostile: nothing in them can be matched in two ways.
const COMMENTS = /\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"?/g;
const ATTRIBUTES = /\b(?:__attribute__|alignas|_Alignas)\s{0,100}\((?:[^()]|\((?:[^()]|\([^()]{0,1000}\)){0,1000}\)){0,1000}\)/g;
const RECORD = /\b(struct|union|class)\s{1,100}([A-Za-z_]\w{0,1000})\s{0,100}(?:final\s{0,100})?(?::[^;{}()]{0,1000})?\{/g;
const TYPEDEF = /\btypedef\s{1,100}(?:struct|union)\b[^;{}]{0,1000}\{/g;
/** A header that declares more is narrowed down by opening it. */
const MOST = 5000;

/** 'struct student', 'union u', 'Order' (a class, or a typedef of a struct), each once, in the order of the text. */
export function declaredTypes(source: string): readonly string[] {
  const text = source.replaceAll(COMMENTS, ' ').replaceAll(ATTRIBUTES, ' ');
  const names = new Set<string>();
  for (const [, word = '', name = ''] of text.matchAll(RECORD)) {
    if (names.size >= MOST) break;
    names.add(word === 'class' ? name : `${word} ${name}`);
  }
  let gone = 0;
  for (const match of text.matchAll(TYPEDEF)) {
    const start = match.index + match[0].length;
    const end = closing(text, start);
    // Typedefs within typedefs without end would be gone through again and again.
    gone += end - start;
    if (names.size >= MOST || gone > 4 * text.length) break;
    const name = /^\s*([A-Za-z_]\w*)/.exec(text.slice(end, end + 400))?.[1];
    if (name !== undefined) names.add(name);
  }
  return [...names];
}

/** Behind the brace that closes the one before `from`. */
function closing(text: string, from: number): number {
  let depth = 1;
  let at = from;
  for (; at < text.length && depth > 0; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}') depth--;
  }
  return at;
}
