/** Work that several wait for, done once: it goes on while anyone waits, and its result is kept. */

interface Running<T> {
  readonly promise: Promise<T>;
  readonly controller: AbortController;
  users: number;
}

export class Shared<T> {
  readonly #work: (signal: AbortSignal) => Promise<T>;
  #running: Running<T> | undefined;

  /** `work` is told by its signal when nobody waits any more. What it rejects with is not kept: the next one begins anew. */
  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#work = work;
  }

  /** An abort rejects with the signal's reason. */
  join(signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) return Promise.reject(reasonOf(signal));
    const running = (this.#running ??= this.#start());
    running.users++;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        if (--running.users === 0) this.#abandon(running);
        reject(reasonOf(signal));
      };
      signal?.addEventListener('abort', leave, { once: true });
      const done = (): void => signal?.removeEventListener('abort', leave);
      void running.promise.then(resolve, reject).finally(done);
    });
  }

  #start(): Running<T> {
    const controller = new AbortController();
    const running: Running<T> = { promise: this.#work(controller.signal), controller, users: 0 };
    running.promise.catch(() => this.#forget(running));
    return running;
  }

  #abandon(running: Running<T>): void {
    this.#forget(running);
    running.controller.abort();
  }

  #forget(running: Running<T>): void {
    if (this.#running === running) this.#running = undefined;
  }
}

function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
}
