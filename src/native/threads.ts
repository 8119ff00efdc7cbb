/** What the addon tells of threads that wait for each other, and of System V semaphores. Columns, row for row; nothing is touched, traced or
 *  woken by asking. States are the letters of proc_pid_stat(5) as character codes. */

/** What `operation` indexes: commands of futex(2), futex_waitv(2), futex_wait (Linux 6.7), semop(2) and semtimedop(2). */
export const WAITING_OPERATIONS = [
  'FUTEX_WAIT',
  'FUTEX_WAIT_BITSET',
  'FUTEX_LOCK_PI',
  'FUTEX_LOCK_PI2',
  'FUTEX_WAIT_REQUEUE_PI',
  'futex_waitv',
  'futex_wait',
  'semop',
] as const;

/** Bits of `flags`. */
export const WAITING_FLAGS = {
  /** FUTEX_PRIVATE_FLAG: only threads of its own process can wake it. */
  private: 1,
  /** It ends by itself at some time. */
  timed: 2,
  /** Begun anew by restart_syscall(2) after a signal or SIGSTOP: it may have been another call, unless a lock is at the address. */
  restarted: 4,
  /** A 32-bit program. */
  narrow: 8,
} as const;

/** A row for each address that a thread waits on, and for each operation of semop(2) that can make it wait; by pid and tid. */
export interface RawWaiting {
  readonly pid: Int32Array;
  readonly tid: Int32Array;
  readonly operation: Uint8Array;
  readonly flags: Uint8Array;
  /** 'S'; '?' where it was not asked for; 'T' or 't' where it is stopped: then it is not queued, and waits on when it is continued. */
  readonly state: Uint8Array;
  /** In its address space; the semid for semop. */
  readonly address: BigUint64Array;
  /** What stood at the address when it began to wait; 0 where that is not compared (FUTEX_LOCK_PI, semop). */
  readonly expected: Uint32Array;
  /** Number in its set; -1 for a futex, and where the operations could not be read. */
  readonly semaphore: Int32Array;
  /** sem_op: negative, or 0 for who waits for 0. */
  readonly change: Int32Array;
  /** The user's stack pointer and program counter. */
  readonly sp: BigUint64Array;
  readonly pc: BigUint64Array;
  /**
   * When it last ceased to run, ms since the epoch, by /proc/PID/task/TID/sched; NaN where the kernel does not tell, or not by which clock:
   * each processor has one, which stands still while it serves interrupts, is stolen by a hypervisor, or the machine sleeps. They are
   * compared at each look, so it moves on by what was lost since. It may be off by `spread` either way. While `switches` is the same it
   * is the same sleep, and began before it was first seen.
   */
  readonly started: Float64Array;
  /** How often it has gone to sleep. */
  readonly switches: Float64Array;
  /** Processes that may not be looked into (PTRACE_MODE_ATTACH, ptrace(2)), ascending; no kernel threads. */
  readonly unseen: Int32Array;
  /** How far apart the clocks of the processors are by which `started` is told, ms. */
  readonly spread: number;
  /** How many threads were looked at. */
  readonly threads: number;
  /** There are more than 2^18 rows: the rest was left out. */
  readonly cut: boolean;
}

/** By pid and tid. */
export interface RawThreads {
  readonly pid: Int32Array;
  readonly tid: Int32Array;
  /** Its number in the pid namespace of its process, as gettid(2) tells it and lock words hold it. */
  readonly ownTid: Int32Array;
  /** Inode of that namespace; 0 where it may not be read. */
  readonly space: Float64Array;
  /** Of the thread, ms since the epoch, as RawProcesses has it: tells it from a later one of the same number. */
  readonly startedAt: Float64Array;
  /** 'Z': it has ended, and is not waited for yet; 'X' dead. */
  readonly state: Uint8Array;
  /** Each ended by NUL. */
  readonly names: string;
}

/** Sets of one IPC namespace, and the semaphores of all of them. Times are ms since the epoch, whole seconds; 0: never. */
export interface RawSemaphores {
  /** Unsigned; 0: IPC_PRIVATE. */
  readonly key: Float64Array;
  readonly semid: Float64Array;
  readonly mode: Float64Array;
  readonly uid: Float64Array;
  readonly gid: Float64Array;
  readonly creatorUid: Float64Array;
  readonly creatorGid: Float64Array;
  /** Of semaphores. */
  readonly count: Float64Array;
  /** Of the last semop(2). */
  readonly operatedAt: Float64Array;
  readonly changedAt: Float64Array;
  /** Where its semaphores begin in the columns below. */
  readonly first: Float64Array;
  /** For each set why its semaphores are not there, else '', each ended by NUL: EACCES; E2BIG where there are more than 2^18. */
  readonly errors: string;

  readonly value: Int32Array;
  /** Who changed it last: 0 where nobody did, or that process has no pid in our namespace. */
  readonly lastPid: Int32Array;
  /** Threads that wait until it is larger, and until it is 0 (semncnt, semzcnt). */
  readonly increaseWaiters: Int32Array;
  readonly zeroWaiters: Int32Array;
}

export interface ThreadCalls {
  /**
   * All threads of these processes (none given: of all in /proc) that sleep in a call that another thread must end, on worker threads.
   * Processes that have ended are left out. ENOTSUP where the kernel does not tell (/proc/PID/task/TID/syscall). Without `privateToo`
   * nobody asks since when the private ones wait, which is two thirds of the time that it takes: they have no `state`, `started`, `switches`. `quickly`: for who
   * waits for it; else on one worker thread, which takes as much of the processors as it takes time.
   */
  waitingThreads(pids: Int32Array, privateToo: boolean, quickly: boolean): Promise<RawWaiting>;
  /** All threads of these processes, on worker threads; those that have ended are left out. */
  threads(pids: Int32Array): Promise<RawThreads>;
  /** The threads of these numbers in our own pid namespace, and their processes; those that have ended are left out. */
  threadsById(tids: Int32Array): Promise<RawThreads>;
  /**
   * System V semaphore sets of our IPC namespace (pid 0), or of that of a process, for which a thread enters it and ends: EPERM without
   * CAP_SYS_ADMIN (setns(2)), ESRCH. On a worker thread.
   */
  semaphoreSets(pid: number): Promise<RawSemaphores>;
}
