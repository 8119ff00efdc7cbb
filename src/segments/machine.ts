/** What a scan asks of this machine, and what stays the same from one scan to the next. */
import { readFileSync } from 'node:fs';
import { currentUser, isPrivate, type User } from './access.ts';
import { Namespaces } from './namespaces.ts';
import { hidesOthers, procFacts } from './procfs.ts';
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

export class Machine {
  readonly pageSize = readPageSize();
  readonly namespaces = new Namespaces();
  readonly user: User = currentUser();
  readonly #facts = procFacts();
  /** What this scan and the one before knew of each object, by its key: without a name, only root may look at it any more. */
  seen = new Map<string, ObjectStat>();
  seenBefore = new Map<string, ObjectStat>();

  #seesOwn = true;

  /** `hidden`: processes that may not be looked into. */
  beginScan(hidden: readonly { readonly uid: number }[]): void {
    this.seenBefore = this.seen;
    this.seen = new Map();
    this.namespaces.beginScan();
    this.#seesOwn = !this.#seesNoOthers() && !hidden.some(({ uid }) => uid === this.user.uid);
  }

  /** Whether every process that may have an object is seen. What is hidden even from CAP_SYS_PTRACE is of the system itself (a sandbox's
   *  supervisor), and not counted. */
  seesAll(hidden: readonly unknown[]): boolean {
    return !this.#seesNoOthers() && (this.#facts.mayTrace || hidden.length === 0);
  }

  /** /proc does not list all processes of others. */
  get hidesProcesses(): boolean {
    return hidesOthers(this.#facts, this.user);
  }

  #seesNoOthers(): boolean {
    return this.#facts.sharesWithUnseen || this.hidesProcesses;
  }

  /** Whether nobody but this user, whose processes are all seen, and root can open the object. */
  isPrivate(object: { readonly uid: number; readonly mode: number }): boolean {
    return this.#seesOwn && isPrivate(object, this.user);
  }
}
