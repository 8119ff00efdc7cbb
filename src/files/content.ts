/** All bytes of a moment, and whether they are those of before. */
import { createHash } from 'node:crypto';
import type { Moment } from '../keep/moment.ts';
import { pieces } from '../keep/pieces.ts';

/** `bytes`: short where the object shrank meanwhile. */
export async function readWhole(moment: Moment, size: number): Promise<{ bytes: Uint8Array; hash: string }> {
  const bytes = new Uint8Array(size);
  const { hash, end } = await walk(moment, size, (piece, offset) => bytes.set(piece, offset));
  return { bytes: bytes.subarray(0, end), hash };
}

/** Differs when a byte or the size does; it may also where a page of zeros came to be held. Only what holds memory is read. */
export async function hashOf(moment: Moment, size: number, signal: AbortSignal): Promise<string> {
  return (await walk(moment, size, () => undefined, signal)).hash;
}

async function walk(
  moment: Moment,
  size: number,
  each: (bytes: Uint8Array, offset: number) => void,
  signal?: AbortSignal,
): Promise<{ hash: string; end: number }> {
  const hash = createHash('sha1');
  let end = 0;
  for await (const piece of pieces(moment, 0, size, signal)) {
    if ('bytes' in piece) {
      each(piece.bytes, piece.offset);
      hash.update(`${piece.offset} `).update(piece.bytes);
    }
    end = piece.offset + ('bytes' in piece ? piece.bytes.length : piece.zeros);
  }
  return { hash: hash.update(`end ${end}`).digest('base64'), end };
}
