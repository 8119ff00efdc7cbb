/** What the tests of snapshots share: a folder of their own, and a segment as the scan would give it. */
import { mkdtempSync, readdirSync, readlinkSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Segment } from '../../../api.d.ts';
import { Snapshots } from '../../../src/keep/snapshots.ts';
import type { ByteSource } from '../../../src/native/addon.ts';
import { ShmError } from '../../../src/native/errors.ts';
import { addon } from '../support.ts';

export function folders() {
  const made: string[] = [];
  afterEach(() => {
    for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
  });
  return (): string => {
    const path = mkdtempSync(join(tmpdir(), 'shmscope-keep-'));
    made.push(path);
    return path;
  };
}

export function snapshotsIn(folder: string, limit = 2 ** 30): Snapshots {
  return new Snapshots({ addon, folder: join(folder, 'snapshots'), limit: () => limit });
}

/** A POSIX segment of this path. */
export function segmentAt(path: string, id = path): Segment {
  const name = path.replace('/dev/shm', '');
  const stat = addon.statPath(path, false);
  return {
    id,
    kind: 'posix',
    name,
    device: stat.device,
    inode: stat.inode,
    path,
    size: stat.size,
    uid: stat.uid,
    gid: stat.gid,
    mode: 0o600,
    unlinked: false,
    orphaned: false,
    mappings: [],
    holders: [],
    access: { read: true, write: true },
    namespace: 'host',
  };
}

/** A new object of `size` bytes with `parts` in it. */
export function objectAt(path: string, size: number, parts: Readonly<Record<number, Uint8Array | string>> = {}): ByteSource {
  // Not by createPath, which refuses what the file system could not hold in full.
  writeFileSync(path, '', { flag: 'wx', mode: 0o600 });
  truncateSync(path, size);
  const source = addon.openPath(path, true);
  for (const [offset, bytes] of Object.entries(parts)) source.write(Buffer.from(bytes), Number(offset));
  return source;
}

/** For assert.rejects: a ShmError with this code and a sentence for a person. */
export function saidAs(code: string, message: RegExp) {
  return (error: unknown): boolean => {
    if (error instanceof ShmError && error.code === code && message.test(error.message)) return true;
    throw new Error(`expected ${code} ${message}`, { cause: error });
  };
}

/** What of the folder this process has open: each kept moment is one. */
export function openIn(folder: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      return path.startsWith(folder) ? [path] : [];
    } catch {
      return [];
    }
  });
}
