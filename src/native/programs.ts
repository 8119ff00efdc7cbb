/** What the addon tells of the programs that processes run. */

/** One ELF file that a process runs, loaded at one place. */
export interface RawLoaded {
  /** As the process's maps call it: '/usr/bin/app'. */
  readonly name: string;
  /** Where this process can open that very file: its name, '/proc/PID/exe', '/proc/PID/map_files/…', '/proc/PID/root/…'. Empty where it
   *  cannot: then it may be no ELF file, and device and bias are not known. */
  readonly path: string;
  /** Of the file, as stat(2) tells them. */
  readonly device: string;
  readonly inode: number;
  /** What is added to an address of the file, modulo 2^64, to give that in the process. */
  readonly bias: bigint;
  readonly executable: boolean;
  /** Where its code is mapped: run-time addresses, the first and the one behind the last. */
  readonly code: readonly { readonly start: bigint; readonly end: bigint }[];
  /** Why it cannot be opened: ESTALE where its name leads to another file by now, or to none, else what open(2) said. */
  readonly error?: string;
}

export interface RawProgram {
  /** '/', or '/proc/PID/root' where the process has another root directory than this one. */
  readonly root: string;
  readonly files: readonly RawLoaded[];
}

/** Element for element: what was asked for. */
export interface RawWords {
  readonly values: BigUint64Array;
  /** 1 where there is a value; else it is 0. */
  readonly had: Uint8Array;
}

export interface ProgramCalls {
  /**
   * The ELF files whose code a process runs, its executable first. Rejects with ESRCH for a process that has ended, a zombie and a
   * kernel thread; EACCES or EPERM where it may not be looked into (PTRACE_MODE_READ, proc(5)). On a worker thread.
   */
  loadedFiles(pid: number): Promise<RawProgram>;
  /**
   * Words of `width` bytes (4 or 8) at `addresses` (at most 2^20) of a process, by process_vm_readv(2) on a worker thread. A word is had
   * only where the process maps its page and holds it (/proc/PID/pagemap): no page is made by looking. Rejects with ESRCH, EACCES, EPERM.
   */
  peek(pid: number, addresses: BigUint64Array, width: 4 | 8): Promise<RawWords>;
}
