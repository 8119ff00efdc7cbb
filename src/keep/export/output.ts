/** A file that is there only once it is complete. */
import { randomBytes } from 'node:crypto';
import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { shmError } from '../../native/errors.ts';

const BUFFERED = 64 * 1024;

export class Output {
  readonly #path: string;
  readonly #part: string;
  readonly #file: FileHandle;
  #waiting: string[] = [];
  #length = 0;
  #at = 0;

  private constructor(path: string, part: string, file: FileHandle) {
    this.#path = path;
    this.#part = part;
    this.#file = file;
  }

  /** EINVAL where something is there that is no regular file, or that `isForbidden` says is the segment itself. */
  static async create(path: string, isForbidden: (found: { dev: number; ino: number }) => boolean): Promise<Output> {
    const found = await stat(path).catch(() => undefined);
    if (found && !found.isFile()) throw shmError('EINVAL', `${path} is there and is no regular file.`);
    if (found && isForbidden(found)) throw shmError('EINVAL', `${path} is the segment itself: nothing was written.`);
    const part = `${path}.${randomBytes(4).toString('hex')}.part`;
    // What a segment holds may be nobody else's business.
    return new Output(path, part, await open(part, 'wx', 0o600));
  }

  /** Appends text; resolves at once while little waits. */
  async text(text: string): Promise<void> {
    if (text === '') return;
    this.#waiting.push(text);
    this.#length += text.length;
    if (this.#length >= BUFFERED) await this.#flush();
  }

  /** Bytes at a place of their own; what is left out is a hole. Not to be mixed with `text`. */
  async bytes(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      done += (await this.#file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
    }
  }

  async setLength(length: number): Promise<void> {
    await this.#file.truncate(length);
  }

  async finish(): Promise<void> {
    await this.#flush();
    await this.#file.close();
    await rename(this.#part, this.#path);
  }

  /** Nothing is left behind. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await rm(this.#part, { force: true });
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#waiting.join(''));
    this.#waiting = [];
    this.#length = 0;
    await this.bytes(bytes, this.#at);
    this.#at += bytes.length;
  }
}
