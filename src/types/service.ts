/** Layouts from declarations, read in a worker thread, so that no text can hold up the extension host. */
import { Worker } from 'node:worker_threads';
import type { Abi, TypeLayout } from '../../api.d.ts';
import { shmError } from '../native/errors.ts';
import { isParseAnswer, isTarget, type MoreJob, type ParseAnswer, type ParseJob } from './jobs.ts';
import type { Place } from './source/text/files.ts';
import type { Declarations } from './source/parse.ts';
import { Unpacking } from './transfer.ts';

export interface TypeServiceOptions {
  /** worker.ts, or what it is bundled to. */
  readonly worker: string | URL;
  /** Longest time for one text; default 10,000 ms. */
  readonly timeLimit?: number;
  /** After this time without work the worker ends; default 30,000 ms. */
  readonly idleTime?: number;
}

export interface ParseRequest {
  readonly source: string;
  readonly abi?: Abi | undefined;
  readonly language?: 'c' | 'c++' | undefined;
  readonly dialect?: 'gcc' | 'clang' | undefined;
  /** Where it comes from, and what it may include; absent: nothing. */
  readonly place?: Place | undefined;
}

interface Waiting {
  readonly job: ParseJob;
  readonly resolve: (declarations: Declarations) => void;
  readonly reject: (error: Error) => void;
}

interface Arriving {
  readonly declarations: NonNullable<ParseAnswer['declarations']>;
  readonly unpacking: Unpacking;
}

function declarationsOf({ declarations: { roots, ...rest }, unpacking }: Arriving): Declarations {
  return { ...rest, types: unpacking.take(roots) };
}

/** Most text that is taken at once, in UTF-16 units. */
const SOURCE_LIMIT = 16 * 2 ** 20;
/** Bounds what a hostile text can take; V8 ends the worker, not the process, when it is reached. */
const HEAP_MEGABYTES = 512;
const TOO_LONG = '1:1: This text took too long to read: take only the declarations that are needed.';
const TOO_MUCH = '1:1: This text takes too much memory to read: take only the declarations that are needed.';

/** Texts are read one after the other. The worker starts with the first one and ends when it has had nothing to do for a while. */
export class TypeService {
  readonly #options: TypeServiceOptions;
  readonly #queue: Waiting[] = [];
  #current: Waiting | undefined;
  /** An answer of which not all parcels are here. */
  #arriving: Arriving | undefined;
  #worker: Worker | undefined;
  #limit: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;
  #disposed = false;

  constructor(options: TypeServiceOptions) {
    this.#options = options;
  }

  /**
   * All structs, unions, enums and typedefs that a source gives, in declaration order. Rejects with a ShmError: ETYPE with
   * 'LINE:COLUMN: …' where the text is wrong, or '1:1: …' where it takes too long or too much memory; ENOTSUP for an ABI or a dialect
   * that there is not. An abort rejects with the signal's reason.
   */
  async parse(request: ParseRequest, signal?: AbortSignal): Promise<TypeLayout[]> {
    const { types, problems } = await this.read(request, signal);
    const [problem] = problems;
    if (problem) throw shmError('ETYPE', problem.text);
    return [...types];
  }

  /** Like `parse`, but what can be resolved is given beside the problems of the rest. */
  read(request: ParseRequest, signal?: AbortSignal): Promise<Declarations> {
    const target = targetOf(request);
    const refusal = target === undefined ? unknownTarget(request) : this.#refusal(request);
    if (target === undefined || refusal !== undefined) return Promise.reject(refusal ?? unknownTarget(request));
    const { source, language, place } = request;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(reasonOf(signal));
        return;
      }
      const abort = (): void => this.#abort(waiting, signal);
      const settled = (): void => signal?.removeEventListener('abort', abort);
      const waiting: Waiting = {
        job: { id: ++this.#lastId, source, target, language, place },
        resolve: (declarations) => {
          settled();
          resolve(declarations);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      };
      signal?.addEventListener('abort', abort);
      this.#queue.push(waiting);
      this.#startNext();
    });
  }

  dispose(): void {
    this.#disposed = true;
    const reason = shmError('ECANCELED', 'ShmScope is being stopped.');
    for (const waiting of this.#queue.splice(0)) waiting.reject(reason);
    this.#settle((waiting) => waiting.reject(reason));
    this.#stop();
  }

  #refusal({ source, language }: { readonly source: unknown; readonly language?: unknown }): Error | undefined {
    if (this.#disposed) return shmError('ECANCELED', 'ShmScope is being stopped.');
    if (typeof source !== 'string') return shmError('EINVAL', 'The source of a type is a text.');
    if (language !== undefined && language !== 'c' && language !== 'c++')
      return shmError('ENOTSUP', "The language of declarations is 'c' or 'c++'.");
    return source.length > SOURCE_LIMIT
      ? shmError('ETYPE', '1:1: This text is longer than 16 MiB: take only the declarations that are needed.')
      : undefined;
  }

  #startNext(): void {
    if (this.#current !== undefined) return;
    const waiting = this.#queue.shift();
    if (waiting === undefined) {
      this.#rest();
      return;
    }
    clearTimeout(this.#idle);
    this.#current = waiting;
    const worker = (this.#worker ??= this.#start());
    worker.ref();
    this.#limit = setTimeout(() => this.#fail('ETYPE', TOO_LONG), this.#options.timeLimit ?? 10_000);
    worker.postMessage(waiting.job);
  }

  #start(): Worker {
    const worker = new Worker(this.#options.worker, {
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES },
    });
    worker.on('message', (answer: unknown) => {
      if (worker === this.#worker && isParseAnswer(answer) && answer.id === this.#current?.job.id) this.#answered(answer);
    });
    worker.on('error', (error: unknown) => {
      if (worker !== this.#worker) return;
      if (isOutOfMemory(error)) this.#fail('ETYPE', TOO_MUCH);
      else this.#fail('EIO', `The reader of types failed: ${error instanceof Error ? error.message : String(error)}`);
    });
    worker.on('exit', () => {
      if (worker === this.#worker) this.#fail('EIO', 'The reader of types ended unexpectedly.');
    });
    return worker;
  }

  #answered({ id, declarations, parcel = [], more = false, failure }: ParseAnswer): void {
    if (failure !== undefined) {
      this.#settle((waiting) => waiting.reject(shmError('EIO', `The reader of types failed: ${failure}`)));
      this.#startNext();
      return;
    }
    if (declarations) this.#arriving = { declarations, unpacking: new Unpacking() };
    this.#arriving?.unpacking.add(parcel);
    if (more) {
      this.#worker?.postMessage({ more: id } satisfies MoreJob);
      return;
    }
    const arrived = this.#arriving;
    this.#arriving = undefined;
    this.#settle((waiting) => {
      if (arrived) waiting.resolve(declarationsOf(arrived));
      else waiting.reject(shmError('EIO', 'The reader of types gave no answer.'));
    });
    this.#startNext();
  }

  /** Ends the worker: what it was doing has failed, what waits goes on in a new one. */
  #fail(code: string, message: string): void {
    this.#stop();
    this.#settle((waiting) => waiting.reject(shmError(code, message)));
    this.#startNext();
  }

  #abort(waiting: Waiting, signal: AbortSignal | undefined): void {
    const index = this.#queue.indexOf(waiting);
    if (index >= 0) this.#queue.splice(index, 1);
    else if (waiting !== this.#current) return;
    if (waiting === this.#current) {
      this.#stop();
      this.#settle(() => undefined);
    }
    waiting.reject(reasonOf(signal));
    this.#startNext();
  }

  #settle(how: (waiting: Waiting) => void): void {
    clearTimeout(this.#limit);
    this.#arriving = undefined;
    const waiting = this.#current;
    this.#current = undefined;
    if (waiting !== undefined) how(waiting);
  }

  #rest(): void {
    if (this.#worker === undefined) return;
    this.#worker.unref();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#stop(), this.#options.idleTime ?? 30_000);
    this.#idle.unref();
  }

  #stop(): void {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
  }
}

const MACHINE: Partial<Record<string, Abi>> = { x64: 'x86_64', arm64: 'aarch64', ia32: 'i386', arm: 'arm' };

/** The ABI of the machine that this runs on. */
export function machineAbi(): Abi | undefined {
  return MACHINE[process.arch];
}

/** Default: this machine, gcc. */
function targetOf({ abi = machineAbi(), dialect = 'gcc' }: ParseRequest): ParseJob['target'] | undefined {
  const target = { abi, dialect };
  return isTarget(target) ? target : undefined;
}

function unknownTarget({
  abi = process.arch,
  dialect = 'gcc',
}: {
  readonly abi?: string | undefined;
  readonly dialect?: string | undefined;
}): Error {
  return shmError(
    'ENOTSUP',
    `Layouts for ${abi} by ${dialect} are not computed: the ABIs are x86_64, aarch64, i386 and arm, the dialects gcc and clang.`,
  );
}

function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : shmError('ECANCELED', 'Reading the types was cancelled.');
}

function isOutOfMemory(error: unknown): boolean {
  return typeof error === 'object' && error !== null && Reflect.get(error, 'code') === 'ERR_WORKER_OUT_OF_MEMORY';
}
