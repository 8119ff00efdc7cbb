/** What the addon tells of the stores to watched fields (native/watchpoints*.cc). */

/** What could not be watched, one entry a thread. Threads that ended meanwhile are left out. */
export interface RawUnwatched {
  /** Threads that are watched now and were not before. */
  readonly watched: number;
  /** The number of the program that the process runs, as in RawWriters. */
  readonly image: number;
  readonly tid: Int32Array;
  /** Names of errno, each ended by NUL: ENOSPC (all breakpoint registers are taken, as by a debugger), EACCES or EPERM, EMFILE (the last
   *  256 descriptors of this process are left to others). */
  readonly codes: string;
}

/** Columns: a place in the code, of one thread of one process, from which one field was stored to (or loaded from). A place keeps its row in
 *  all that is taken. */
export interface RawSites {
  /** The field's number. */
  readonly field: Uint8Array;
  /** Index into `processes`. */
  readonly process: Uint32Array;
  readonly tid: Int32Array;
  /** As the CPU reports it: on x86 the instruction after the one that stored, on aarch64 that one itself. */
  readonly ip: BigUint64Array;
  /** The return address in the program's own code; 0 where the store was made there, or the way to it is not known. */
  readonly caller: BigUint64Array;
  readonly count: Float64Array;
  /** ms since the epoch. */
  readonly first: Float64Array;
  readonly last: Float64Array;
  /**
   * What the field held before and after one of the stores, the last one for which most is known. Exact: a value is known only where the
   * field could be read before another store came, as where they are 3 ms apart. (Stores that no breakpoint sees, as those of processes that
   * are not watched and of the kernel, can come between.)
   */
  readonly before: BigUint64Array;
  readonly after: BigUint64Array;
  /** Bit 0: before is known; bit 1: after is. */
  readonly known: Uint8Array;
}

/** Columns: those that sites show, also such as have ended. A process that runs another program from some time on (exec) is another one. */
export interface RawWriters {
  readonly pid: Int32Array;
  /** Who forked it, where that was while it was watched; else 0. */
  readonly parent: Int32Array;
  /** The number of its program, as in `asked`. */
  readonly image: Uint32Array;
  /** /proc/PID/comm, each ended by NUL; that of the parent where it ended too soon, empty where neither is known. */
  readonly names: string;
}

/** Columns: places in code for which a rule is needed. Each is listed once. */
export interface RawAsked {
  /** To be handed to `answer`: one program of one process, and of its forks, which ask in its name. */
  readonly image: Uint32Array;
  readonly pid: Int32Array;
  readonly pc: BigUint64Array;
  /** 1: a return address: the call lies before it, so look at pc - 1. 0: where a sample was taken, after the store (see RawSites.ip);
   *  the rule for its frame is that of pc itself. */
  readonly isReturn: Uint8Array;
}

/** seen = the sum of the counts + pending + dropped. */
export interface RawSeen {
  readonly sites: RawSites;
  readonly processes: RawWriters;
  readonly asked: RawAsked;
  /** Processes that began to run another program since `take` before: they are watched no more, until they are added again. */
  readonly execed: Int32Array;
  /** Stores that were seen. */
  readonly seen: number;
  /** Stores that the rings had no room for; told within a quarter of a second. */
  readonly lost: number;
  /** Of those seen: they wait for rules, and are in no site yet. */
  readonly pending: number;
  /** Of those seen: there were 65,536 sites already. */
  readonly dropped: number;
  /** Of those in sites: counted without a caller, as more than 16 MiB waited for rules, or as it was closed before these came. */
  readonly unwalked: number;
}

/** What to do at a place in code. */
export const RULE = {
  /** Nothing is known: the store has no caller. */
  none: 0,
  /** The program's own code: it is the caller, or made the store itself. */
  own: 1,
  /** Go on to the caller: CFA = sp + cfa. */
  stepSp: 2,
  /** The same from bp (fp on aarch64). */
  stepBp: 3,
} as const;

/** For returnAt: in the link register (aarch64, only where isReturn is 0). For bpAt: as it was. */
export const IN_REGISTER = -(2 ** 31);

/** Columns, of one length, 65,536 at most: rules by place. */
export interface RawRules {
  readonly pc: BigUint64Array;
  readonly isReturn: Uint8Array;
  /** Of RULE. The rest counts for a step. */
  readonly kind: Uint8Array;
  /** Bytes from the register to the CFA. */
  readonly cfa: Int32Array;
  /** Bytes from the CFA to the return address and to the caller's bp; IN_REGISTER. */
  readonly returnAt: Int32Array;
  readonly bpAt: Int32Array;
}

export interface RawWatchpoints {
  /**
   * Watches the field numbered `field` at `address` of a process, in each of its threads; those that they create, and forks, are watched
   * from their beginning. Asked for again, it watches what is new: threads that were not there, and all after an exec, with which watching
   * ends. On a worker thread, some 20 µs a thread and CPU. Rejects with ESRCH (ended, a zombie, a kernel thread), EINVAL (the address is no
   * multiple of the field's length, or none of a program), ERANGE (no such field), EBADF (closed).
   */
  add(pid: number, field: number, address: bigint): Promise<RawUnwatched>;
  /** What was seen so far; in the end too. */
  take(): RawSeen;
  /** Rules for what `take` asked; an image that is gone is no error. Those that waited are counted within 20 ms. ERANGE past 131,072. */
  answer(image: number, rules: RawRules): void;
  /** Ends watching; resolves when the kernel has all breakpoints back. Twice is harmless. Happens by itself when this process ends. */
  close(): Promise<void>;
}

export interface WatchpointCalls {
  /**
   * Prepares the watching of 1 to 4 fields by hardware breakpoints (perf_event_open(2)): memory for records, and a thread that reads them;
   * `reads` has loads count too. Field i is `fields[i]`. Rejects where breakpoints cannot be had: ENOTSUP (this architecture), ENOENT, ENODEV,
   * ENOTSUP (no such hardware, or hidden by the virtual machine), ENOSYS, EACCES, EPERM (kernel.perf_event_paranoid, a container's seccomp
   * filter, kernel.perf_event_mlock_kb), EMFILE.
   */
  openWatchpoints(fields: readonly { readonly length: 1 | 2 | 4 | 8; readonly reads: boolean }[]): Promise<RawWatchpoints>;
}
