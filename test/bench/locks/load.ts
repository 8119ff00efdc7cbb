/** Processes whose threads wait, as programs/waiters.c makes them. */
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
  const child = start(join(await programs(), 'waiters'), [processes, threads].map(String), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { stdout } = child;
  if (stdout === null) throw new Error('the waiters did not start');
  const exit = once(child, 'exit');
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const ready = await lines.next();
  const all = Number((await lines.next()).value);
  if (ready.value !== 'ready' || !(all >= processes)) throw new Error('the waiters did not get ready');
  return {
    threads: all,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await exit;
      await end(child);
    },
  };
}
