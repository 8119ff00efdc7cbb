/** Runs a compiler: without a shell, for a limited time, and with all that it starts ended when it is cancelled. */
import { spawn } from 'node:child_process';
import { shmError } from '../../native/errors.ts';

export interface Run {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** For its own temporary files. */
  readonly folder: string;
  /** ms */
  readonly timeLimit: number;
}

/** Characters of what it says that are kept: the first error stands at the beginning. */
const OUTPUT_MAX = 256 * 1024;

/**
 * What the compiler said, and whether it made its output. Rejects with ETIMEDOUT after the limit, with ENOENT where there is no such
 * program, and with the signal's reason when it is aborted.
 */
export function runCompiler(
  { program, args, cwd, folder, timeLimit }: Run,
  signal?: AbortSignal,
): Promise<{ ok: boolean; said: string }> {
  return new Promise((done, fail) => {
    if (signal?.aborted) return fail(reasonOf(signal));
    // A group of its own: gcc starts cc1 and as. Its messages are read, so they are English.
    const env = { ...process.env, LC_ALL: 'C', TMPDIR: folder };
    const child = spawn(program, args, { cwd, env, detached: true, shell: false, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    let ended: Error | undefined;
    const end = (why: Error): void => {
      ended ??= why;
      if (child.pid !== undefined) endGroup(child.pid);
    };
    const seconds = Math.round(timeLimit / 1000);
    const timer = setTimeout(() => end(shmError('ETIMEDOUT', `${program} took more than ${seconds} seconds.`)), timeLimit);
    const abort = (): void => end(reasonOf(signal));
    signal?.addEventListener('abort', abort);
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (said.length < OUTPUT_MAX) said += text;
    });
    child.once('error', (error) => {
      settle();
      const code: unknown = Reflect.get(error, 'code');
      fail(ended ?? shmError(typeof code === 'string' ? code : 'EIO', `${program} cannot be started: ${error.message}.`));
    });
    child.once('close', (code) => {
      settle();
      if (ended === undefined) done({ ok: code === 0, said });
      else fail(ended);
    });
  });
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : shmError('ECANCELED', 'Compiling was cancelled.');
}
