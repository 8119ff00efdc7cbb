/** The folder in which snapshots lie: NAME.bin with the bytes, NAME.json with what they are, NAME.PID.part while they are made. */
import { chmod, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shmError } from '../native/errors.ts';
import { parseRecord, recordText, type SnapshotRecord } from './record.ts';

const DESCRIPTION = /^([0-9a-z]{6,12}-[0-9a-f]{8})\.json$/;
const UNFINISHED = /^[0-9a-z]{6,12}-[0-9a-f]{8}(?:\.json)?\.(\d+)\.part$/;
export const ID = /^[0-9a-z]{6,12}-[0-9a-f]{8}$/;
/** A header of 4 MiB can be part of it; see types/choice.ts. */
const DESCRIPTION_MAX = 32 * 1024 * 1024;
const SNAPSHOTS_MAX = 10_000;
const DAY_MS = 86_400_000;

interface Known {
  readonly stamp: string;
  readonly record: SnapshotRecord;
}

export class SnapshotFolder {
  readonly #path: string;
  /** What was read stays known while the file is the same: a description can be megabytes long. */
  readonly #known = new Map<string, Known>();
  #swept = false;

  constructor(path: string) {
    this.#path = path;
  }

  bytesPath(id: string): string {
    return join(this.#path, `${id}.bin`);
  }

  partPath(id: string): string {
    return join(this.#path, `${id}.${process.pid}.part`);
  }

  /** Makes it where it is not there yet; nobody else may look into it, whatever the umask. */
  async make(): Promise<void> {
    await mkdir(this.#path, { recursive: true, mode: 0o700 });
    const found = await lstat(this.#path);
    if (!found.isDirectory()) throw shmError('ENOTDIR', `${this.#path} is no directory, so no snapshot can be kept in it.`);
    if ((found.mode & 0o777) !== 0o700) await chmod(this.#path, 0o700);
    await this.#sweep();
  }

  /** Every snapshot, the newest first. What is no snapshot, or a broken one, is passed over. */
  async list(): Promise<SnapshotRecord[]> {
    const ids = (await this.#names()).flatMap((name) => DESCRIPTION.exec(name)?.[1] ?? []).slice(0, SNAPSHOTS_MAX);
    const records: SnapshotRecord[] = [];
    for (const id of ids) {
      const record = await this.get(id);
      if (record) records.push(record);
    }
    return records.sort((a, b) => b.time - a.time || (a.id < b.id ? 1 : -1));
  }

  async get(id: string): Promise<SnapshotRecord | undefined> {
    if (!ID.test(id)) return undefined;
    try {
      const path = join(this.#path, `${id}.json`);
      const [described, bytes] = [await lstat(path), await lstat(this.bytesPath(id))];
      if (!described.isFile() || described.size > DESCRIPTION_MAX || !bytes.isFile()) return undefined;
      const stamp = `${described.ino} ${described.mtimeMs} ${described.size}`;
      let known = this.#known.get(id);
      if (known?.stamp !== stamp) {
        const record = parseRecord(id, await readFile(path, 'utf8'));
        if (!record) return undefined;
        known = { stamp, record };
        this.#known.set(id, known);
      }
      // A file of another length is not the one that was described.
      return bytes.size === known.record.size ? known.record : undefined;
    } catch {
      return undefined;
    }
  }

  /** The bytes that were made at `partPath` become a snapshot. */
  async keep(record: SnapshotRecord): Promise<void> {
    await rename(this.partPath(record.id), this.bytesPath(record.id));
    await this.describe(record);
  }

  /** All of it or nothing: a description that is cut short would lose the snapshot. */
  async describe(record: SnapshotRecord): Promise<void> {
    const path = join(this.#path, `${record.id}.json`);
    const part = join(this.#path, `${record.id}.json.${process.pid}.part`);
    try {
      await writeFile(part, recordText(record), { mode: 0o600 });
      await rename(part, path);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  }

  async remove(id: string): Promise<void> {
    this.#known.delete(id);
    for (const path of [this.bytesPath(id), this.partPath(id), join(this.#path, `${id}.json`)]) await rm(path, { force: true });
  }

  async #names(): Promise<string[]> {
    try {
      return await readdir(this.#path);
    } catch {
      return [];
    }
  }

  /** Once: what a window that crashed was making, and will not finish. */
  async #sweep(): Promise<void> {
    if (this.#swept) return;
    this.#swept = true;
    for (const name of await this.#names()) {
      const pid = UNFINISHED.exec(name)?.[1];
      if (pid === undefined) continue;
      const path = join(this.#path, name);
      const found = await lstat(path).catch(() => undefined);
      if (found?.isFile() && (!isRunning(Number(pid)) || Date.now() - found.mtimeMs > DAY_MS)) await rm(path, { force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
