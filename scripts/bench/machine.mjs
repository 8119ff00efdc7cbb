import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';

const MEASURE_MS = 1000;

/** Busy and whole time of all cores since boot, in ticks; proc_stat(5). Waiting for a disk is not busy. */
function ticks() {
  const [, ...fields] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').trim().split(/\s+/).map(Number);
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softirq = 0, steal = 0] = fields;
  const busy = user + nice + system + irq + softirq + steal;
  return { busy, all: busy + idle + wait };
}

/**
 * What the figures depend on, and how busy the machine was before them.
 * @typedef {{ cpu: string, cpus: number, memoryGiB: number, kernel: string, node: string, load: number, busy: number }} Machine `load`: of
 *   the last minute, getloadavg(3); `busy`: share of all cores in the second before the start, 0 to 1
 * @returns {Promise<Machine>}
 */
export async function describeMachine() {
  const before = ticks();
  await new Promise((resolve) => setTimeout(resolve, MEASURE_MS));
  const after = ticks();
  const list = cpus();
  return {
    cpu: list[0]?.model ?? process.arch,
    cpus: list.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    busy: Math.round(((after.busy - before.busy) / Math.max(1, after.all - before.all)) * 100) / 100,
  };
}

/** Over this share of all cores, or with more than one waiting process a core in the last minute, it is not quiet. */
const QUIET = 0.1;

/** One sentence each. @param {Machine} machine */
export function machineText({ cpu, cpus: count, memoryGiB, kernel, node, load, busy }) {
  const quiet =
    busy <= QUIET && load <= count
      ? 'It was quiet before the start'
      : 'It was busy before the start, so take the times with care';
  return `${count} × ${cpu}, ${memoryGiB} GiB, Linux ${kernel}, Node ${node}. ${quiet}: ${Math.round(busy * 100)} % of its cores in use, load ${load}.`;
}
