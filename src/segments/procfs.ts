/** What this machine's settings keep from an ordinary user, read once: proc(5) (hidepid, gid) and Yama's ptrace_scope. */
import { readFileSync, statSync } from 'node:fs';
import { currentUser, type User } from './access.ts';

/** include/uapi/linux/capability.h */
const CAP_SYS_PTRACE = 19n;
/** Inodes of the first namespaces, include/linux/proc_ns.h. */
const PROC_IPC_INIT_INO = 0xefff_ffff;
const PROC_USER_INIT_INO = 0xefff_fffd;
const PROC_PID_INIT_INO = 0xefff_fffc;

/** From the text of /proc/PID/status (proc_pid_status(5)): CapEff is a mask in hexadecimal. */
export function hasCapability(status: string, capability: bigint): boolean {
  const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  return mask !== undefined && ((BigInt(`0x${mask}`) >> capability) & 1n) === 1n;
}

function namespaceInode(kind: string): number {
  return statSync(`/proc/self/ns/${kind}`, { throwIfNoEntry: false })?.ino ?? 0;
}

/** The mount options of /proc, fs/proc/root.c: 'off' 0, 'noaccess' 1, 'invisible' 2, 'ptraceable' 4. */
export type HidePid = 'off' | 'noaccess' | 'invisible' | 'ptraceable';

export interface ProcFacts {
  readonly hidePid: HidePid;
  /** Members of this group see all processes in spite of hidepid; 0 where none is set. */
  readonly gid: number;
  /** kernel.yama.ptrace_scope, 0 to 3; 0 on a kernel without Yama. */
  readonly ptraceScope: number;
  /**
   * CAP_SYS_PTRACE is in effect: all processes may be looked into. Root has it not in many containers, and the root of another user namespace
   * (unshare -r, rootless containers) only over what is inside it (user_namespaces(7)).
   */
  readonly mayTrace: boolean;
  /** Processes outside this pid namespace share the host's memory with it (docker --ipc=host), and none of them is seen. */
  readonly sharesWithUnseen: boolean;
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
    mayTrace: namespaceInode('user') === PROC_USER_INIT_INO && hasCapability(tryRead('/proc/self/status'), CAP_SYS_PTRACE),
    sharesWithUnseen: namespaceInode('pid') !== PROC_PID_INIT_INO && namespaceInode('ipc') === PROC_IPC_INIT_INO,
  };
  return facts;
}

/** Whether /proc keeps the processes of others from this user, so that those it does not list may exist (has_pid_permissions() in fs/proc/base.c). */
export function hidesOthers({ hidePid, gid, mayTrace }: ProcFacts, user: User): boolean {
  if (hidePid === 'off' || mayTrace) return false;
  return hidePid === 'ptraceable' || !user.gids.includes(gid);
}

/** Why /proc does not list every process that may use this machine's shared memory, as the end of a sentence; undefined where it does. */
export function unlistedText(user: User = currentUser(), facts: ProcFacts = procFacts()): string | undefined {
  // Of hidepid=1 they are listed, with nothing in them.
  const hidden = facts.hidePid !== 'noaccess' && hidesOthers(facts, user);
  if (hidden) return '/proc does not list the processes of other users (hidepid)';
  return facts.sharesWithUnseen ? 'processes outside this container share its memory, and are not listed' : undefined;
}

function tryRead(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
