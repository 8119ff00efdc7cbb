/** What a clipboard's text is as bytes. Pure. */

/**
 * The bytes that the text writes as hexadecimal: 'de ad be ef', 'deadbeef', '0xde, 0xad', '\xde\xad', also a C array's braces around
 * them. Undefined where it is something else: then it may be meant as text.
 */
export function hexBytes(text: string): Uint8Array | undefined {
  const inner = /\{([^{}]*)\}/.exec(text)?.[1] ?? text;
  const tokens = inner
    .replaceAll(/0x|\\x/gi, ' ')
    .split(/[\s,;:]+/)
    .filter((token) => token !== '');
  if (tokens.length === 0) return undefined;
  const pairs: string[] = [];
  for (const token of tokens) {
    if (!/^[0-9a-fA-F]+$/.test(token)) return undefined;
    // '0xd' is one byte; but of digits without a prefix every byte takes two.
    if (token.length === 1 && /0x|\\x/i.test(inner)) pairs.push(token);
    else if (token.length % 2 === 0) pairs.push(...(token.match(/../g) ?? []));
    else return undefined;
  }
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
}
