/** Requests and replies: calls derived from the `Requests` interface, each settled exactly once. */
import type { FromPage, ToPage } from './messages.ts';
import { isAnswer, isAsk, type RequestName, type Requests } from './requests.ts';

type Reply = Extract<ToPage, { type: 'reply' }>;
type Answer<Name extends RequestName> = Requests[Name]['answer'];

/** A request that was refused or that lost its other side. `code` as in ShmError; 'ECANCELED' when the requester was disposed. */
export class RequestError extends Error {
  readonly code: string;
  readonly remedy: string | undefined;

  constructor(code: string, message: string, remedy?: string) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
    this.remedy = remedy;
  }
}

export interface AskOptions {
  /** Told how far it has come, 0 to 1, and how much was found. */
  readonly onProgress?: (done: number, found: number) => void;
  /** Cancels: the answer comes all the same, and soon. */
  readonly signal?: AbortSignal;
}

interface Pending {
  readonly onProgress: AskOptions['onProgress'];
  readonly settle: (reply: Reply) => void;
  readonly abandon: (error: RequestError) => void;
}

/** The page's half: sends requests through `post` and takes the replies that `accept` is given. */
export class Requester {
  readonly #post: (message: FromPage) => void;
  readonly #pending = new Map<number, Pending>();
  #next = 1;
  #disposed = false;

  constructor(post: (message: FromPage) => void) {
    this.#post = post;
  }

  /**
   * Rejects with a RequestError: what the host said, 'EPROTO' for an answer that is none, 'ECANCELED' after dispose(), and 'E2BIG' for what
   * the host would drop without a word, since it is over what limits.ts allows.
   */
  ask<Name extends RequestName>(name: Name, ask: Requests[Name]['ask'], options: AskOptions = {}): Promise<Answer<Name>> {
    if (this.#disposed) return Promise.reject(new RequestError('ECANCELED', 'The view is closed.'));
    if (!isAsk(name, ask))
      return Promise.reject(new RequestError('E2BIG', 'This is more than can be sent at once: take a part of it.'));
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const settle = ({ ok, error }: Reply): void => {
        if (error) reject(new RequestError(error.code, error.message, error.remedy));
        else if (isAnswer(name, ok)) resolve(ok);
        else reject(new RequestError('EPROTO', `The answer to '${name}' cannot be understood.`));
      };
      this.#pending.set(id, { settle, abandon: reject, onProgress: options.onProgress });
      this.#post({ type: 'request', id, name, ask });
      options.signal?.addEventListener('abort', () => this.#cancel(id), { once: true });
    });
  }

  /** Settles the request that `reply` answers; an answer to nothing is ignored. */
  accept(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    pending?.settle(reply);
  }

  progress({ id, done, found }: Extract<ToPage, { type: 'progress' }>): void {
    this.#pending.get(id)?.onProgress?.(done, found);
  }

  #cancel(id: number): void {
    if (this.#pending.has(id)) this.#post({ type: 'cancel', id });
  }

  /** Rejects everything that is still open, and all that is asked from now on. */
  dispose(): void {
    this.#disposed = true;
    const open = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of open) pending.abandon(new RequestError('ECANCELED', 'The view was closed before the answer came.'));
  }
}
