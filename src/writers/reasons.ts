/** Why a thread could not be watched, and what helps. */
import type { Unwatched } from './face.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'All breakpoint registers of the thread are taken, as by a debugger: end its session.',
  EBUSY: 'All breakpoint registers of the thread are taken, as by a debugger: end its session.',
  EACCES: 'It may not be watched: it is another user’s, or kernel.perf_event_paranoid forbids it. Root, or CAP_PERFMON, may.',
  EPERM: 'It may not be watched: it is another user’s, or a security policy forbids it. Root, or CAP_PERFMON, may.',
  EMFILE: 'There are more threads than this process may open descriptors for (ulimit -n).',
  ENFILE: 'There are more threads than this machine may open descriptors for (fs.file-max).',
  ENOMEM: 'The kernel has no memory left for more breakpoints.',
};

export function reasonOf(code: string): string {
  return REASONS[code] ?? `The kernel refused to watch it (${code}).`;
}

export function unwatched(pid: number, process: string, code: string, tid?: number): Unwatched {
  return { pid, process, code, reason: reasonOf(code), ...(tid === undefined ? {} : { tid }) };
}

/** One that let go of the segment while it was watched. */
export function left(pid: number, process: string): Unwatched {
  const reason = 'It unmapped the segment while it was watched: what it stored in the quarter of a second before is not counted.';
  return { pid, process, code: 'EFAULT', reason };
}

/** One that could map the segment. */
export function notLookedInto(pid: number, code: string): Unwatched {
  const reason =
    'It may not be looked into, so whether it maps the segment is not known. Root, or CAP_SYS_PTRACE with CAP_PERFMON, may.';
  return { pid, code, reason };
}

/** Any number of them. 0 is no process's number. */
export function notListed(text: string): Unwatched {
  const reason = `${text}: whether they map the segment is not known. Root, or CAP_SYS_PTRACE with CAP_PERFMON, outside of containers, may.`;
  return { pid: 0, process: 'others', code: 'EACCES', reason };
}

const FAILURES: Readonly<Record<string, string>> = {
  ENOTSUP: 'ShmScope knows the hardware breakpoints of x86 and of 64-bit ARM processors alone.',
  ENOENT: 'This machine has no hardware breakpoints to give: a virtual machine may hide them.',
  ENODEV: 'This machine has no hardware breakpoints to give: a virtual machine may hide them.',
  EOPNOTSUPP: 'This machine has no hardware breakpoints to give: a virtual machine may hide them.',
  ENOSYS: 'This kernel was built without perf_event_open(2), or a container hides it.',
  EACCES: 'kernel.perf_event_paranoid does not let you watch processes.',
  EPERM: 'You may not watch processes here: kernel.perf_event_paranoid, or the filter of a container, forbids it.',
  EMFILE: 'This process has no descriptors left (ulimit -n).',
};
const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: 'Set kernel.perf_event_paranoid to 2 or less, or run as root or with CAP_PERFMON.',
  EPERM: 'Set kernel.perf_event_paranoid to 2 or less, or give the container CAP_PERFMON.',
};

export function failureOf(code: string, message: string): { readonly message: string; readonly remedy?: string } {
  const remedy = REMEDIES[code];
  return { message: FAILURES[code] ?? message, ...(remedy === undefined ? {} : { remedy }) };
}
