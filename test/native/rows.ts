import type { RawScan } from '../../src/native/addon.ts';

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

/** The mappings of a scan as rows, of one process or of all. */
export function rows(scan: RawScan, pid?: number): FoundMapping[] {
  const found: FoundMapping[] = [];
  scan.mappings.process.forEach((process, i) => {
    const object = at(scan.mappings.object, i);
    const row = {
      pid: at(scan.processes.pid, process),
      comm: at(scan.processes.comm, process),
      name: at(scan.objects.name, object),
      device: at(scan.objects.device, object),
      inode: at(scan.objects.inode, object),
      address: at(scan.mappings.address, i),
      length: at(scan.mappings.length, i),
      offset: at(scan.mappings.offset, i),
      flags: at(scan.mappings.flags, i),
    };
    if (pid === undefined || row.pid === pid) found.push(row);
  });
  return found;
}

/** The item at an index that must be there. */
export function at<T>(items: { readonly [index: number]: T; readonly length: number }, index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`no item ${index} of ${items.length}`);
  return item;
}
