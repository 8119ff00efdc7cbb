import { existsSync, readFileSync, readdirSync } from 'node:fs';

/** Objects of the tests are named so. */
const ours = /^(shmscope|ui-\d|counter-\d|demo-\d|demo$|market-demo$)/;

function posix() {
  try {
    return readdirSync('/dev/shm').filter((name) => ours.test(name));
  } catch {
    return [];
  }
}

/** System V segments that nothing has attached and whose creator is gone; columns of /proc/sysvipc/shm, proc_sysvipc(5). */
function sysv() {
  try {
    const rows = readFileSync('/proc/sysvipc/shm', 'utf8').trim().split('\n').slice(1);
    return rows
      .map((row) => row.trim().split(/\s+/))
      .filter(([, , , , creator, , attached]) => attached === '0' && !existsSync(`/proc/${creator}`))
      .map(([key, shmid]) => `System V segment ${shmid} (key ${key})`);
  } catch {
    return [];
  }
}

export const sharedMemory = () => new Set([...posix().map((name) => `/dev/shm/${name}`), ...sysv()]);

/**
 * What the suites left behind. Objects of others come and go meanwhile, so only what is still there a little later counts.
 * @param {Set<string>} before
 */
export async function leftovers(before) {
  let left = [...sharedMemory()].filter((name) => !before.has(name));
  // Another run beside this one may have made them, and removes them in its time.
  for (let seconds = 0; left.length > 0 && seconds < 20; seconds++) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const still = sharedMemory();
    left = left.filter((name) => still.has(name));
  }
  return left;
}

const NAMED = 10;

/** The first of many. @param {readonly string[]} left */
export function named(left) {
  const more = left.length > NAMED ? ` and ${left.length - NAMED} more` : '';
  return left.slice(0, NAMED).join(', ') + more;
}
