/** Why no way led to a segment's bytes, and what can be done about it. */
import { readFileSync } from 'node:fs';
import type { Segment } from '../../api.d.ts';
import { shmError, ShmError } from '../native/errors.ts';

const PTRACE_SCOPE = '/proc/sys/kernel/yama/ptrace_scope';
/** These tell that a way is no more, not that it is closed to this user. */
const GONE: ReadonlySet<string> = new Set(['ESRCH', 'ESTALE', 'ENOENT']);

/** Whether a source that failed so is of no use any more, while the segment may live on: the process that it went through has ended. */
export function isLost(error: unknown): boolean {
  return error instanceof ShmError && (error.code === 'ESTALE' || error.code === 'ESRCH');
}

/** requireUnsealed in native/source_fd.cc: fcntl(2), F_GET_SEALS, is called for nothing else. */
export function isSealed(error: ShmError): boolean {
  return error.code === 'EPERM' && error.syscall === 'fcntl';
}

export function deviceMemory(): ShmError {
  return shmError('ENOTSUP', 'It is the memory of a device: reading it can change what the device does, so it is never read.', {
    remedy: 'Look at it with the program that drives the device.',
  });
}

/** The error for all ways together: what was refused last, with the remedy. `failures` are in the order in which they were met. */
export function allRefused(
  segment: Segment,
  options: { readonly write: boolean; readonly attach: boolean },
  failures: readonly ShmError[],
): ShmError {
  const first = failures[0];
  const refused = failures.findLast((failure) => !GONE.has(failure.code));
  if (segment.sysv) {
    const isOwn = segment.namespace === 'host';
    // To ask for shmat again, when it was agreed to and failed, would only go round in a circle.
    if (isOwn && options.attach && failures.length > 0) return failures[failures.length - 1] ?? attachIsLeft();
    if (isOwn && (segment.access.read || !refused)) return attachIsLeft(refused);
    if (!isOwn) return otherNamespace(segment, options.write, refused);
  }
  // The name leads to another object: a scan finds out what became of this one.
  if (first?.code === 'ESTALE') return first;
  const error = refused ?? first;
  if (!error) return shmError('ENOTSUP', segment.access.reason ?? 'No process maps it in a way that leads to its bytes.');
  const message = failures.length > 1 ? `${error.message}; this was the last of ${failures.length} ways` : error.message;
  return shmError(error.code, message, {
    syscall: error.syscall,
    path: error.path,
    remedy: remedy(error, segment, options.write),
    cause: error,
  });
}

function attachIsLeft(refused?: ShmError): ShmError {
  const tried = refused ? ` Tried last: ${refused.message}.` : '';
  return shmError(
    'ENOTSUP',
    `No process that could be read through has this segment attached, so reading it means to attach it.${tried}`,
    { remedy: 'Open it in the panel and agree to attach: its attach count, attach time and last pid will change.' },
  );
}

function otherNamespace(segment: Segment, write: boolean, refused: ShmError | undefined): ShmError {
  const tried = refused ? ` Tried last: ${refused.message}.` : '';
  return shmError(
    'ENOTSUP',
    `It belongs to another IPC namespace (${segment.namespace}), from where it cannot be attached, and no process could be ${write ? 'written' : 'read'} through.${tried}`,
    { remedy: refused ? remedy(refused, segment, write) : 'Run ShmScope inside that namespace or container.' },
  );
}

function remedy(error: ShmError, segment: Segment, write: boolean): string | undefined {
  if (error.code !== 'EACCES' && error.code !== 'EPERM') return error.remedy;
  // requireUnsealed in native/source_fd.cc.
  if (error.syscall === 'fcntl')
    return 'A program sealed it (F_SEAL_WRITE): nobody can write to it through a new mapping any more.';
  const needed = write ? 0o060 : 0o040;
  const group = (segment.mode & needed) === needed && segment.path !== undefined ? `join group ${segment.gid}, ` : '';
  const scope = ptraceScope();
  const yama =
    scope > 0
      ? `; for your own processes it is enough to set kernel.yama.ptrace_scope, which is ${scope}, to 0 (sudo sysctl)`
      : '';
  return `To get at it, ${group}run VS Code's server as uid ${segment.uid} or as root (sudo), or give it CAP_SYS_PTRACE${yama}.`;
}

/** 0 to 3 (Documentation/admin-guide/LSM/Yama.rst); 0 where the kernel has no Yama. */
function ptraceScope(): number {
  try {
    return Number(readFileSync(PTRACE_SCOPE, 'utf8')) || 0;
  } catch {
    return 0;
  }
}
