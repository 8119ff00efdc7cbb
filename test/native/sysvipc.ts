/** System V segments as /proc/sysvipc/shm tells of them (proc_sysvipc(5)): not by way of what is tested. Looking moves nothing. */
import { readFileSync } from 'node:fs';

const COLUMNS = [
  ...['key', 'shmid', 'mode', 'size', 'creatorPid', 'lastPid', 'attachCount', 'uid', 'gid', 'creatorUid', 'creatorGid'],
  ...['attachedAt', 'detachedAt', 'changedAt', 'resident', 'swapped'],
] as const;

const SHM_DEST = 0o1000;

/** Times are in seconds. The key is unsigned. */
export function listSysv() {
  const [, ...lines] = readFileSync('/proc/sysvipc/shm', 'utf8').trim().split('\n');
  return lines.map((line) => {
    const fields = line.trim().split(/\s+/);
    const field = (name: (typeof COLUMNS)[number]): number => Number(fields[COLUMNS.indexOf(name)]);
    const mode = Number.parseInt(fields[2] ?? '0', 8);
    return {
      key: field('key') >>> 0,
      shmid: field('shmid'),
      mode: mode & 0o777,
      removed: (mode & SHM_DEST) !== 0,
      size: field('size'),
      creatorPid: field('creatorPid'),
      lastPid: field('lastPid'),
      attachCount: field('attachCount'),
      uid: field('uid'),
      gid: field('gid'),
      attachedAt: field('attachedAt'),
      detachedAt: field('detachedAt'),
      changedAt: field('changedAt'),
      resident: field('resident'),
    };
  });
}
