/** Indices on disk, so that the names of a program are there at once the second time. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

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
      const found = await readFile(file);
      const now = new Date();
      await utimes(file, now, now);
      return found;
    } catch {
      return undefined;
    }
  }

  async put(key: string, content: readonly Buffer[]): Promise<void> {
    const file = this.#file(key);
    const part = `${file}.${randomUUID()}.part`;
    try {
      await mkdir(this.#folder, { recursive: true });
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
