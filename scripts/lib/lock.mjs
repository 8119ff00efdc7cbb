import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync, linkSync } from 'node:fs';
import { join } from 'node:path';
import { cache } from './paths.mjs';

/** When a process started, in ticks since boot: with the pid it names one process for good. Field 22 of proc_pid_stat(5). */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** The pid that holds the lock, if that process lives. @param {string} file */
function holder(file) {
  try {
    const [pid, started] = readFileSync(file, 'utf8').split(' ');
    return startOf(pid) === started ? Number(pid) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Runs `work` while no other set-up of this checkout runs.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(work) {
  mkdirSync(cache, { recursive: true });
  const file = join(cache, 'setup.lock');
  const mine = `${file}.${process.pid}`;
  // Made aside and linked: the lock never exists without its content.
  writeFileSync(mine, `${process.pid} ${startOf(process.pid)}`);
  const discard = () => rmSync(mine, { force: true });
  process.once('exit', discard);
  let said = 0;
  try {
    for (;;) {
      try {
        linkSync(mine, file);
        break;
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      const other = holder(file);
      if (other === undefined && dead(file)) continue;
      if (Date.now() > said + 10_000) {
        console.log(`Waiting for another set-up of this checkout (process ${other}) to end …`);
        said = Date.now();
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    const release = () => rmSync(file, { force: true });
    process.once('exit', release);
    try {
      return await work();
    } finally {
      process.removeListener('exit', release);
      release();
    }
  } finally {
    process.removeListener('exit', discard);
    discard();
  }
}

/** Removes a lock whose process is gone; the inode is compared, so that a lock taken meanwhile stays. @param {string} file */
function dead(file) {
  try {
    const before = statSync(file).ino;
    if (holder(file) !== undefined || statSync(file).ino !== before) return false;
    rmSync(file, { force: true });
    return true;
  } catch {
    return true;
  }
}
