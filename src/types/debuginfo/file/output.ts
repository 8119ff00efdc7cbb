/** What a process says, as it comes. */

export class Output implements AsyncIterable<Buffer> {
  /** All that has come. */
  readonly chunks: Buffer[] = [];
  #ended = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  add(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.#wake?.();
  }

  /** Nothing more comes; `error`: what whoever reads is told then. Only the first call counts. */
  end(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#wake?.();
  }

  /** For one reader at a time. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (let next = 0; ; next++) {
      while (next >= this.chunks.length && !this.#ended)
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      const chunk = this.chunks[next];
      if (chunk === undefined) break;
      yield chunk;
    }
    if (this.#error) throw this.#error;
  }
}
