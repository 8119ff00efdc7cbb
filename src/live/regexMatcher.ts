/** One regular expression in a worker thread of its own, which can be ended in the middle of a match. */
import { Worker } from 'node:worker_threads';
import { toRegex } from '../decode/regex.ts';
import { shmError } from '../native/errors.ts';
import type { SearchSpec } from '../protocol/searching.ts';
import { isMatchAnswer, type Pattern } from './regexJobs.ts';
import type { MatchJob } from './regexText.ts';

export type RegexSpec = Extract<SearchSpec, { kind: 'regex' }>;

/** Longest time for one chunk of a MiB. */
const TIME_LIMIT_MS = 10_000;
/** Bounds what a hostile pattern can take; V8 ends the worker, not the process, when it is reached. */
const HEAP_MEGABYTES = 256;

/** EINVAL, with what the engine says of it, for a text that is no regular expression. */
export function patternOf({ source, encoding, matchCase }: RegexSpec): Pattern {
  try {
    return { source, flags: toRegex(source, matchCase).flags, encoding };
  } catch (error) {
    throw shmError('EINVAL', error instanceof Error ? error.message : String(error));
  }
}

export class Matcher {
  readonly #worker: Worker;
  readonly #limitMs: number;
  #id = 0;
  #failed: (error: Error) => void = () => undefined;

  constructor(file: string | URL, pattern: Pattern, limitMs = TIME_LIMIT_MS) {
    this.#worker = new Worker(file, { workerData: pattern, resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES } });
    this.#worker.on('error', (error: unknown) =>
      this.#failed(shmError('EIO', `The matcher of the regular expression failed: ${String(error)}`)),
    );
    this.#worker.on('exit', () => this.#failed(shmError('EIO', 'The matcher of the regular expression ended unexpectedly.')));
    this.#limitMs = limitMs;
  }

  /**
   * The hits of one chunk, as matchText gives them; one chunk at a time. The bytes are handed over to the worker. Rejects with ECANCELED as
   * soon as the signal says so, in the middle of a match too, and with ETIMEDOUT after ten seconds; then the worker is ended.
   */
  async match(job: MatchJob, signal: AbortSignal | undefined): Promise<Float64Array> {
    const id = ++this.#id;
    const worker = this.#worker;
    let done = (): void => undefined;
    try {
      return await new Promise<Float64Array>((resolve, reject) => {
        this.#failed = reject;
        const answer = (value: unknown): void => {
          if (isMatchAnswer(value) && value.id === id) resolve(value.hits);
        };
        const cancel = (): void => reject(shmError('ECANCELED', 'The search was cancelled.'));
        const timer = setTimeout(() => reject(tooLong()), this.#limitMs);
        done = () => {
          clearTimeout(timer);
          worker.off('message', answer);
          signal?.removeEventListener('abort', cancel);
        };
        worker.on('message', answer);
        signal?.addEventListener('abort', cancel);
        if (signal?.aborted) return cancel();
        worker.postMessage({ ...job, id }, [job.bytes.buffer]);
      });
    } catch (error) {
      this.dispose();
      throw error;
    } finally {
      done();
    }
  }

  dispose(): void {
    this.#failed = () => undefined;
    void this.#worker.terminate();
  }
}

function tooLong(): Error {
  return shmError('ETIMEDOUT', 'The regular expression took more than ten seconds for one MiB.', {
    remedy: 'Simplify it: what repeats a repetition, as (a+)+ does, can take forever.',
  });
}
