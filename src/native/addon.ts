/**
 * The addon's face, as native/ implements it: system calls and no policy.
 *
 * Names and paths are strings in which a byte that is not UTF-8 stands as the lone surrogate U+DC00 + byte (PEP 383), so that
 * every name can be handed back unchanged. Offsets and sizes are bytes. What fails throws a ShmError with `code` (an errno name) and,
 * where one was involved, `syscall` and `path`; what returns a promise rejects with it and never throws. A wrong argument is
 * EINVAL, a number of 2^53 or more EOVERFLOW, one outside its range ERANGE.
 */

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

/** One regular file in a tmpfs on /dev/shm, or in a directory below it. */
export interface ShmEntry extends ObjectStat {
  /** Relative to the mount, no leading slash. */
  readonly name: string;
  readonly path: string;
}

/** One tmpfs mounted on /dev/shm or below it. */
export interface ShmMount {
  readonly path: string;
  readonly device: string;
  /** Bytes, from statfs(2); 0 when the mount has no limit. */
  readonly total: number;
  readonly free: number;
  readonly entries: readonly ShmEntry[];
  /** Set where the directory could not be listed. */
  readonly error?: { readonly code: string; readonly syscall: string; readonly path: string };
}

/** struct shmid_ds, by SHM_STAT_ANY, with rss from /proc/sysvipc/shm. Times are ms since the epoch, 0 = never. */
export interface SysvEntry {
  /** Unsigned: 0 to 2^32 - 1. */
  readonly key: number;
  readonly shmid: number;
  readonly size: number;
  readonly residentBytes: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly creatorUid: number;
  readonly creatorGid: number;
  readonly creatorPid: number;
  readonly lastPid: number;
  readonly attachCount: number;
  readonly attachedAt: number;
  readonly detachedAt: number;
  readonly changedAt: number;
  /** SHM_DEST: IPC_RMID was called, it goes when the last process detaches. */
  readonly removed: boolean;
  /** SHM_LOCKED. */
  readonly locked: boolean;
}

export interface SysvLimits {
  readonly segments: number;
  readonly maxSegments: number;
  /** Bytes. */
  readonly maxSegmentSize: number;
  readonly totalBytes: number;
  readonly maxTotalBytes: number;
}

/** Bits of `RawScan.mappings.flags`. */
export const READ = 1;
export const WRITE = 2;
export const EXEC = 4;
export const SHARED = 8;

/** One pass over /proc, in columns: 20,000 records cross to JavaScript in 0.1 ms. */
export interface RawScan {
  readonly processes: {
    readonly pid: Int32Array;
    readonly uid: Uint32Array;
    /** ms since the epoch. */
    readonly startedAt: Float64Array;
    readonly comm: readonly string[];
    /** Inode of /proc/PID/ns/ipc; 0 where it may not be read. */
    readonly ipcNamespace: Float64Array;
  };
  /** Every object that a kept mapping or holder shows, once. System V segments of two IPC namespaces can be equal in device, inode and
   *  name: they are two objects here, told apart by `ipcNamespace` of a process that maps them. Device memory is left out. */
  readonly objects: {
    readonly device: readonly string[];
    readonly inode: Float64Array;
    /** As the kernel tells it for one of the mappings: a path, '/SYSV000004d2 (deleted)', '/memfd:x (deleted)'. */
    readonly name: readonly string[];
  };
  readonly mappings: {
    readonly process: Uint32Array;
    readonly object: Uint32Array;
    readonly address: BigUint64Array;
    readonly length: Float64Array;
    readonly offset: Float64Array;
    readonly flags: Uint8Array;
  };
  /** Open descriptors on objects of the devices asked for. access: 0 read, 1 write, 2 read-write (O_ACCMODE). */
  readonly holders: {
    readonly process: Uint32Array;
    readonly object: Uint32Array;
    readonly fd: Int32Array;
    readonly access: Uint8Array;
  };
  /** Processes whose mappings may not be read, with the errno name. */
  readonly hidden: readonly { readonly pid: number; readonly uid: number; readonly code: string }[];
  /** How the mappings were found: 'query' = PROCMAP_QUERY (Linux 6.11), 'text' = /proc/PID/maps. */
  readonly how: 'query' | 'text';
}

export interface ScanOptions {
  /** Use the text of /proc/PID/maps even where PROCMAP_QUERY works. */
  readonly text?: boolean;
  /** Devices ('major:minor') of which private mappings and open descriptors are reported too. */
  readonly devices: readonly string[];
}

/** One open way to the bytes of an object. Closing it twice is harmless; using it closed throws EBADF. */
export interface ByteSource {
  readonly how: 'pread' | 'map_files' | 'process_vm_readv' | 'shmat';
  stat(): ObjectStat;
  /** Fills `target` from `offset`; returns the bytes had: short only where the object ends. Allocates no page in the object,
   *  raises no signal, never tears an aligned 1, 2, 4 or 8-byte value. Blocks: up to 256 KiB, else use `readAsync`. */
  read(target: Uint8Array, offset: number): number;
  readAsync(target: Uint8Array, offset: number): Promise<number>;
  /** Stores all of `bytes`, or throws: ERANGE where the range is not wholly inside the object. Never makes the object grow. */
  write(bytes: Uint8Array, offset: number): void;
  /** [start, end, start, end, …] of the parts of the range that hold memory; at most `limit` pairs (1 to 2^24), the
   *  last of which then reaches to the end of the range. */
  extents(offset: number, length: number, limit: number): Float64Array;
  /** Offsets at which `pattern` begins in [from, to), ascending, at most `limit`; overlapping hits count. Unheld ranges are
   *  searched as the zeros that they read as, without being read. `cancel` is a view on a SharedArrayBuffer: non-zero ends the search
   *  with the hits had so far. `limit` is at most 2^24. */
  find(pattern: Uint8Array, from: number, to: number, limit: number, cancel?: Int32Array): Promise<Float64Array>;
  close(): void;
}

export interface Addon {
  listShm(): ShmMount[];
  listSysv(): SysvEntry[];
  sysvLimits(): SysvLimits;
  /** On a worker thread. Own mappings and descriptors of this process are left out. */
  scan(options: ScanOptions): Promise<RawScan>;
  /** statx(2); `follow` goes through symbolic links, as for /proc/PID/fd/N and /proc/PID/map_files, which lead to an object without a name. */
  statPath(path: string, follow: boolean): ObjectStat;

  /** Opens a regular file with O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, and O_NOATIME where allowed; EINVAL when it is none. `write` opens O_RDWR. */
  openPath(path: string, write: boolean): ByteSource;
  /** Opens /proc/PID/map_files/<start>-<end>, where `address` and `length` name one whole mapping. The source's bytes are the object's. */
  openMapFiles(pid: number, address: bigint, length: number, write: boolean): ByteSource;
  /** process_vm_readv and process_vm_writev on a mapper. Bytes outside [offset, offset + length) of the object do not exist for it;
   *  pages that are not present in the process read as zeros and are not in `extents`, because touching them would allocate them.
   *  So a page that only others have touched reads as zeros: prefer another way, or the mapper with most pages present. EINVAL for a
   *  private mapping; ESTALE once the process maps something else there; ERANGE for a read before `offset`. `stat` knows the object's
   *  device and inode; its size is where the mapping ends, its owner the process's, its times and residentBytes 0. */
  openProcess(pid: number, address: bigint, length: number, offset: number): ByteSource;
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
  removeSysv(shmid: number): void;
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
}
