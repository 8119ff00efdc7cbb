/** Processes with locks, as programs/waiters.c and programs/locks.c make them. */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { end, start } from '../../../scripts/lib/children.mjs';
import { programs } from '../scan/load.ts';

export interface Waiters extends AsyncDisposable {
  /** How many threads wait. */
  readonly threads: number;
}

/** Starts `processes` processes with `threads` threads each, of which every hundredth has 100 more; resolves when all wait. */
export async function startWaiters(processes: number, threads: number): Promise<Waiters> {
  const { said, stop } = await started('waiters', [processes, threads]);
  const all = Number(said);
  if (!(all >= processes)) {
    await stop();
    throw new Error('the waiters did not get ready');
  }
  return { threads: all, [Symbol.asyncDispose]: stop };
}

/** Locks of one segment of programs/locks.c. */
export const LOCKS = 20;

export interface Locks extends AsyncDisposable {
  /** How the names of its segments begin: '/shmscope-locks-4711-'. */
  readonly prefix: string;
  /** A process that holds a mutex, and the mutex's address in it, as text. */
  readonly holder: { readonly pid: number; readonly address: string };
}

/** Starts `processes` processes that map the same `segments` segments of LOCKS locks; two change each of `changing` mutexes all the time. */
export async function startLocks(processes: number, segments: number, changing: number): Promise<Locks> {
  const { pid, said, stop } = await started('locks', [processes, segments, changing]);
  const [holder = '', address = ''] = said.split(' ');
  if (!(Number(holder) > 0) || !address.startsWith('0x')) {
    await stop();
    throw new Error('the processes with locks did not get ready');
  }
  return { prefix: `/shmscope-locks-${pid}-`, holder: { pid: Number(holder), address }, [Symbol.asyncDispose]: stop };
}

/** `said`: its line after 'ready'; '' where it has ended before. */
async function started(
  program: string,
  args: readonly number[],
): Promise<{ readonly pid: number; readonly said: string; readonly stop: () => Promise<void> }> {
  const child = start(join(await programs(), program), args.map(String), { stdio: ['ignore', 'pipe', 'inherit'] });
  const { pid, stdout } = child;
  if (pid === undefined || stdout === null) throw new Error(`${program} did not start`);
  const exit = once(child, 'exit');
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const ready = await lines.next();
  const next = await lines.next();
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exit;
    await end(child);
  };
  return { pid, said: ready.value === 'ready' && next.done !== true ? next.value : '', stop };
}
