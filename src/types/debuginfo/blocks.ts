/** The helper's output, a piece at a time: nothing here holds the event loop for long. */

/** Half of the 5 ms that the event loop may be held: a check comes after some work, not in the middle of it. */
const SLICE_MS = 2.5;
/** Bytes that become one string. */
const BLOCK = 64 * 1024;
const NEWLINE = 10;

/** Lines in blocks: strings that end where a line does. The last one may lack its end. Gives the event loop its turn now and then. */
export async function* blocksOf(buffers: readonly Buffer[]): AsyncGenerator<string> {
  let since = performance.now();
  let rest = Buffer.alloc(0);
  for (const buffer of buffers) {
    for (let at = 0; at < buffer.length; at += BLOCK) {
      const piece = Buffer.concat([rest, buffer.subarray(at, at + BLOCK)]);
      const end = piece.lastIndexOf(NEWLINE) + 1;
      rest = piece.subarray(end);
      if (end > 0) yield piece.toString('utf8', 0, end);
      if (performance.now() - since < SLICE_MS) continue;
      await new Promise((resolve) => setImmediate(resolve));
      since = performance.now();
    }
  }
  if (rest.length > 0) yield rest.toString('utf8');
}
