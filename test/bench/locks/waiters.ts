/** Who waits for what, of all processes of the machine. */
import type { Bar, Result } from '../bench.ts';
import { addon } from '../scan/ours.ts';
import { startWaiters } from './load.ts';

const PROCESSES = 600;
const THREADS = 4;
const ROUNDS = 21;
const BAR: Bar = { atMost: 100, of: 'ours' };

/** In turns, ms each; a first round does not count. */
async function timed(rounds: number, work: () => Promise<unknown>): Promise<number[]> {
  const samples: number[] = [];
  for (let round = -1; round < rounds; round++) {
    const began = performance.now();
    await work();
    if (round >= 0) samples.push(performance.now() - began);
  }
  return samples;
}

export async function waiters(): Promise<Result[]> {
  await using load = await startWaiters(PROCESSES, THREADS);
  const native = addon();
  const all = new Int32Array();
  const { pid, unseen, threads } = await native.waitingThreads(all, true, true);
  const pids = Int32Array.from(new Set(pid));
  const looks = await timed(ROUNDS, () => native.waitingThreads(all, true, true));
  const owners = await timed(ROUNDS, () => native.threads(pids));
  const what = `${PROCESSES} processes, ${load.threads} threads`;
  return [
    { what: `waiters of all processes: ${what}`, unit: 'ms', ours: looks, bar: BAR },
    {
      what: 'waiters that were found',
      text: `${pid.length} of ${threads} threads, ${unseen.length} processes unseen`,
      holds: pid.length >= load.threads,
    },
    { what: 'threads of those processes with names and starts', unit: 'ms', ours: owners },
  ];
}
