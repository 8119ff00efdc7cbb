/** The helper's output, a piece at a time: nothing here holds the event loop for long. */

/** Half of the 5 ms that the event loop may be held: a check comes after some work, not in the middle of it. */
const SLICE_MS = 2.5;
/** Bytes that become one string. */
const BLOCK = 64 * 1024;
const NEWLINE = 10;

/** Lines in blocks: strings that end where a line does. The last one may lack its end. Gives the event loop its turn now and then. */
export async function* blocksOf(buffers: Iterable<Buffer> | AsyncIterable<Buffer>): AsyncGenerator<string> {
  let since = performance.now();
  let rest: Buffer = Buffer.alloc(0);
  for await (const buffer of buffers) {
    const whole = rest.length === 0 ? buffer : Buffer.concat([rest, buffer]);
    let from = 0;
    for (let to = BLOCK; ; to += BLOCK) {
      // What is before was looked through with the block before.
      const begin = Math.max(from, to - BLOCK);
      const end = begin + whole.subarray(begin, to).lastIndexOf(NEWLINE) + 1;
      if (end > begin) {
        yield whole.toString('utf8', from, end);
        from = end;
      }
      if (to >= whole.length) break;
      if (performance.now() - since < SLICE_MS) continue;
      await new Promise((resolve) => setImmediate(resolve));
      since = performance.now();
    }
    rest = whole.subarray(from);
  }
  if (rest.length > 0) yield rest.toString('utf8');
}
