/**
 * The addon's face, as native/ implements it: system calls and no policy.
 *
 * Names and paths are strings in which a byte that is not UTF-8 stands as the lone surrogate U+DC00 + byte (PEP 383), so that
 * every name can be handed back unchanged. Offsets and sizes are bytes. What fails throws a ShmError with `code` (an errno name) and,
 * where one was involved, `syscall` and `path`; what returns a promise rejects with it and never throws. A wrong argument is
 * EINVAL, a number of 2^53 or more EOVERFLOW, one outside its range ERANGE.
 */
import type { RawNarrowing, RawNeedle, RawPlaces } from './searches.ts';
import type { ProgramCalls } from './programs.ts';
import type { ThreadCalls } from './threads.ts';
import type { MappedPart, RawTold } from './told.ts';
import type { WatchpointCalls } from './watchpoints.ts';

/** What statx(2) says of an object. Times are ms since the epoch. */
export interface ObjectStat {
  /** 'major:minor' of st_dev, decimal. */
  readonly device: string;
  readonly inode: number;
  readonly size: number;
  /** st_blocks * 512: bytes that hold memory (or disk) now. */
  readonly residentBytes: number;
  /** All of st_mode, the file type included. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly links: number;
  /** Absent where the file system does not tell. */
  readonly createdAt?: number;
  readonly modifiedAt: number;
  readonly changedAt: number;
}

/**
 * What statx(2) says of a table's objects, in columns as all of a look: 20,000 records cross to JavaScript in 0.1 ms, as objects of
 * Node-API they would take 20 ms. createdAt is NaN where the file system does not tell.
 */
export interface RawStats {
  readonly size: Float64Array;
  readonly residentBytes: Float64Array;
  readonly mode: Uint32Array;
  readonly uid: Uint32Array;
  readonly gid: Uint32Array;
  readonly links: Uint32Array;
  readonly createdAt: Float64Array;
  readonly modifiedAt: Float64Array;
}

/** One tmpfs mounted on /dev/shm or below it, or on the /dev/shm of another mount namespace, with the regular files in it. */
export interface RawMount {
  readonly path: string;
  readonly device: string;
  readonly tmpfs: boolean;
  /** The device holds nothing else: a tmpfs, mounted with its root. Else it is a directory of a larger file system (some containers), of
   *  which private mappings and holders are not reported. */
  readonly whole: boolean;
  /** Inode of the mount namespace whose /dev/shm it is; 0 = this process's own. */
  readonly space: number;
  /** Bytes, from statfs(2); 0 when the mount has no limit. */
  readonly total: number;
  readonly free: number;
  /** Relative to the mount, no leading slash; each ended by NUL. */
  readonly names: string;
  /** Directories in it, relative; each ended by NUL. */
  readonly directories: string;
  readonly inode: Float64Array;
  /** R_OK (4) and W_OK (2) that the effective user has (faccessat(2)). */
  readonly access: Uint8Array;
  readonly stat: RawStats;
  /** Set where the directory could not be listed: code, syscall, path. */
  readonly error?: { readonly code: string; readonly syscall: string; readonly path: string };
}

/** struct shmid_ds of every segment, by SHM_STAT_ANY, with memory from /proc/sysvipc/shm. Times are ms since the epoch, 0 = never. */
export interface RawSysv {
  /** Unsigned: 0 to 2^32 - 1. */
  readonly key: Float64Array;
  readonly shmid: Float64Array;
  /** Inode of the IPC namespace; 0 = this process's own. */
  readonly space: Float64Array;
  /** A process of that namespace; 0 for the own. */
  readonly pid: Float64Array;
  readonly size: Float64Array;
  readonly residentBytes: Float64Array;
  /** With SHM_DEST (0o1000: IPC_RMID was called, it goes when the last process detaches) and SHM_LOCKED (0o2000). */
  readonly mode: Float64Array;
  readonly uid: Float64Array;
  readonly gid: Float64Array;
  readonly creatorUid: Float64Array;
  readonly creatorGid: Float64Array;
  readonly creatorPid: Float64Array;
  /** 1: the process of that pid was there when the segment was made, and still is; 0: it is not; 2: not known. */
  readonly creatorAlive: Float64Array;
  readonly lastPid: Float64Array;
  readonly attachCount: Float64Array;
  readonly attachedAt: Float64Array;
  readonly detachedAt: Float64Array;
  readonly changedAt: Float64Array;
}

export interface SysvLimits {
  readonly segments: number;
  readonly maxSegments: number;
  /** Bytes. */
  readonly maxSegmentSize: number;
  readonly totalBytes: number;
  readonly maxTotalBytes: number;
}

/** Bits of `RawMaps.mappings.flags`. */
export const READ = 1;
export const WRITE = 2;
export const EXEC = 4;
export const SHARED = 8;

/** `RawMaps.objects.kind`: what has a name may be a POSIX object, a file or a device; where it is tells. */
export const KINDS = ['named', 'sysv', 'memfd', 'anonymous'] as const;

/** `RawMaps.objects.seen`: whether `stat` is from the object itself, and how it was reached. */
export const SEEN_NOT = 0;
export const SEEN_BY_NAME = 1;
export const SEEN_THROUGH_PROCESS = 2;

/** Who maps what. Indices lead from mappings and holders to processes; those of object `i` are [mappings[i], mappings[i + 1]). */
export interface RawMaps {
  /** Those that map or hold an object. Names are of /proc/PID/comm, each ended by NUL. */
  readonly processes: {
    readonly pid: Int32Array;
    readonly uid: Uint32Array;
    /** ms since the epoch. */
    readonly startedAt: Float64Array;
    readonly names: string;
    /** Inodes of /proc/PID/ns/ipc and ns/mnt; 0 where they may not be read. */
    readonly ipc: Float64Array;
    readonly mount: Float64Array;
    /** 1: process_vm_readv(2) on it is allowed. */
    readonly readable: Uint8Array;
  };
  /** Every object that a mapping or holder shows, once. Memory of devices that has no path is left out. */
  readonly objects: {
    /** Index into KINDS. */
    readonly kind: Uint8Array;
    /** 1: in huge pages, on one of the kernel's own mounts. */
    readonly huge: Uint8Array;
    /** 1: a memfd that nobody can write to through a new mapping (F_SEAL_WRITE, F_SEAL_FUTURE_WRITE). */
    readonly sealed: Uint8Array;
    /** 'major:minor', each ended by NUL. */
    readonly devices: string;
    /** For System V the shmid. */
    readonly inode: Float64Array;
    /** System V: inode of its IPC namespace. */
    readonly ipc: Float64Array;
    /** As the kernel tells it for one of the mappings: a path, '/SYSV000004d2 (deleted)', '/memfd:x (deleted)'; each ended by NUL. */
    readonly names: string;
    /** Where the object is found by its name ('/proc/PID/root/…' in another mount namespace), or empty; each ended by NUL. */
    readonly paths: string;
    /** SEEN_NOT, SEEN_BY_NAME, SEEN_THROUGH_PROCESS. Not looked at: System V, and what a RawMount lists. */
    readonly seen: Uint8Array;
    readonly stat: RawStats;
    /** f_type of statfs(2) where it was found by name, else 0. */
    readonly filesystem: Float64Array;
    /** R_OK (4) and W_OK (2), where it was found by name. */
    readonly access: Uint8Array;
    /** Differs when one of the mappings, the holders that do not map it, or their processes does. */
    readonly hash: BigUint64Array;
    /** One more than there are objects. */
    readonly mappings: Uint32Array;
    readonly holders: Uint32Array;
    /** How many processes map it. */
    readonly mappers: Uint32Array;
    /** 1: a shared mapping may write. */
    readonly writable: Uint8Array;
  };
  readonly mappings: {
    readonly process: Uint32Array;
    readonly address: BigUint64Array;
    readonly length: Float64Array;
    readonly offset: Float64Array;
    readonly flags: Uint8Array;
  };
  /** Open descriptors on objects in a tmpfs on /dev/shm and on memfds. access: 0 read, 1 write, 2 read-write (O_ACCMODE). */
  readonly holders: {
    readonly process: Uint32Array;
    readonly fd: Int32Array;
    readonly access: Uint8Array;
  };
  /** Processes whose mappings may not be read, with the errno name. */
  readonly hidden: readonly { readonly pid: number; readonly uid: number; readonly code: string }[];
  /** How the mappings were found: 'query' = PROCMAP_QUERY (Linux 6.11), 'text' = /proc/PID/maps. */
  readonly how: 'query' | 'text';
}

/** What differs from the look before; all of it the first time. */
export interface RawLook {
  readonly maps?: RawMaps;
  readonly shm?: readonly RawMount[];
  readonly sysv?: RawSysv;
}

/** Keeps what it saw of each process, and two descriptors of it while descriptors are plenty, until it is closed. Closing it twice is
 *  harmless; using it closed rejects with EBADF. */
export interface RawScanner {
  /**
   * On worker threads; one call at a time. Own mappings and descriptors of this process are left out.
   * `deep`: every process is looked at. Else only those whose /proc/PID/statm (sizes, not touched pages) or number of descriptors
   * differs, new ones, and a few others in turn, since a remap of the same size leaves no trace.
   * `thorough`, with `deep`: private mappings are asked for of every process; else only where its signature differs, and of some in turn.
   * Without `deep`: those that have objects open are looked at too, since one descriptor closed and another opened leaves no trace.
   * `list`: names, sizes and memory are asked for again, of /dev/shm, of System V and of the objects that are mapped.
   */
  scan(deep: boolean, list: boolean, thorough: boolean): Promise<RawLook>;
  /** Whether there is a new process, or one that has objects open (any, where they are few) has another signature than at the last scan.
   *  Takes some 50 µs; never waits. */
  moved(): boolean;
  close(): void;
}

/** inotify(7) on some directories. Closing it twice is harmless; closed it tells nothing. */
export interface RawWatch {
  /** Whether a file in one of them was made, removed, renamed, resized, written to, opened, closed or lost its last mapping since it was
   *  asked last. Costs 1 µs; never waits. Stores through a mapping tell nothing. */
  told(): boolean;
  close(): void;
}

/** What a long call is told and tells while it runs: an Int32Array of 3 on a SharedArrayBuffer. [0] non-zero: end soon with what there is;
 *  [1]: how far it has come, 0 to 10,000; [2]: how much it has found. */
export type Control = Int32Array;

/** What is hashed in rotation to see where a segment changes; see native/heat.h. */
export interface RawHeat {
  /**
   * Looks at further parts of the object on a worker thread, until `budgetMs` of the thread's own CPU time are spent or the end of the object
   * is reached. Only what holds memory is read; what holds none, and what is past the end, counts as zeros: so memory that is held or
   * released is a change only where its bytes are not zeros. Chunks are of equal size (a power of two, at least 4096 bytes), the whole object
   * in at most `chunks` of them; they become larger as the object grows, and what is known is kept; when it needs smaller ones, or is
   * another object, all is looked at anew. Through process_vm_readv a page that becomes present counts as one that changes. One call at a
   * time (EBUSY); closed, it rejects with EBADF.
   */
  look(source: ByteSource, budgetMs: number): Promise<RawHeatLook>;
  close(): void;
}

export interface RawHeatLook {
  /** Bytes of the object, and of one chunk. */
  readonly size: number;
  readonly chunk: number;
  /** [first, last + 1, …] of the chunks that were looked at, and of those the ones that differ from what they held at the look before. */
  readonly looked: Float64Array;
  readonly changed: Float64Array;
  /** Bytes of each looked-at chunk that hold memory, in their order. */
  readonly held: Float64Array;
  /** A round has ended with this look: all that holds memory was seen. */
  readonly round: boolean;
}

/** One open way to the bytes of an object. Closing it twice is harmless; using it closed throws EBADF. */
export interface ByteSource {
  readonly how: 'pread' | 'descriptor' | 'map_files' | 'process_vm_readv' | 'shmat';
  stat(): ObjectStat;
  /** [start, end, start, end, …] of the parts of the object that this way leads to: all of it, but for process_vm_readv, which leads to
   *  what the mappings show. To read or write elsewhere before the object's end is EACCES, and nothing is found there. */
  shown(): Float64Array;
  /** Fills `target` from `offset`; returns the bytes had: short only where the object ends. Allocates no page in the object,
   *  raises no signal, never tears an aligned 1, 2, 4 or 8-byte value. Blocks: up to 256 KiB, else use `readAsync`. */
  read(target: Uint8Array, offset: number): number;
  readAsync(target: Uint8Array, offset: number): Promise<number>;
  /** Stores all of `bytes`, or throws: ERANGE where the range is not wholly inside the object. Never makes the object grow. */
  write(bytes: Uint8Array, offset: number): void;
  /** As `write`, on a worker thread, in pieces; `control` may end it between two of them. Gives the bytes that were stored. `bytes` are
   *  copied before it returns, which takes a millisecond for 4 MiB. */
  writeAsync(bytes: Uint8Array, offset: number, control?: Control): Promise<number>;
  /**
   * Stores `bytes` at `offset` only where the object holds `expected` there, in one step that no store of another program comes between
   * (lock cmpxchg). 1, 2, 4 or 8 bytes, aligned (EINVAL). Bits that are not set in `mask` (default: all are) are neither compared nor
   * changed. Gives what it held: in the bits of the mask equal to `expected` where it was stored. Takes some 50 µs, and raises no signal
   * when the object is shrunk meanwhile (ERANGE). EAGAIN where bits beside the mask change too fast. ENOTSUP through process_vm_readv, which
   * knows no such step.
   */
  compareAndSwap(offset: number, expected: Uint8Array, bytes: Uint8Array, mask?: Uint8Array): Uint8Array;
  /** Repeats `pattern` (1 byte to 1 MiB) over [offset, offset + length), on a worker thread; gives the bytes that were stored. ERANGE as for
   *  `write`, and where the object is cut off meanwhile. */
  fill(pattern: Uint8Array, offset: number, length: number, control?: Control): Promise<number>;
  /**
   * Copies what holds memory in [from, to) into a new file at `path` (O_EXCL, mode 0600), at the same offsets, with holes where there is
   * none; the file has the object's size, or the one to which it was cut off meanwhile. Gives the bytes copied. ECANCELED where `control`
   * ended it, ENOSPC where the file system has less free than the part holds, EFBIG past this process's limit: the file is removed then.
   */
  copyTo(path: string, from: number, to: number, control?: Control): Promise<number>;
  /** [start, end, start, end, …] of the ranges in [from, to) in which the two differ, at most `limit` pairs; those less than 8 bytes apart are
   *  one. What only one of them has (its end) differs. Parts that neither holds are not read, and what one of them does not show (see
   *  `shown`) is not compared. On a worker thread; cancelled, it gives what it has found. */
  difference(other: ByteSource, from: number, to: number, limit: number, control?: Control): Promise<Float64Array>;
  /** [start, end, start, end, …] of the parts of the range that hold memory; at most `limit` pairs (1 to 2^24), the
   *  last of which then reaches to the end of the range. On hugetlbfs, which knows no holes, all of the range where the object holds
   *  any memory; through process_vm_readv the pages that are present in a process that maps them. */
  extents(offset: number, length: number, limit: number): Float64Array;
  /** Offsets at which `pattern` begins in [from, to), ascending, at most `limit`; overlapping hits count. Unheld ranges are
   *  searched as the zeros that they read as, without being read. `control` ends the search with the hits had so far; `limit` <= 2^24. */
  find(pattern: Uint8Array, from: number, to: number, limit: number, control?: Control): Promise<Float64Array>;
  /** As `find`, for anything that RawNeedle can be; `backward` gives the last ones, descending. */
  search(needle: RawNeedle, from: number, to: number, limit: number, backward: boolean, control?: Control): Promise<Float64Array>;
  /**
   * One step of a narrowing search: `first` takes all places of the object that hold a number of `step` (any, between); else those stay of
   * the places had that now hold one, or compare so with what they held at the step before. Gives their number. EOVERFLOW when they are more than
   * `step.most`, ECANCELED when `control` ended it, EBUSY while another step is under way; then the places are what they were.
   */
  narrow(places: RawPlaces, step: RawNarrowing, first: boolean, control?: Control): Promise<number>;
  /**
   * Looks every `periodMs` (1 ms to an hour), on a thread of its own at a lower priority, whether a reading would tell something else than
   * `told`: bytes, size, whether it was unlinked, which parts hold memory (`limit` as in `extents`, for each range). True as soon as it
   * would, or cannot be read, or the source is closed; false after `mostMs`, and within a period after `control` ended it. `told` is copied
   * before it returns: 4 MiB at most. It keeps no program running. EAGAIN where there can be no further thread.
   */
  wait(told: RawTold, limit: number, periodMs: number, mostMs: number, control?: Control): Promise<boolean>;
  close(): void;
}

export interface Addon extends ProgramCalls, ThreadCalls, WatchpointCalls {
  /** `chunks`: 1 to 2^20. */
  openHeat(chunks: number): RawHeat;
  /** `text`: from the text of /proc/PID/maps even where PROCMAP_QUERY works. */
  openScanner(text: boolean): RawScanner;
  /** A directory that cannot be watched tells nothing. */
  openWatch(paths: readonly string[]): RawWatch;
  sysvLimits(): SysvLimits;
  /** statx(2); `follow` goes through symbolic links, as for /proc/PID/fd/N and /proc/PID/map_files, which lead to an object without a name. */
  statPath(path: string, follow: boolean): ObjectStat;

  /** Opens a regular file with O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, and O_NOATIME where allowed; EINVAL when it is none. `write` opens O_RDWR. */
  openPath(path: string, write: boolean): ByteSource;
  /** The descriptors of a process that lead to this regular file, ascending: of the first 512 that it has open, which takes 1.5 ms at
   *  most. Allowed as for reading /proc/PID/maps (PTRACE_MODE_READ, proc(5)): for own processes, whatever kernel.yama.ptrace_scope is. */
  findDescriptors(pid: number, device: string, inode: number): number[];
  /** Opens anew what /proc/PID/fd/<fd> leads to, with the rights that the file's mode gives (not those of the descriptor: one that is
   *  open for reading only can be opened for writing). ESTALE where it is closed or leads to another object by now, and nothing else
   *  (FIFO, socket, device) is opened by mistake; ESRCH where the process ended. `write` gives EPERM where F_SEAL_WRITE or
   *  F_SEAL_FUTURE_WRITE forbids it (fcntl(2)). */
  openDescriptor(pid: number, fd: number, device: string, inode: number, write: boolean): ByteSource;
  /** Opens /proc/PID/map_files/<start>-<end>, where `address` and `length` name one whole mapping. The source's bytes are the object's.
   *  `write` gives EPERM for a sealed object, as in openDescriptor. For root (CAP_CHECKPOINT_RESTORE, proc(5)). */
  openMapFiles(pid: number, address: bigint, length: number, write: boolean): ByteSource;
  /** process_vm_readv and process_vm_writev on a mapper. Bytes outside [offset, offset + length) of the object do not exist for it;
   *  pages that are not present in the process read as zeros and are not in `extents`, because touching them would allocate them.
   *  So a page that only others have touched reads as zeros: prefer another way, or the mapper with most pages present. EINVAL for a
   *  private mapping; ESTALE once the process maps something else there; EACCES for a read before `offset`. `stat` knows the object's
   *  device and inode; its size is where the mapping ends, its owner the process's, its times and residentBytes 0. */
  openProcess(pid: number, address: bigint, length: number, offset: number): ByteSource;
  /** The same through several mappings (at most 64) of one object: each page from the first process in which it is present. Mappings that
   *  cannot be read, or show another object, are left out; what the first one was refused is thrown where none is left. The object is
   *  `inode` on `device` as the kernel's maps tell them; `device` null where that is not known: then the first one's. `size` is the
   *  object's where it is certain, else 0: then it ends where the last mapping does. */
  openProcesses(mappings: readonly MappedPart[], device: string | null, inode: number, size: number): ByteSource;
  /** shmat: moves attach count, times and last pid. Detached by close(). `stat` has no device. */
  openSysv(shmid: number, write: boolean): ByteSource;

  /** open(O_CREAT | …) + fchmod + ftruncate. Gives ENOSPC before anything is made when `size` is more than the file system has free.
   *  A half-made new object is removed again. What is there already (`exclusive` false) keeps its mode and gets the new size. */
  createPath(path: string, size: number, mode: number, exclusive: boolean, truncate: boolean): ObjectStat;
  /** shmget(IPC_CREAT | …): the shmid. key 0 = IPC_PRIVATE; signed or unsigned, -2^31 to 2^32 - 1. */
  createSysv(key: number, size: number, mode: number, exclusive: boolean): number;
  /** ftok(3), unsigned. */
  ftok(path: string, projectId: number): number;
  /** ftruncate, after a check that the object is still `inode` on `device` (else ESTALE); ENOSPC as in createPath. */
  resizePath(path: string, device: string, inode: number, size: number): ObjectStat;
  /** unlink(2), after the same check. */
  unlinkPath(path: string, device: string, inode: number): void;
  /** Whether the kernel grants a write lease for a moment: no process has it open or maps it, this one included, also none that may not be
   *  looked into. False where it does not tell (objects of others, without CAP_LEASE; fcntl(2)). Who opens it meanwhile waits until then. */
  isUnused(path: string, device: string, inode: number): boolean;
  /** The same under a write lease: EBUSY while any process has it open or maps it, this one included, also one that may not be looked into.
   *  Without a lease (objects of others, without CAP_LEASE; fcntl(2)) it is unlinked all the same. */
  unlinkUnused(path: string, device: string, inode: number): void;
  removeSysv(shmid: number): void;
  /** EBUSY while it is attached. */
  removeSysvUnused(shmid: number): void;
  /** fchmod and fchown after the same check; -1 keeps a value. */
  setPathPermissions(path: string, device: string, inode: number, mode: number, uid: number, gid: number): ObjectStat;
  setSysvPermissions(shmid: number, mode: number, uid: number, gid: number): void;
  /** msync(2) over a mapping of the range, on a worker thread. `offset` is rounded down to a page; the range ends where the object does. */
  syncPath(
    path: string,
    device: string,
    inode: number,
    offset: number,
    length: number,
    how: 'async' | 'sync',
    invalidate: boolean,
  ): Promise<void>;
  /** access(2)-like: what the effective user may do with the file. */
  accessPath(path: string): { readonly read: boolean; readonly write: boolean };

  /** For the steps of one narrowing search (ByteSource.narrow). */
  openPlaces(): RawPlaces;
  /** The first offsets of the last step, ascending; `limit` at most 2^20. */
  firstPlaces(places: RawPlaces, limit: number): Float64Array;
  /** Gives their memory back. Closing them twice is harmless. */
  closePlaces(places: RawPlaces): void;
}
