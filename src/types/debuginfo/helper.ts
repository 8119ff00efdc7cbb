/** Runs shmscope-dwarf: one process for each request, which limits itself (native/dwarf/limits.h), and whose end is one clear error. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { shmError, type ShmError } from '../../native/errors.ts';
import type { ElfFile } from './face.ts';

/** Bytes of an answer: a hundred thousand names take ten million. */
const MOST_OUTPUT = 256 * 1024 * 1024;
const MOST_COMPLAINT = 64 * 1024;
/** ms. The helper's own limit is on processor time, and says so; this is for one that waits. */
const MOST_TIME = 90_000;
const AT_ONCE = 2;
/** Bytes that the last line takes at most. */
const LAST_LINE = 32;

export class Helper {
  readonly #program: string;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** `program`: where shmscope-dwarf is. */
  constructor(program: string) {
    this.#program = program;
  }

  /** What it says of a file; `input` comes on its standard input. Two run at once at most. ECANCELED when `signal` is aborted. */
  async ask(what: 'index' | 'find' | 'layouts', file: ElfFile, input = '', signal?: AbortSignal): Promise<Buffer[]> {
    if (signal?.aborted === true) throw canceled();
    if (this.#running >= AT_ONCE) await this.#turn(signal);
    else this.#running++;
    try {
      return await this.#run([what, file.path, file.name, file.root], file, input, signal);
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

  #run(words: readonly string[], file: ElfFile, input: string, signal: AbortSignal | undefined): Promise<Buffer[]> {
    if (signal?.aborted === true) return Promise.reject(canceled());
    return new Promise((resolve, reject) => {
      const child = spawn(this.#program, words, { cwd: '/', env: {}, stdio: 'pipe' });
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        child.kill('SIGKILL');
      }, MOST_TIME);
      const abort = (): unknown => child.kill('SIGKILL');
      signal?.addEventListener('abort', abort, { once: true });
      const output = collect(child);
      // Then it has said all, and takes its time to give back its memory.
      child.stdout.once('end', () => {
        if (isWhole(output) && signal?.aborted !== true) resolve(output.chunks);
      });
      child.once('error', (error: NodeJS.ErrnoException) => {
        finish();
        reject(notStarted(error));
      });
      child.once('close', (code, ended) => {
        finish();
        if (signal?.aborted === true) reject(canceled());
        else if (code === 0 && !output.tooMuch) resolve(output.chunks);
        else reject(late || ended === null ? complaint(output, late, file) : death(ended, output.tooMuch, file));
      });
      const finish = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
      // It may have found that there is nothing to read for.
      child.stdin.on('error', () => {});
      child.stdin.end(input);
    });
  }
}

/** Whether the last line is one that nothing follows (native/dwarf/output.cc). */
function isWhole({ chunks, tooMuch }: Output): boolean {
  const last = Buffer.concat(chunks.slice(-2)).subarray(-LAST_LINE).toString('latin1');
  return !tooMuch && /(^|\n)(end \d+|absent)\n$/.test(last);
}

interface Output {
  readonly chunks: Buffer[];
  complaint: string;
  tooMuch: boolean;
}

function collect(child: ChildProcessWithoutNullStreams): Output {
  const output: Output = { chunks: [], complaint: '', tooMuch: false };
  let length = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= MOST_OUTPUT) output.chunks.push(chunk);
    else {
      output.tooMuch = true;
      child.kill('SIGKILL');
    }
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.complaint = (output.complaint + text).slice(0, MOST_COMPLAINT);
  });
  return output;
}

function canceled(): ShmError {
  return shmError('ECANCELED', 'Reading the debug info was cancelled.');
}

function tooLong(file: ElfFile): ShmError {
  return shmError('ETIMEDOUT', `The debug info of ${file.name} took too long to read, and was given up.`);
}

/** What it said itself. */
function complaint({ complaint }: Output, late: boolean, file: ElfFile): ShmError {
  if (late) return tooLong(file);
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
  return shmError('ENOTSUP', 'Types cannot be read from debug info: this build of ShmScope has no reader for it.', {
    remedy: "Install the headers of elfutils' libelf and build ShmScope again, or paste the declarations.",
  });
}
