/** What a scan asks of this machine, and what stays the same from one scan to the next. */
import { readFileSync } from 'node:fs';
import { currentUser, isPrivate, type User } from './access.ts';
import { Namespaces } from './namespaces.ts';
import type { ObjectStat } from './stat.ts';

const AT_PAGESZ = 6n;

/** From the auxiliary vector (getauxval(3)): pairs of 64-bit words. 4096 where it cannot be read. */
function readPageSize(): number {
  try {
    const raw = readFileSync('/proc/self/auxv');
    const words = new BigUint64Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + (raw.length & ~15)));
    for (let i = 0; i + 1 < words.length; i += 2) if (words[i] === AT_PAGESZ) return Number(words[i + 1]);
  } catch {
    // A system without /proc/self/auxv has no shared memory to show either.
  }
  return 4096;
}

/** Whether /proc leaves out processes of others (hidepid=2 or 4 of proc(5)): then none that is seen does not mean that there is none. */
export function hidesProcesses(mountinfo: string): boolean {
  const mounts = mountinfo.split('\n').filter((line) => line.split(' ')[4] === '/proc');
  // A path that is mounted on twice shows the later mount.
  return /[ ,]hidepid=(?:2|4|invisible|ptraceable)(?:,|$)/.test(mounts.at(-1) ?? '');
}

function readMounts(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    return '';
  }
}

export class Machine {
  readonly pageSize = readPageSize();
  readonly namespaces = new Namespaces();
  readonly user: User = currentUser();
  readonly hidesProcesses = this.user.uid !== 0 && hidesProcesses(readMounts());
  /** What this scan and the one before knew of each object, by its key: without a name, only root may look at it any more. */
  seen = new Map<string, ObjectStat>();
  seenBefore = new Map<string, ObjectStat>();

  #seesOwn = true;

  /** `hidden`: processes that may not be looked into. */
  beginScan(hidden: readonly { readonly uid: number }[]): void {
    this.seenBefore = this.seen;
    this.seen = new Map();
    this.#seesOwn = !this.hidesProcesses && !hidden.some(({ uid }) => uid === this.user.uid);
  }

  /** Whether nobody but this user, whose processes are all seen, and root can open the object. */
  isPrivate(object: { readonly uid: number; readonly mode: number }): boolean {
    return this.#seesOwn && isPrivate(object, this.user);
  }
}
