/** Snapshots that are kept: taken, listed, renamed, removed, and opened to be read like a segment. */
import { randomBytes } from 'node:crypto';
import { rm, stat, unlink } from 'node:fs/promises';
import type { Segment } from '../../api.d.ts';
import { Emitter } from '../lifecycle.ts';
import type { Addon, ByteSource } from '../native/addon.ts';
import { shmError, ShmError } from '../native/errors.ts';
import { sizeText } from '../segments/names.ts';
import type { TypeChoice } from '../types/choice.ts';
import { whole, type Watched } from './control.ts';
import { SnapshotFolder } from './folder.ts';
import { heldBytes } from './held.ts';
import { belongsTo, segmentOf, snapshotName, type SnapshotRecord } from './record.ts';

export interface SnapshotOptions {
  readonly addon: Addon;
  /** An absolute path; made when the first snapshot is taken. */
  readonly folder: string;
  /** Bytes on disk that all snapshots together may take. */
  readonly limit: () => number;
}

/** Memory that an unnamed snapshot may hold: it is taken without being asked for. */
export const LOOKED_MAX = 256 * 1024 * 1024;

/** What cannot be stated of a file of no more than this many bytes beyond its own: blocks are whole. */
const SLACK = 1024 * 1024;

export class Snapshots {
  readonly #options: SnapshotOptions;
  readonly #folder: SnapshotFolder;
  readonly #changed = new Emitter<void>();
  /** Bytes that are being copied now. */
  #reserved = 0;
  /** ms since the epoch, of the snapshot that was taken last. */
  #latest = 0;

  /** One was taken, renamed or removed. */
  readonly onDidChange = this.#changed.event;

  constructor(options: SnapshotOptions) {
    this.#options = options;
    this.#folder = new SnapshotFolder(options.folder);
  }

  /** All, or those of one segment, the newest first. */
  async list(segment?: Segment): Promise<SnapshotRecord[]> {
    const all = await this.#folder.list();
    return segment ? all.filter((record) => belongsTo(record, segment)) : all;
  }

  /** ENOENT where there is none of this id any more. */
  async get(id: string): Promise<SnapshotRecord> {
    const record = await this.#folder.get(id);
    if (!record) throw gone();
    return record;
  }

  /**
   * Copies what holds memory; the bytes are of the time that it takes, not of one moment. ENOSPC over the limit, or where the disk is full;
   * ECANCELED. Nothing is left behind then.
   */
  async take(
    segment: Segment,
    open: () => ByteSource,
    { name, choice, ...watched }: Watched & { readonly name: string; readonly choice?: TypeChoice | undefined },
  ): Promise<SnapshotRecord> {
    // Two within one millisecond would stand in the list in any order.
    const time = (this.#latest = Math.max(Date.now(), this.#latest + 1));
    const id = newId(time);
    try {
      const { size, held } = await this.#copy(id, open, watched);
      const record = { id, name: snapshotName(name, time), time, size, held, segment: segmentOf(segment) };
      const described = choice ? { ...record, choice } : record;
      await this.#folder.keep(described);
      this.#changed.fire();
      return described;
    } catch (error) {
      await this.#folder.remove(id);
      throw inWords(error);
    }
  }

  /** An unnamed one that is in no list, and goes when it is closed. EOVERFLOW over LOOKED_MAX. */
  async look(open: () => ByteSource, signal?: AbortSignal): Promise<ByteSource> {
    const held = heldBytes(open());
    if (held > LOOKED_MAX)
      throw shmError('EOVERFLOW', `The segment holds ${sizeText(held)}, more than the ${sizeText(LOOKED_MAX)} that are remembered from look to look.`, {
        remedy: 'Take a snapshot, and have changes marked since that one.',
      }); // prettier-ignore
    const id = newId(Date.now());
    const path = this.#folder.partPath(id);
    try {
      await this.#copy(id, open, { signal });
      const source = this.#options.addon.openPath(path, false);
      await unlink(path);
      return source;
    } catch (error) {
      await rm(path, { force: true });
      throw inWords(error);
    }
  }

  /** The caller closes it. ENOENT where the snapshot, or its file, is gone. */
  async open(id: string): Promise<ByteSource> {
    await this.get(id);
    try {
      return this.#options.addon.openPath(this.#folder.bytesPath(id), false);
    } catch (error) {
      throw error instanceof ShmError && error.code === 'ENOENT' ? gone() : error;
    }
  }

  async rename(id: string, name: string): Promise<void> {
    const record = await this.get(id);
    await this.#folder.describe({ ...record, name: snapshotName(name, record.time) });
    this.#changed.fire();
  }

  async remove(id: string): Promise<void> {
    await this.get(id);
    await this.#folder.remove(id);
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async #copy(id: string, open: () => ByteSource, watched: Watched): Promise<{ size: number; held: number }> {
    await this.#folder.make();
    const source = open();
    const expected = heldBytes(source);
    const room = (await this.#room()) - this.#reserved;
    if (expected > room) throw overLimit(expected, this.#options.limit());
    const path = this.#folder.partPath(id);
    this.#reserved += expected;
    try {
      // A writer can fill the segment while it is copied.
      const check = async (): Promise<void> => {
        const taken = (await stat(path)).blocks * 512;
        if (taken > room + SLACK) throw overLimit(taken, this.#options.limit());
      };
      const size = source.stat().size;
      await whole((control) => source.copyTo(path, 0, size, control), { ...watched, check: () => check().catch(ifThere) });
    } finally {
      this.#reserved -= expected;
    }
    const { size, blocks } = await stat(path);
    return { size, held: blocks * 512 };
  }

  async #room(): Promise<number> {
    const taken = (await this.#folder.list()).reduce((sum, record) => sum + record.held, 0);
    return this.#options.limit() - taken;
  }
}

function newId(time: number): string {
  return `${time.toString(36)}-${randomBytes(4).toString('hex')}`;
}

/** The file is made a little after the copying began. */
function ifThere(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}

function gone(): ShmError {
  return shmError('ENOENT', 'The snapshot is gone: it was removed, or its file was deleted.', {
    remedy: 'Choose another snapshot, or take a new one.',
  });
}

function overLimit(bytes: number, limit: number): ShmError {
  return shmError('ENOSPC', `This snapshot takes ${sizeText(bytes)}: with those that are kept it would be over the limit of ${sizeText(limit)}.`, {
    remedy: 'Remove snapshots that nobody needs, or raise the setting shmscope.snapshots.limit.',
  }); // prettier-ignore
}

/** The addon's ENOSPC speaks of /dev/shm. */
function inWords(error: unknown): unknown {
  if (!(error instanceof ShmError) || (error.code !== 'ENOSPC' && error.code !== 'EDQUOT') || error.syscall === undefined)
    return error;
  return shmError('ENOSPC', 'The disk has no room for this snapshot.', {
    remedy: 'Free space on the disk of VS Code’s storage, or remove snapshots that nobody needs.',
    cause: error,
  });
}
