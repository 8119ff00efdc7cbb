/** What this user may do with an object, and in words why not. */
import type { Segment } from '../../api.d.ts';

export interface User {
  readonly uid: number;
  readonly gids: readonly number[];
}

export function currentUser(): User {
  return { uid: process.geteuid?.() ?? 0, gids: [process.getegid?.() ?? 0, ...(process.getgroups?.() ?? [])] };
}

/** Only processes of this user and of root can open the object: those of others, which may not be looked into, cannot hold it. */
export function isPrivate(object: { readonly uid: number; readonly mode: number }, user: User): boolean {
  return object.uid === user.uid && (object.mode & 0o077) === 0;
}

/** ipcperms() in ipc/util.c: the class of the first match decides; CAP_IPC_OWNER (here: uid 0) passes. */
export function sysvAccess(
  user: User,
  owner: { mode: number; uid: number; gid: number; creatorUid: number; creatorGid: number },
): Segment['access'] {
  if (user.uid === 0) return { read: true, write: true };
  let bits = owner.mode;
  if (user.uid === owner.uid || user.uid === owner.creatorUid) bits >>= 6;
  else if (user.gids.includes(owner.gid) || user.gids.includes(owner.creatorGid)) bits >>= 3;
  return withReason({ read: (bits & 4) !== 0, write: (bits & 2) !== 0 }, owner.mode, owner.uid);
}

const R_OK = 4;
const W_OK = 2;

export function accessBits(bits: number): { read: boolean; write: boolean } {
  return { read: (bits & R_OK) !== 0, write: (bits & W_OK) !== 0 };
}

export function withReason(can: { read: boolean; write: boolean }, mode: number, uid: number): Segment['access'] {
  if (can.read && can.write) return can;
  const missing = can.read ? 'written' : 'read';
  const reason = `It belongs to uid ${uid} with mode ${modeText(mode)} and cannot be ${missing} by you: ask its owner for the right, join its group, or start VS Code's server as that user.`;
  return { ...can, reason };
}

/** '0600'. */
export function modeText(mode: number): string {
  return `0${(mode & 0o7777).toString(8).padStart(3, '0')}`;
}

/** 'rw-r-----'. */
export function permissionText(mode: number): string {
  return [6, 3, 0]
    .map((shift) => `${(mode >> shift) & 4 ? 'r' : '-'}${(mode >> shift) & 2 ? 'w' : '-'}${(mode >> shift) & 1 ? 'x' : '-'}`)
    .join('');
}
