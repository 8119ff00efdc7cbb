/** Runs shmscope-dwarf: one process for each request, which limits itself (native/dwarf/limits.h), and whose end is one clear error. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { shmError, type ShmError } from '../../../native/errors.ts';
import type { ElfFile } from '../face.ts';
import { Output } from './output.ts';

/** Bytes of an answer: a hundred thousand names take ten million. */
const MOST_OUTPUT = 256 * 1024 * 1024;
const MOST_COMPLAINT = 64 * 1024;
/** ms. The helper's own limit is on processor time, and says so; this is for one that waits. */
const MOST_TIME = 90_000;
const AT_ONCE = 2;

/** What it is asked for, and what comes on its standard input. */
export type Request = readonly [what: 'index' | 'find' | 'layouts' | 'code', input?: string];

export class Helper {
  readonly #program: string;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** `program`: where shmscope-dwarf is. */
  constructor(program: string) {
    this.#program = program;
  }

  /**
   * What `read` makes of what it says of a file, and that may be before its end, while it gives back its memory. Two run at once at most.
   * ECANCELED when `signal` is aborted.
   */
  async ask<T>(request: Request, file: ElfFile, read: (output: Output) => Promise<T>, signal?: AbortSignal): Promise<T> {
    refuseAborted(signal);
    if (this.#running >= AT_ONCE) await this.#turn(signal);
    else this.#running++;
    try {
      refuseAborted(signal);
      return await this.#run(request, file, read, signal);
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const start = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(start), 1);
        reject(canceled());
      };
      this.#waiting.push(start);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  async #run<T>(
    [what, input = '']: Request,
    file: ElfFile,
    read: (output: Output) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const child = spawn(this.#program, [what, file.path, file.name, file.root], { cwd: '/', env: {}, stdio: 'pipe' });
    const output = new Output();
    const stop = (): unknown => child.kill('SIGKILL');
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      stop();
    }, MOST_TIME);
    signal?.addEventListener('abort', stop);
    const said = collect(child, output);
    child.once('error', (error: NodeJS.ErrnoException) => output.end(notStarted(error)));
    child.once('close', (code, ended) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      output.end(signal?.aborted === true ? canceled() : failure(file, said, code, ended, late));
    });
    // It may have found that there is nothing to read for.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    try {
      return await read(output);
    } catch (error) {
      stop();
      throw error;
    }
  }
}

/** What else is known of what it said. */
interface Said {
  complaint: string;
  tooMuch: boolean;
}

function collect(child: ChildProcessWithoutNullStreams, output: Output): Said {
  const said: Said = { complaint: '', tooMuch: false };
  let length = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    length += chunk.length;
    said.tooMuch = length > MOST_OUTPUT;
    if (said.tooMuch) child.kill('SIGKILL');
    else output.add(chunk);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.complaint = (said.complaint + text).slice(0, MOST_COMPLAINT);
  });
  return said;
}

/** What went wrong; undefined where it ended well. */
function failure(
  file: ElfFile,
  { complaint, tooMuch }: Said,
  code: number | null,
  ended: NodeJS.Signals | null,
  late: boolean,
): ShmError | undefined {
  if (code === 0 && !tooMuch) return undefined;
  if (late) return tooLong(file);
  return ended === null ? complained(complaint, file) : death(ended, tooMuch, file);
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw canceled();
}

function canceled(): ShmError {
  return shmError('ECANCELED', 'Reading the debug info was cancelled.');
}

function tooLong(file: ElfFile): ShmError {
  return shmError('ETIMEDOUT', `The debug info of ${file.name} took too long to read, and was given up.`);
}

/** What it said itself. */
function complained(complaint: string, file: ElfFile): ShmError {
  try {
    const value: unknown = JSON.parse(complaint);
    if (typeof value === 'object' && value !== null && 'code' in value && 'message' in value) {
      const { code, message } = value;
      const remedy = 'remedy' in value && typeof value.remedy === 'string' && value.remedy !== '' ? value.remedy : undefined;
      if (typeof code === 'string' && typeof message === 'string') return shmError(code, message, { remedy });
    }
  } catch {
    // No JSON: it did not come so far as to say anything.
  }
  return shmError('EIO', `The reader of debug info failed on ${file.name}: ${complaint.trim().slice(0, 200)}`);
}

/** It was ended by a signal: its own limits, or debug info that it was not prepared for. */
function death(signal: NodeJS.Signals, tooMuch: boolean, file: ElfFile): ShmError {
  if (tooMuch) return shmError('ENOMEM', `The debug info of ${file.name} tells more than ShmScope keeps.`);
  if (signal === 'SIGXCPU' || signal === 'SIGKILL') return tooLong(file);
  if (signal === 'SIGBUS') return shmError('EIO', `${file.name} was changed while its debug info was read.`);
  return shmError('ETYPE', `The debug info of ${file.name} is broken: its reader was ended by ${signal}.`);
}

function notStarted(error: NodeJS.ErrnoException): ShmError {
  if (error.code !== 'ENOENT') return shmError(error.code ?? 'EIO', `The reader of debug info does not start: ${error.message}.`);
  return shmError('ENOTSUP', 'Debug info cannot be read: this build of ShmScope has no reader for it.', {
    remedy: "Install the headers of elfutils' libelf and build ShmScope again, or paste the declarations.",
  });
}
