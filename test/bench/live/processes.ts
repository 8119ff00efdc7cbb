/** What processes take, from /proc. */
import { readFileSync } from 'node:fs';
import { MiB } from './objects.ts';

/** USER_HZ, in which /proc counts; the same on every Linux. */
const TICKS_A_SECOND = 100;

/** CPU time of all threads so far, s; proc_pid_stat(5). 0 for a process that has ended. */
function cpuSeconds(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
  } catch {
    return 0;
  }
}

/** Starts to measure, and gives what tells the share of a core, in percent, that they have taken together since. */
export function cpuShare(pids: readonly number[]): () => number {
  const sum = (): number => pids.reduce((total, pid) => total + cpuSeconds(pid), 0);
  const [began, before] = [performance.now(), sum()];
  return () => ((sum() - before) * 1000 * 100) / (performance.now() - began);
}

/** MiB of these lines of smaps_rollup, proc_pid_smaps(5), of all of the processes together. */
export function memoryOf(pids: readonly number[], lines: readonly string[]): number {
  let kib = 0;
  for (const pid of pids) {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
    for (const line of lines) kib += Number(new RegExp(`^${line}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]);
  }
  return (kib * 1024) / MiB;
}

export const PRIVATE = ['Private_Clean', 'Private_Dirty'] as const;
