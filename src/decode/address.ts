/** Network addresses and UUIDs as text and back: IPv4 in dotted decimals, IPv6 as RFC 5952 says, UUIDs as RFC 9562. */

/** '192.168.0.1' for these four bytes, the first one first. */
export function ipv4Text(bytes: Uint8Array): string {
  return bytes.subarray(0, 4).join('.');
}

/** The four bytes, or undefined for a text that is no address: four decimals of 0 to 255 without leading zeros. */
export function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.trim().split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return undefined;
  return Uint8Array.from(parts, Number);
}

/** RFC 5952: lower case, the longest run of two or more zero groups as '::', the first of equals; mapped IPv4 in decimals. */
export function ipv6Text(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0));
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) return `::ffff:${ipv4Text(bytes.subarray(12))}`;
  let best = { at: 0, length: 1 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (groups[at + length] === 0) length++;
    if (length > best.length) best = { at, length };
  }
  const hex = groups.map((group) => group.toString(16));
  if (best.length < 2) return hex.join(':');
  return `${hex.slice(0, best.at).join(':')}::${hex.slice(best.at + best.length).join(':')}`;
}

/** The sixteen bytes of any form that RFC 4291 allows, or undefined. */
export function parseIpv6(text: string): Uint8Array | undefined {
  let typed = text.trim().toLowerCase();
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(typed);
  if (dotted) {
    const [a = 0, b = 0, c = 0, d = 0] = parseIpv4(dotted[2] ?? '') ?? [-1];
    if (a < 0) return undefined;
    typed = `${dotted[1] ?? ''}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  }
  const [left = '', right, ...more] = typed.split('::');
  if (more.length > 0) return undefined;
  const split = (part: string): readonly string[] => (part === '' ? [] : part.split(':'));
  const [before, after] = [split(left), split(right ?? '')];
  const missing = 8 - before.length - after.length;
  if (right === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...after];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/.test(group))) return undefined;
  return Uint8Array.from(groups.flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]));
}

/** 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6': the bytes in the order in which they lie, as libuuid keeps them. */
export function uuidText(bytes: Uint8Array): string {
  const hex = bytesText(bytes.subarray(0, 16), '');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** With or without hyphens, braces and 'urn:uuid:'; undefined for what is none. */
export function parseUuid(text: string): Uint8Array | undefined {
  const typed = text
    .trim()
    .replace(/^urn:uuid:/i, '')
    .replace(/^\{(.*)\}$/, '$1');
  if (!/^[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}$/i.test(typed)) return undefined;
  return parseBytes(typed.replaceAll('-', ''));
}

/** 'de ad be ef'. */
export function bytesText(bytes: Uint8Array, between = ' '): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(between);
}

/** Hexadecimal digits in pairs, with blanks, commas, colons or '0x' between them; undefined for anything else. */
export function parseBytes(text: string): Uint8Array | undefined {
  const pairs = text
    .trim()
    .split(/[\s,:]+/)
    .map((part) => part.replace(/^0x/i, ''));
  const digits = pairs.join('');
  if (!pairs.every((pair) => /^(?:[0-9a-f]{2})*$/i.test(pair))) return undefined;
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) => parseInt(digits.slice(2 * index, 2 * index + 2), 16));
}
