/** What makes two sightings the same kernel object, and the opaque ids made of it. */
import type { ObjectStat } from './stat.ts';

/** Inode numbers are used again (ext4 at once), so the time of birth is part of the id where the file system tells it. */
export function objectId(kind: 'posix' | 'file', stat: Pick<ObjectStat, 'device' | 'inode' | 'createdAt'>): string {
  return `${kind}:${stat.device}:${stat.inode}:${stat.createdAt ?? 0}`;
}

/** Ids and keys repeat across IPC namespaces, so the namespace is part of the id. */
export function sysvId(ipcNamespace: string, shmid: number): string {
  return `sysv:${ipcNamespace}:${shmid}`;
}

export function objectKey(device: string, inode: number): string {
  return `${device}:${inode}`;
}

/** A key as `ipcs -m` prints it: '0x000004d2'. key_t is a signed int, so -1 is '0xffffffff'. */
export function keyName(key: number): string {
  return `0x${(key >>> 0).toString(16).padStart(8, '0')}`;
}
