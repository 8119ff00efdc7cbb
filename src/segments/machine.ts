/** What a scan asks of this machine, and what stays the same from one scan to the next. */
import { readFileSync, statSync } from 'node:fs';
import type { Addon, ObjectStat } from '../native/addon.ts';
import { currentUser, type User } from './access.ts';

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

export class Machine {
  readonly addon: Addon;
  readonly pageSize = readPageSize();
  /** Inode of this process' IPC namespace. */
  readonly ipcNamespace = statSync('/proc/self/ns/ipc', { throwIfNoEntry: false })?.ino ?? 0;
  readonly user: User = currentUser();
  /** What this scan and the one before knew of each object, by its key: without a name, only root may look at it any more. */
  seen = new Map<string, ObjectStat>();
  seenBefore = new Map<string, ObjectStat>();

  constructor(addon: Addon) {
    this.addon = addon;
  }

  beginScan(): void {
    this.seenBefore = this.seen;
    this.seen = new Map();
  }

  /** Undefined where the object is gone or may not be looked at; `follow` goes through the links of /proc. */
  tryStat(path: string, follow = false): ObjectStat | undefined {
    try {
      return this.addon.statPath(path, follow);
    } catch {
      return undefined;
    }
  }

  /** Undefined where the object went between being listed and being asked about. */
  tryAccess(path: string): ReturnType<Addon['accessPath']> | undefined {
    try {
      return this.addon.accessPath(path);
    } catch {
      return undefined;
    }
  }
}
