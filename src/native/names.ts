/**
 * The names of native/ as people see them: a byte that is not UTF-8 (there a lone surrogate U+DC80 to U+DCFF, PEP 383) and a
 * character that could break a line or turn the direction of the text become `\xNN`, one for each byte.
 */
export function displayName(name: string): string {
  let shown = '';
  for (const character of name) {
    const point = character.codePointAt(0) ?? 0;
    if (point >= 0xdc80 && point <= 0xdcff) shown += hex(point - 0xdc00);
    else if (UNSAFE.test(character)) shown += [...new TextEncoder().encode(character)].map(hex).join('');
    else shown += character;
  }
  return shown;
}

/** Control and format characters (bidirectional overrides among them), line and paragraph separators, other lone surrogates. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

function hex(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}
