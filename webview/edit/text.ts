/** Bytes as text and text as bytes, in the encoding and the byte order that the view shows text in. Pure. */
import type { Store } from '../state/store.ts';

export type TextView = Pick<Store, 'encoding' | 'byteOrder'>;

/** What is no character becomes U+FFFD. */
export function decodeText(bytes: Uint8Array, { encoding, byteOrder }: TextView): string {
  if (encoding === 'ascii') return Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : '\ufffd')).join('');
  const label = encoding === 'utf8' ? 'utf-8' : byteOrder === 'little' ? 'utf-16le' : 'utf-16be';
  // A byte order mark is text like any other here.
  return new TextDecoder(label, { ignoreBOM: true }).decode(bytes);
}

/** What ASCII does not have is written as UTF-8. */
export function encodeText(text: string, { encoding, byteOrder }: TextView): Uint8Array {
  if (encoding !== 'utf16') return new TextEncoder().encode(text);
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let unit = 0; unit < text.length; unit++) view.setUint16(unit * 2, text.charCodeAt(unit), byteOrder === 'little');
  return bytes;
}
