/** What this machine's settings keep from an ordinary user, read once: proc(5) (hidepid, gid) and Yama's ptrace_scope. */
import { readFileSync } from 'node:fs';
import type { User } from './access.ts';

/** The mount options of /proc, fs/proc/root.c: 'off' 0, 'noaccess' 1, 'invisible' 2, 'ptraceable' 4. */
export type HidePid = 'off' | 'noaccess' | 'invisible' | 'ptraceable';

export interface ProcFacts {
  readonly hidePid: HidePid;
  /** Members of this group see all processes in spite of hidepid; 0 where none is set. */
  readonly gid: number;
  /** kernel.yama.ptrace_scope, 0 to 3; 0 on a kernel without Yama. */
  readonly ptraceScope: number;
}

/** Kernels before 5.8 print the number. */
const HIDE_PID: Readonly<Record<string, HidePid>> = {
  '1': 'noaccess',
  '2': 'invisible',
  '4': 'ptraceable',
  noaccess: 'noaccess',
  invisible: 'invisible',
  ptraceable: 'ptraceable',
};

/** From the text of /proc/self/mountinfo; of several mounts on /proc the last is on top. */
export function parseProcMount(mountinfo: string): Pick<ProcFacts, 'hidePid' | 'gid'> {
  const mounts = mountinfo.split('\n').filter((line) => line.split(' ')[4] === '/proc' && line.includes(' - proc '));
  const options = mounts.at(-1)?.split(' - ')[1]?.split(' ')[2]?.split(',') ?? [];
  const value = (key: string): string | undefined =>
    options.find((option) => option.startsWith(`${key}=`))?.slice(key.length + 1);
  return { hidePid: HIDE_PID[value('hidepid') ?? ''] ?? 'off', gid: Number(value('gid') ?? 0) };
}

let facts: ProcFacts | undefined;

export function procFacts(): ProcFacts {
  facts ??= {
    ...parseProcMount(tryRead('/proc/self/mountinfo')),
    ptraceScope: Number(tryRead('/proc/sys/kernel/yama/ptrace_scope')) || 0,
  };
  return facts;
}

/** Whether /proc keeps the processes of others from this user, so that those it does not list may exist (has_pid_permissions() in fs/proc/base.c). */
export function hidesOthers({ hidePid, gid }: ProcFacts, user: User): boolean {
  if (hidePid === 'off' || user.uid === 0) return false;
  return hidePid === 'ptraceable' || !user.gids.includes(gid);
}

function tryRead(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
