/** `shmscope:` — every segment, and every snapshot, as a file that is read only: for other editors, search and the diff editor. */
import * as vscode from 'vscode';
import type { Segment } from '../../api.d.ts';
import { liveMoment, snapshotMoment, type Moment } from '../keep/moment.ts';
import type { SnapshotRecord } from '../keep/record.ts';
import type { Snapshots } from '../keep/snapshots.ts';
import type { Sources } from '../live/sources.ts';
import { toShmError } from '../native/errors.ts';
import { withRemedy } from '../protocol/sentences.ts';
import { forEachPaced, Pace } from '../segments/pace.ts';
import { sizeText } from '../segments/names.ts';
import type { SegmentStore } from '../segments/store.ts';
import { readWhole } from './content.ts';
import { KINDS, segmentFileName, segmentOfFileName, SCHEME, snapshotFileName, snapshotIdOf, SNAPSHOTS } from './names.ts';
import { Watching } from './watching.ts';

export interface FilesOptions {
  readonly store: SegmentStore;
  readonly sources: Sources;
  readonly snapshots: Snapshots;
  /** Bytes that are read as one file; over it the panel is for. */
  readonly limit: () => number;
}

/** What a path leads to. */
type Found =
  | { readonly what: 'directory'; readonly kind?: string }
  | { readonly what: 'segment'; readonly segment: Segment }
  | { readonly what: 'snapshot'; readonly record: SnapshotRecord };

export class SegmentFiles implements vscode.FileSystemProvider {
  readonly #options: FilesOptions;
  readonly #watching: Watching;
  readonly onDidChangeFile: vscode.Event<vscode.FileChangeEvent[]>;

  constructor(options: FilesOptions) {
    this.#options = options;
    this.#watching = new Watching({
      store: options.store,
      limit: options.limit,
      snapshots: options.snapshots,
      find: (uri) => this.#watched(uri),
    });
    this.onDidChangeFile = this.#watching.onDidChange;
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const found = await this.#find(uri);
    const permissions = vscode.FilePermission.Readonly;
    if (found.what === 'directory') return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0, permissions };
    const type = vscode.FileType.File;
    if (found.what === 'snapshot') {
      const { time, size } = found.record;
      return { type, ctime: time, mtime: time, size, permissions };
    }
    const { createdAt: ctime = 0 } = found.segment;
    // Nothing tells of a store: what nobody watches may have changed since it was read.
    const mtime = this.#watching.changedAt(uri) ?? Date.now();
    return { type, ctime, mtime, size: this.#sizeOf(found.segment), permissions };
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    const found = await this.#find(uri);
    if (found.what !== 'directory') throw vscode.FileSystemError.FileNotADirectory(uri);
    const { kind } = found;
    if (kind === undefined) return [...KINDS, SNAPSHOTS].map((name) => [name, vscode.FileType.Directory]);
    if (kind === SNAPSHOTS)
      return (await this.#options.snapshots.list()).map((record) => [snapshotFileName(record), vscode.FileType.File]);
    const entries: [string, vscode.FileType][] = [];
    const { segments } = await this.#options.store.refresh();
    await forEachPaced(segments, new Pace(), (segment) => {
      if (segment.kind === kind) entries.push([segmentFileName(segment), vscode.FileType.File]);
    });
    return entries;
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const found = await this.#find(uri);
    if (found.what === 'directory') throw vscode.FileSystemError.FileIsADirectory(uri);
    const moment = await this.#attempt(uri, () => this.#momentOf(found));
    try {
      const { bytes, hash } = await this.#attempt(uri, async () => {
        const { size } = moment.open().stat();
        const limit = this.#options.limit();
        if (size > limit) throw vscode.FileSystemError.Unavailable(tooLarge(size, limit));
        return readWhole(moment, size);
      });
      if (found.what === 'segment') this.#watching.wasRead(uri, hash);
      return bytes;
    } finally {
      moment.dispose();
    }
  }

  watch(uri: vscode.Uri): vscode.Disposable {
    return this.#watching.watch(uri);
  }

  createDirectory(uri: vscode.Uri): never {
    throw readOnly(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw readOnly(uri);
  }

  delete(uri: vscode.Uri): never {
    throw readOnly(uri);
  }

  rename(uri: vscode.Uri): never {
    throw readOnly(uri);
  }

  dispose(): void {
    this.#watching.dispose();
  }

  async #find(uri: vscode.Uri): Promise<Found> {
    const parts = uri.path.split('/').filter((part) => part !== '');
    const [kind, name, ...rest] = parts;
    if (uri.authority !== '' || rest.length > 0) throw vscode.FileSystemError.FileNotFound(uri);
    if (kind === undefined) return { what: 'directory' };
    if (kind !== SNAPSHOTS && !KINDS.some((one) => one === kind)) throw vscode.FileSystemError.FileNotFound(uri);
    if (name === undefined) return { what: 'directory', kind };
    const found = kind === SNAPSHOTS ? await this.#snapshot(name) : await this.#segment(kind, name);
    if (!found) throw vscode.FileSystemError.FileNotFound(uri);
    return found;
  }

  async #snapshot(name: string): Promise<Found | undefined> {
    try {
      const record = await this.#options.snapshots.get(snapshotIdOf(name));
      return snapshotFileName(record) === name ? { what: 'snapshot', record } : undefined;
    } catch {
      return undefined;
    }
  }

  async #segment(kind: string, name: string): Promise<Found | undefined> {
    const { store } = this.#options;
    const known = store.last && segmentOfFileName(store.last.segments, kind, name);
    // What is known may be gone, or have another name, by now; what has an own name is found by it again.
    const segment = known && isThere(this.#options.sources, known) ? known : undefined;
    const found = segment ?? segmentOfFileName((await store.refresh()).segments, kind, name);
    return found && { what: 'segment', segment: found };
  }

  /** As the last scan has it: the store follows the machine while something is watched. */
  #watched(uri: vscode.Uri): Moment | undefined {
    const [kind = '', name = ''] = uri.path.split('/').filter((part) => part !== '');
    const segment = segmentOfFileName(this.#options.store.last?.segments ?? [], kind, name);
    return segment && liveMoment(segment, this.#options.sources);
  }

  async #momentOf(found: Exclude<Found, { what: 'directory' }>): Promise<Moment> {
    return found.what === 'segment'
      ? liveMoment(found.segment, this.#options.sources)
      : snapshotMoment(found.record.id, this.#options.snapshots);
  }

  #sizeOf(segment: Segment): number {
    try {
      return this.#options.sources.open(segment, false).stat().size;
    } catch {
      // Listed and not to be read: opening it says why.
      return segment.size;
    }
  }

  async #attempt<T>(uri: vscode.Uri, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw error instanceof vscode.FileSystemError ? error : fileError(uri, error);
    }
  }
}

/** Whether the object still is what its name leads to. It costs one look at an open file. */
function isThere(sources: Sources, segment: Segment): boolean {
  try {
    const source = sources.open(segment, false);
    return source.how !== 'pread' || source.stat().links > 0;
  } catch {
    return false;
  }
}

function tooLarge(size: number, limit: number): string {
  return `It has ${sizeText(size)}, more than the ${sizeText(limit)} that are opened as a file: open it in ShmScope's panel, or export a range of it.`;
}

function readOnly(uri: vscode.Uri): vscode.FileSystemError {
  return vscode.FileSystemError.NoPermissions(`${uri.toString()} is read only: shared memory is written in ShmScope's panel.`);
}

function fileError(uri: vscode.Uri, error: unknown): vscode.FileSystemError {
  const { code, message, remedy } = toShmError(error);
  if (code === 'ENOENT' || code === 'ESTALE' || code === 'EIDRM') return vscode.FileSystemError.FileNotFound(uri);
  const text = withRemedy(message, remedy);
  if (code === 'EACCES' || code === 'EPERM') return vscode.FileSystemError.NoPermissions(text);
  return vscode.FileSystemError.Unavailable(text);
}

/** The file of a segment. */
export function segmentUri(segment: Segment): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${segment.kind}/${segmentFileName(segment)}` });
}
