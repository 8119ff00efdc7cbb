/** The page's requests under way: each is answered once, late or soon. */
import { toShmError, shmError } from '../native/errors.ts';
import { MAX_REQUESTS } from '../protocol/limits.ts';
import type { FromPage, ToPage } from '../protocol/messages.ts';
import type { Running } from '../live/control.ts';

type Request = Extract<FromPage, { type: 'request' }>;

export class Answering {
  readonly #answer: (request: Request, running: Running) => Promise<unknown>;
  readonly #post: (message: ToPage) => void;
  readonly #underWay = new Map<number, AbortController>();

  constructor(answer: (request: Request, running: Running) => Promise<unknown>, post: (message: ToPage) => void) {
    this.#answer = answer;
    this.#post = post;
  }

  async take(request: Request): Promise<void> {
    const { id } = request;
    if (this.#underWay.size >= MAX_REQUESTS || this.#underWay.has(id))
      return this.#post(refusal(id, shmError('EAGAIN', 'Too much is under way already: wait for it, or cancel it.')));
    const cancel = new AbortController();
    this.#underWay.set(id, cancel);
    // A page that is built anew begins its ids anew: it must not get the answers of the one before.
    const tell = (message: ToPage): void => {
      if (this.#underWay.get(id) === cancel) this.#post(message);
    };
    try {
      const onProgress = (done: number, found: number): void => tell({ type: 'progress', id, done, found });
      const ok = await this.#answer(request, { signal: cancel.signal, onProgress });
      tell({ type: 'reply', id, ok: ok ?? null });
    } catch (error) {
      tell(refusal(id, error));
    } finally {
      if (this.#underWay.get(id) === cancel) this.#underWay.delete(id);
    }
  }

  cancel(id: number): void {
    this.#underWay.get(id)?.abort();
  }

  /** The page is taken away: what it asked for is wanted by nobody any more. */
  abandon(): void {
    for (const request of this.#underWay.values()) request.abort();
    this.#underWay.clear();
  }
}

function refusal(id: number, error: unknown): ToPage {
  const { code, message, remedy } = toShmError(error);
  return { type: 'reply', id, error: { code, message, ...(remedy === undefined ? {} : { remedy }) } };
}
