import type { ShmError as ShmErrorFace } from '../../api.d.ts';

interface Details {
  readonly syscall?: string | undefined;
  readonly path?: string | undefined;
  readonly remedy?: string | undefined;
  readonly cause?: unknown;
}

/** What every failing call of this extension throws or rejects with; see ShmError in api.d.ts. */
export class ShmError extends Error implements ShmErrorFace {
  override readonly name = 'ShmError';
  readonly code: string;
  declare readonly syscall?: string;
  declare readonly path?: string;
  declare readonly remedy?: string;

  constructor(code: string, message: string, details: Details = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    if (details.syscall !== undefined) this.syscall = details.syscall;
    if (details.path !== undefined) this.path = details.path;
    if (details.remedy !== undefined) this.remedy = details.remedy;
  }
}

/** A ShmError with the usual remedy for its code, unless `details` brings its own. */
export function shmError(code: string, message: string, details: Details = {}): ShmError {
  return new ShmError(code, message, { ...details, remedy: details.remedy ?? REMEDIES[code] });
}

/** Any thrown value as a ShmError. One that carries no errno name gets code 'EIO'; a ShmError is returned as it is. */
export function toShmError(error: unknown): ShmError {
  if (error instanceof ShmError) return error;
  if (!(error instanceof Error)) return shmError('EIO', String(error), { cause: error });
  const code = text(error, 'code');
  return shmError(code ?? 'EIO', error.message, {
    syscall: text(error, 'syscall'),
    path: text(error, 'path'),
    cause: error,
  });
}

function text(error: Error, key: string): string | undefined {
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const REMEDIES: Readonly<Record<string, string | undefined>> = {
  EACCES: 'Ask its owner for the permission (chmod), or run as that user or as root.',
  EPERM: 'Only its owner or root may do this; to look into processes, kernel.yama.ptrace_scope must be 0 or you must be root.',
  EEXIST: 'Choose another name, or allow that an existing object is used.',
  ENOSPC:
    'Choose a smaller size, remove segments that nobody needs, or have the limit raised (mount -o remount,size=… /dev/shm; kernel.shmall).',
  ENOMEM: 'Close programs that take memory, or choose a smaller size.',
  ENAMETOOLONG: 'Choose a name of at most 255 bytes.',
  ENOENT: 'Refresh the list: it was removed, or never was there.',
  ESTALE: 'Refresh the list: the object was removed or replaced.',
  ESRCH: 'Refresh the list: the process has ended.',
  EIDRM: 'Refresh the list: the segment was removed.',
  ELOOP: 'Name the file that the symbolic link leads to.',
  EMFILE: 'Close some views, or raise the limit of open files (ulimit -n).',
  ENFILE: 'Raise the limit of open files of this machine (fs.file-max).',
  EROFS: 'Mount the file system writable.',
  ERANGE: 'Choose a range inside the segment.',
};
