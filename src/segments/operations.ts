/** What can be done to segments. Each operation ends with a scan, so that lists and panels see it at once. */
import { existsSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { CreateOptions, Segment } from '../../api.d.ts';
import type { Addon } from '../native/addon.ts';
import { shmError } from '../native/errors.ts';
import { checkOffset, checkSize, posixName, sizeText } from './names.ts';
import { objectId } from './identity.ts';
import { HOST } from './namespaces.ts';
import type { Scan } from './scan.ts';
import type { SegmentStore } from './store.ts';

const MODE_MAX = 0o7777;
const DEFAULT_MODE = 0o600;
const SHM_DIRECTORY = '/dev/shm';

export interface PermissionChange {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

export interface SyncRange {
  readonly offset: number;
  readonly length: number;
  readonly invalidate?: boolean;
}

export class Operations {
  readonly #addon: Addon;
  readonly #store: SegmentStore;
  readonly #release: (id: string) => void;

  /** `release` closes what is open of a segment to read it. */
  constructor(addon: Addon, store: SegmentStore, release: (id: string) => void = () => undefined) {
    this.#addon = addon;
    this.#store = store;
    this.#release = release;
  }

  /** shm_open, open or shmget with the options' flags, then ftruncate. EEXIST, EINVAL, ENAMETOOLONG, ENOSPC, EOVERFLOW, EACCES. */
  async create(options: CreateOptions): Promise<Segment> {
    if (typeof options !== 'object' || options === null)
      throw shmError('EINVAL', "A segment is made from { kind: 'posix' | 'sysv' | 'file', name or key, size }.");
    // Without a scan from before, nobody could be told that the segment is new.
    if (!this.#store.last) await this.#store.refresh();
    const size = checkSize(options.size);
    const mode = checkMode(options.mode ?? DEFAULT_MODE);
    const exclusive = options.exclusive ?? true;
    if (options.kind === 'sysv') return this.#createSysv(options, size, mode, exclusive);
    if (options.kind !== 'posix' && options.kind !== 'file')
      throw shmError('ENOTSUP', `ShmScope creates posix, sysv and file segments, not ${String(options.kind)}.`);
    if (options.key !== undefined) throw shmError('EINVAL', 'A key belongs to a System V segment.');
    const path = options.kind === 'posix' ? SHM_DIRECTORY + posixName(nameOf(options)) : filePath(nameOf(options));
    const stat = this.#addon.createPath(path, size, mode, exclusive, options.truncate ?? false);
    if (options.kind === 'file') this.#store.keepFile(path);
    const id = objectId(options.kind, stat);
    return this.#find((segment) => segment.id === id, path);
  }

  /** ftruncate. ENOTSUP for System V (a segment keeps its size), ENOSPC before a growth that the file system cannot hold. */
  async resize(id: string, size: number): Promise<Segment> {
    const bytes = checkSize(size);
    await this.#store.using(id, (segment) => {
      if (segment.kind === 'sysv')
        throw shmError('ENOTSUP', 'A System V segment keeps the size that it was made with (shmget(2)).');
      this.#addon.resizePath(this.#namedPath(segment, 'resized'), segment.device, segment.inode, bytes);
    });
    return this.#again(id);
  }

  /** shm_unlink, unlink or IPC_RMID: the name goes at once, the memory when the last process lets go. */
  async unlink(id: string): Promise<void> {
    await this.#store.using(id, (segment) => {
      if (segment.sysv) this.#addon.removeSysv(ownShmid(segment, segment.sysv));
      else this.#addon.unlinkPath(this.#namedPath(segment, 'unlinked'), segment.device, segment.inode);
    });
    await this.#store.refresh();
  }

  /** Whether no process at all, seen or not, has it open or maps it. False where the kernel does not tell: of others' objects, without a name. */
  isUnused(segment: Segment): boolean {
    if (segment.kind !== 'posix' || segment.path === undefined || segment.unlinked) return false;
    this.#release(segment.id);
    try {
      return this.#addon.isUnused(segment.path, segment.device, segment.inode);
    } catch {
      // Gone, or another has its name: the removal says which.
      return false;
    }
  }

  /** As `unlink`, of what nothing maps or holds at that very moment: EBUSY else. Ends with a scan that looks at all mappings. */
  async unlinkUnused(id: string): Promise<Scan> {
    await this.#store.using(id, (segment) => {
      // What ShmScope itself has open to read it is closed in the same turn of the event loop.
      this.#release(id);
      if (segment.sysv) this.#addon.removeSysvUnused(ownShmid(segment, segment.sysv));
      else this.#addon.unlinkUnused(this.#namedPath(segment, 'unlinked'), segment.device, segment.inode);
    });
    return this.#store.refresh({ thorough: true });
  }

  /** fchmod and fchown, or IPC_SET. EPERM for all but the owner and root. */
  async setPermissions(id: string, change: PermissionChange): Promise<Segment> {
    if (typeof change !== 'object' || change === null) throw shmError('EINVAL', 'What changes is { mode?, uid?, gid? }.');
    const mode = change.mode === undefined ? undefined : checkMode(change.mode);
    const uid = checkOwner(change.uid, 'uid');
    const gid = checkOwner(change.gid, 'gid');
    await this.#store.using(id, (segment) => {
      if (segment.sysv) this.#addon.setSysvPermissions(ownShmid(segment, segment.sysv), checkSysvMode(mode ?? -1), uid, gid);
      else
        this.#addon.setPathPermissions(this.#namedPath(segment, 'changed'), segment.device, segment.inode, mode ?? -1, uid, gid);
    });
    return this.#again(id);
  }

  /** msync over the range, or all of it. ENOTSUP where nothing stands behind the memory to be written to. */
  async sync(id: string, how: 'async' | 'sync', range?: SyncRange): Promise<void> {
    if (how !== 'async' && how !== 'sync') throw shmError('EINVAL', "Choose 'async' (MS_ASYNC) or 'sync' (MS_SYNC).");
    await this.#store.using(id, (segment) => this.#sync(segment, how, range));
  }

  async #sync(segment: Segment, how: 'async' | 'sync', range: SyncRange | undefined): Promise<void> {
    if (segment.kind === 'sysv') throw shmError('ENOTSUP', 'A System V segment has no file to be written to.');
    const offset = range ? checkOffset(range.offset, 'offset') : 0;
    const length = range ? checkOffset(range.length, 'length') : segment.size;
    if (offset + length > segment.size)
      throw shmError('ERANGE', `The range ends at ${offset + length}; the segment has ${segment.size} bytes.`);
    if (length === 0) return;
    const path = this.#namedPath(segment, 'synced');
    await this.#addon.syncPath(path, segment.device, segment.inode, offset, length, how, range?.invalidate ?? false);
  }

  async #createSysv(options: CreateOptions, size: number, mode: number, exclusive: boolean): Promise<Segment> {
    if (options.name !== undefined) throw shmError('EINVAL', 'A System V segment has a key, not a name.');
    if (options.truncate) throw shmError('EINVAL', 'A System V segment cannot be truncated.');
    const limits = this.#addon.sysvLimits();
    if (size > limits.maxSegmentSize)
      throw shmError('EINVAL', `shmmax allows ${sizeText(limits.maxSegmentSize)} for one System V segment.`);
    const shmid = this.#addon.createSysv(this.#key(options.key), size, checkSysvMode(mode), exclusive);
    return this.#find((segment) => segment.sysv?.shmid === shmid, `shmid ${shmid}`);
  }

  #key(key: CreateOptions['key']): number {
    if (key === undefined) return 0;
    if (typeof key === 'object' && key !== null) return this.#addon.ftok(key.path, key.projectId);
    if (!Number.isInteger(key) || key < -(2 ** 31) || key > 2 ** 32 - 1)
      throw shmError('EINVAL', `A key has 32 bits: ${key} is none.`);
    return key | 0;
  }

  /** The path at which an operation can reach the object by name. ESTALE when a new file has it, even one with the same inode. */
  #namedPath(segment: Segment, verb: string): string {
    const { id, kind, path, namespace } = segment;
    // A path through a container's root leads where the container wants at that moment.
    if (namespace !== HOST)
      throw shmError('ENOTSUP', `It belongs to ${namespace} and cannot be ${verb} from here.`, {
        remedy: 'Do it inside (docker exec, nsenter --mount).',
      });
    if (path === undefined || segment.unlinked || (kind !== 'posix' && kind !== 'file'))
      throw shmError('ENOTSUP', `It has no name any more and cannot be ${verb}.`);
    if (objectId(kind, this.#addon.statPath(path, false)) !== id) throw shmError('ESTALE', `Another object is at ${path} now.`);
    return path;
  }

  async #again(id: string): Promise<Segment> {
    await this.#store.refresh();
    const segment = this.#store.get(id);
    if (!segment) throw shmError('ESTALE', 'The segment was removed meanwhile.');
    return segment;
  }

  async #find(test: (segment: Segment) => boolean, what: string): Promise<Segment> {
    const segment = (await this.#store.refresh()).segments.find(test);
    if (!segment) throw shmError('ESTALE', `${what} was made, and removed by somebody before it could be looked at.`);
    return segment;
  }
}

/** The same id names another segment in our own IPC namespace. */
function ownShmid({ namespace }: Segment, { shmid }: NonNullable<Segment['sysv']>): number {
  if (namespace === HOST) return shmid;
  throw shmError('ENOTSUP', `It belongs to the IPC namespace ${namespace} and cannot be changed from here.`, {
    remedy: 'Use ipcrm in that namespace (nsenter --ipc, docker exec).',
  });
}

function nameOf(options: CreateOptions): string {
  if (typeof options.name !== 'string') throw shmError('EINVAL', `A ${options.kind} segment needs a name.`);
  return options.name;
}

function filePath(path: string): string {
  if (!isAbsolute(path)) throw shmError('EINVAL', `"${path}" is no absolute path.`);
  if (path.includes('\0')) throw shmError('EINVAL', 'A path holds no NUL byte.');
  if (existsSync(path) && !statSync(path).isFile()) throw shmError('EINVAL', `${path} is no regular file.`);
  return path;
}

function checkMode(mode: unknown): number {
  if (typeof mode !== 'number' || !Number.isInteger(mode) || mode < 0 || mode > MODE_MAX)
    throw shmError('EINVAL', 'The mode is a number from 0 to 0o7777, such as 0o600.');
  return mode;
}

/** shmget(2) takes flags (SHM_HUGETLB) in the bits above; -1 stands for no change. */
function checkSysvMode(mode: number): number {
  if (mode > 0o777) throw shmError('EINVAL', 'The mode of a System V segment is a number from 0 to 0o777.');
  return mode;
}

function checkOwner(id: unknown, what: string): number {
  if (id === undefined) return -1;
  if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id > 2 ** 32 - 2)
    throw shmError('EINVAL', `The ${what} is a number from 0 to 2^32 - 2.`);
  return id;
}
