import { existsSync, readFileSync, readdirSync } from 'node:fs';

/** Objects of the tests are named so; `/demo` is the one of the first story. */
const ours = /^(shmscope|demo$)/;

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
  const found = [...sharedMemory()].filter((name) => !before.has(name));
  if (!found.length) return [];
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const still = sharedMemory();
  return found.filter((name) => still.has(name));
}
