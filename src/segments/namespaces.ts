/** What another mount or IPC namespace is called: by its container, where its cgroup tells, else by the kernel's own name for it. */
import { readFileSync, statSync } from 'node:fs';

export const HOST = 'host';

/** Docker, Podman, containerd and CRI-O name the cgroup of a container by its id of 64 hexadecimal digits. */
const CONTAINER = /[0-9a-f]{64}/g;
const SHORT = 12;

/** The container's short id from the text of /proc/PID/cgroup; the innermost one, where they are nested. */
export function containerOf(cgroup: string): string | undefined {
  const last = cgroup
    .split('\n')
    .flatMap((line) => line.match(CONTAINER)?.slice(-1) ?? [])
    .at(0);
  return last?.slice(0, SHORT);
}

export class Namespaces {
  readonly ownMount = inodeOf('mnt');
  readonly ownIpc = inodeOf('ipc');
  /** A namespace's inode can be another's once it is gone, so names are asked for in each scan. */
  readonly #names = new Map<string, string>();

  beginScan(): void {
    this.#names.clear();
  }

  /** 'host', '3f2a9c01d4e7', 'mnt:[4026532445]'. `inode` 0 is this process's own; `pid` is a process in it. */
  name(kind: 'mnt' | 'ipc', inode: number, pid: number): string {
    if (inode === 0 || inode === (kind === 'mnt' ? this.ownMount : this.ownIpc)) return HOST;
    const key = `${kind}:[${inode}]`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const name = containerOf(cgroupOf(pid)) ?? key;
    this.#names.set(key, name);
    return name;
  }
}

function inodeOf(kind: string): number {
  return statSync(`/proc/self/ns/${kind}`, { throwIfNoEntry: false })?.ino ?? 0;
}

function cgroupOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, 'utf8');
  } catch {
    return '';
  }
}
