import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** The bundled host suite is told where the checkout is; its own place says nothing about it. */
export const CHECKOUT = process.env['SHMSCOPE_CHECKOUT'] ?? join(import.meta.dirname, '../..');
const FLAGS = ['-std=gnu17', '-Wall', '-Wextra', '-Werror', '-g'];

/** A folder of programs, one a .c file, where they are built to, and how far they are optimized; the folders are relative to the checkout. */
export interface Programs {
  readonly sources: string;
  readonly built: string;
  readonly optimize: '-O1' | '-O2';
}
const OWN: Programs = { sources: 'test/programs', built: 'build/programs', optimize: '-O1' };

/** Compiles every program of a folder (default: this one) with the system's compiler, skips what is newer, and returns the directory of the built ones. */
export async function buildPrograms({ sources, built, optimize } = OWN): Promise<string> {
  const [from, to] = [join(CHECKOUT, sources), join(CHECKOUT, built)];
  await mkdir(to, { recursive: true });
  const files = await readdir(from);
  const headers = files.filter((file) => file.endsWith('.h')).map((file) => join(from, file));
  for (const file of files.filter((name) => name.endsWith('.c'))) {
    const source = join(from, file);
    const program = join(to, basename(file, '.c'));
    if (await isNewer(program, [source, ...headers])) continue;
    // Under a name of its own first: another run may start the program at this moment.
    const fresh = `${program}.${process.pid}`;
    await promisify(execFile)('cc', [...FLAGS, optimize, '-o', fresh, source, '-lrt']);
    await rename(fresh, program);
  }
  return to;
}

async function isNewer(program: string, sources: readonly string[]): Promise<boolean> {
  try {
    const built = (await stat(program)).mtimeMs;
    const times = await Promise.all(sources.map(async (source) => (await stat(source)).mtimeMs));
    return times.every((time) => time < built);
  } catch {
    return false;
  }
}

/** A program of this folder that runs. */
export interface Running extends AsyncDisposable {
  readonly pid: number;
  readonly child: ChildProcess;
  /** Resolves with the exit status, or the name of the signal that ended it. */
  readonly exit: Promise<number | string>;
  /** SIGTERM, and SIGKILL after two seconds; resolves when it has ended. */
  dispose(): Promise<void>;
}

/** Builds and starts `program`, one of this folder or an absolute path, and resolves once it has printed "ready". Dispose of it even when the test fails. */
export async function start(program: string, args: readonly string[] = []): Promise<Running> {
  const directory = await buildPrograms();
  const child = spawn(resolve(directory, program), args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit').then(([code, signal]: (number | string | null)[]) => code ?? signal ?? 'unknown');
  const lines = createInterface({ input: child.stdout });
  const said = await Promise.race([once(lines, 'line').then(([line]) => String(line)), exit.then((how) => `ended with ${how}`)]);
  child.stdout.resume();
  if (said !== 'ready' || child.pid === undefined) {
    child.kill('SIGKILL');
    throw new Error(`${program} is not ready: ${said}`);
  }
  const dispose = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 2000);
    await exit;
    clearTimeout(timer);
  };
  return { pid: child.pid, child, exit, dispose, [Symbol.asyncDispose]: dispose };
}
