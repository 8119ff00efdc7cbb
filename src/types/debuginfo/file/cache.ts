/** Indices on disk, so that the names of a program are there at once the second time. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { toShmError } from '../../../native/errors.ts';

/** Bytes of all indices together; the ones that were not used for longest go. */
const MOST = 256 * 1024 * 1024;
const SUFFIX = '.index';

/** A cache never fails: what cannot be read is read anew, and what cannot be written is not kept. */
export class IndexCache {
  readonly #folder: string;
  readonly #most: number;

  /** `most`: bytes. */
  constructor(folder: string, most = MOST) {
    this.#folder = folder;
    this.#most = most;
  }

  /** `key`: letters, digits, '-' and '.' only. */
  async get(key: string): Promise<Buffer | undefined> {
    const file = this.#file(key);
    try {
      const now = new Date();
      const [found] = await Promise.all([readWhole(file), utimes(file, now, now)]);
      return found;
    } catch {
      return undefined;
    }
  }

  async put(key: string, content: readonly Buffer[]): Promise<void> {
    const file = this.#file(key);
    const part = `${file}.${randomUUID()}.part`;
    try {
      await makeFolder(this.#folder);
      await writeFile(part, content, { mode: 0o600 });
      await rename(part, file);
      await this.#shrink();
    } catch {
      await rm(part, { force: true }).catch(() => {});
    }
  }

  async remove(key: string): Promise<void> {
    await rm(this.#file(key), { force: true }).catch(() => {});
  }

  #file(key: string): string {
    return join(this.#folder, `${key}${SUFFIX}`);
  }

  async #shrink(): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith(SUFFIX));
    const files = await Promise.all(
      names.map(async (name) => {
        const path = join(this.#folder, name);
        const status = await stat(path).catch(() => undefined);
        return { path, size: status?.size ?? 0, used: status?.mtimeMs ?? 0 };
      }),
    );
    let total = files.reduce((sum, { size }) => sum + size, 0);
    for (const { path, size } of files.toSorted((a, b) => a.used - b.used)) {
      if (total <= this.#most) return;
      await rm(path, { force: true });
      total -= size;
    }
  }
}

/** In one read: readFile takes half a megabyte at a time, and a turn of the event loop for each. */
async function readWhole(path: string): Promise<Buffer | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const buffer = Buffer.allocUnsafe(size);
    const { bytesRead } = await file.read(buffer, 0, size, 0);
    return bytesRead === size ? buffer : undefined;
  } finally {
    await file.close();
  }
}

/** With the folders around it. Node's own way never ends where a file system says ENOENT for what it does not let anyone make, as /proc does. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = toShmError(error);
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path);
  }
}
