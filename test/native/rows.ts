/** The columns of a look as rows, for tests. */
import type { Addon, RawLook, RawMaps, RawMount, RawSysv } from '../../src/native/addon.ts';
import { splitNames } from '../../src/segments/maps.ts';
import { statAt } from '../../src/segments/stat.ts';

export interface FoundMapping {
  readonly pid: number;
  readonly comm: string;
  readonly name: string;
  readonly device: string;
  readonly inode: number;
  readonly address: bigint;
  readonly length: number;
  readonly offset: number;
  readonly flags: number;
}

/** One whole look with a scanner of its own. */
export async function lookOnce(addon: Addon, text = false): Promise<Required<RawLook>> {
  const scanner = addon.openScanner(text);
  try {
    const { maps, shm, sysv } = await scanner.scan(true, true, true);
    if (!maps || !shm || !sysv) throw new Error('the first look of a scanner gave not all');
    return { maps, shm, sysv };
  } finally {
    scanner.close();
  }
}

/** Which object each mapping or holder is of. */
function owners(starts: Uint32Array): number[] {
  return [...starts.subarray(1)].flatMap((end, object) => Array<number>(end - at(starts, object)).fill(object));
}

/** The mappings of a look, of one process or of all, in the order of pids and addresses. */
export function rows(maps: RawMaps, pid?: number): FoundMapping[] {
  const found: FoundMapping[] = [];
  const comm = splitNames(maps.processes.names);
  const names = splitNames(maps.objects.names);
  const devices = splitNames(maps.objects.devices);
  owners(maps.objects.mappings).forEach((object, i) => {
    const process = at(maps.mappings.process, i);
    const row = {
      pid: at(maps.processes.pid, process),
      comm: at(comm, process),
      name: at(names, object),
      device: at(devices, object),
      inode: at(maps.objects.inode, object),
      address: at(maps.mappings.address, i),
      length: at(maps.mappings.length, i),
      offset: at(maps.mappings.offset, i),
      flags: at(maps.mappings.flags, i),
    };
    if (pid === undefined || row.pid === pid) found.push(row);
  });
  return found.sort((a, b) => a.pid - b.pid || Number(a.address - b.address));
}

/** O_ACCMODE of each descriptor that a process has on the object of a name. */
export function holderAccess(maps: RawMaps, pid: number, name: string): number[] {
  const names = splitNames(maps.objects.names);
  return owners(maps.objects.holders).flatMap((object, i) =>
    at(maps.processes.pid, at(maps.holders.process, i)) === pid && names[object] === name ? [at(maps.holders.access, i)] : [],
  );
}

export function entries(shm: readonly RawMount[]) {
  return shm.flatMap((mount) =>
    splitNames(mount.names).map((name, i) => ({
      ...statAt(mount.stat, i, mount.device, at(mount.inode, i)),
      name,
      path: `${mount.path}/${name}`,
      access: at(mount.access, i),
    })),
  );
}

export function sysvRows(sysv: RawSysv) {
  return [...sysv.shmid].map((shmid, i) => ({
    shmid,
    key: at(sysv.key, i),
    space: at(sysv.space, i),
    size: at(sysv.size, i),
    mode: at(sysv.mode, i),
    uid: at(sysv.uid, i),
    gid: at(sysv.gid, i),
    creatorUid: at(sysv.creatorUid, i),
    creatorGid: at(sysv.creatorGid, i),
    creatorPid: at(sysv.creatorPid, i),
    creatorAlive: at(sysv.creatorAlive, i),
    lastPid: at(sysv.lastPid, i),
    attachCount: at(sysv.attachCount, i),
    attachedAt: at(sysv.attachedAt, i),
    detachedAt: at(sysv.detachedAt, i),
    changedAt: at(sysv.changedAt, i),
  }));
}

/** The item at an index that must be there. */
export function at<T>(items: { readonly [index: number]: T; readonly length: number }, index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`no item ${index} of ${items.length}`);
  return item;
}
