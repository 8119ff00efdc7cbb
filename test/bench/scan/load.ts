/** Load A, as programs/load.c makes it. */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { end, start } from '../../../scripts/lib/children.mjs';
import { buildPrograms } from '../../programs/build.ts';

export interface Load extends AsyncDisposable {
  /** In the names of its objects. */
  readonly pid: number;
  readonly processes: number;
  readonly mappings: number;
  /** Of the processes that map what it made. */
  readonly pids: ReadonlySet<number>;
  /** Paths of its POSIX objects that have a name. */
  readonly paths: readonly string[];
}

const POSIX_OBJECTS = 200;

/** Where the benchmark's programs are, built when they have changed. */
export function programs(): Promise<string> {
  return buildPrograms({ sources: 'test/bench/programs', built: 'build/bench', optimize: '-O2' });
}

/** Starts `processes` processes with `mappings` mappings each, and resolves when all have them. `objects`: of POSIX objects with a name. */
export async function startLoad(processes: number, mappings: number, objects = POSIX_OBJECTS): Promise<Load> {
  const child = start(join(await programs(), 'load'), [processes, mappings, objects].map(String), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { pid, stdout } = child;
  if (pid === undefined || stdout === null) throw new Error('the load did not start');
  const exit = once(child, 'exit');
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const ready = await lines.next();
  const pids = String((await lines.next()).value)
    .split(' ')
    .map(Number);
  if (ready.value !== 'ready' || pids.length !== processes) throw new Error('the load did not get ready');
  return {
    pid,
    processes,
    mappings,
    pids: new Set(pids),
    paths: Array.from({ length: POSIX_OBJECTS }, (_, i) => `/dev/shm/shmscope-load-${pid}-${i}`),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await exit;
      await end(child);
    },
  };
}
