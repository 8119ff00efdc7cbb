/** The public API (api.d.ts is its contract): checks what callers hand in, and calls the rooms that do the work. */
import { endianness } from 'node:os';
import type { Disposable } from 'vscode';
import type {
  CreateOptions,
  DecodedValue,
  LayoutConflict,
  Segment,
  ShmScopeApi,
  SyncObject,
  TypeLayout,
  TypeSource,
  WriteReport,
} from '../api.d.ts';
import { decodeValue } from './decode/value.ts';
import { Emitter } from './lifecycle.ts';
import { Sampler } from './live/sampler.ts';
import { sameBytes } from './live/ranges.ts';
import type { Sources } from './live/sources.ts';
import type { LocksModel } from './locks/face.ts';
import { syncObjects } from './locks/syncObjects.ts';
import { shmError, toShmError } from './native/errors.ts';
import { checkOffset } from './segments/names.ts';
import type { Operations, PermissionChange, SyncRange } from './segments/operations.ts';
import type { SegmentStore } from './segments/store.ts';
import { mapperCount } from './segments/views.ts';
import { namedTypes } from './types/choice.ts';
import type { FileTypes } from './types/debuginfo/fileTypes.ts';
import type { TypeFinder } from './types/debuginfo/finder.ts';
import type { TypeService } from './types/service.ts';
import { systemHeaders } from './types/systemHeaders.ts';
import type { Writers } from './writers/writers.ts';

export interface ApiParts {
  readonly store: SegmentStore;
  readonly operations: Operations;
  readonly sources: Sources;
  readonly types: TypeService;
  readonly finder: TypeFinder;
  readonly fileTypes: FileTypes;
  readonly locks: LocksModel;
  readonly writers: Writers;
  /** Throws where changing things is not allowed (an untrusted workspace). */
  readonly requireTrust: () => void;
}

const FIND_MAX = 100_000;

export class Api implements ShmScopeApi {
  readonly apiVersion = 1;
  readonly onDidChangeSegments: ShmScopeApi['onDidChangeSegments'];
  readonly #parts: ApiParts;

  constructor(parts: ApiParts) {
    this.#parts = parts;
    this.onDidChangeSegments = parts.store.onDidChange;
  }

  async listSegments(options?: { readonly includeFiles?: boolean }): Promise<Segment[]> {
    return attempt(async () => {
      const { segments } = await this.#parts.store.refresh();
      if (!options?.includeFiles) return segments.filter((segment) => segment.kind !== 'file');
      return segments.filter((segment) => segment.kind !== 'file' || mapperCount(segment) > 0);
    });
  }

  async create(options: CreateOptions): Promise<Segment> {
    return this.#change(async () => {
      const segment = await this.#parts.operations.create(options);
      // Nobody else has looked at its attach count and times yet.
      if (segment.kind === 'sysv') this.#parts.sources.agreeToAttach(segment.id);
      return segment;
    });
  }

  async resize(id: string, size: number): Promise<Segment> {
    return this.#change(() => this.#parts.operations.resize(id, size));
  }

  async unlink(id: string): Promise<void> {
    return this.#change(async () => {
      await this.#parts.operations.unlink(id);
      this.#parts.sources.close(id);
    });
  }

  async setPermissions(id: string, change: PermissionChange): Promise<Segment> {
    return this.#change(() => this.#parts.operations.setPermissions(id, change));
  }

  async sync(id: string, how: 'async' | 'sync', range?: SyncRange): Promise<void> {
    return attempt(() => this.#parts.operations.sync(id, how, range));
  }

  async read(id: string, offset: number, length: number): Promise<Uint8Array> {
    return attempt(async () => {
      checkOffset(offset, 'offset');
      checkOffset(length, 'length');
      return this.#parts.store.using(id, (segment) => this.#parts.sources.read(this.#now(segment), offset, length));
    });
  }

  async write(id: string, offset: number, bytes: Uint8Array): Promise<void> {
    return this.#change(async () => {
      checkOffset(offset, 'offset');
      if (!(bytes instanceof Uint8Array)) throw shmError('EINVAL', 'The bytes are a Uint8Array.');
      await this.#parts.store.using(id, (segment) => this.#parts.sources.write(this.#now(segment), offset, bytes));
    });
  }

  async find(
    id: string,
    pattern: Uint8Array,
    options: { readonly from?: number; readonly limit?: number } = {},
  ): Promise<number[]> {
    return attempt(async () => {
      if (!(pattern instanceof Uint8Array) || pattern.length === 0)
        throw shmError('EINVAL', 'The pattern is a Uint8Array of at least one byte.');
      const from = checkOffset(options.from ?? 0, 'offset');
      const limit = Math.min(FIND_MAX, checkLimit(options.limit ?? FIND_MAX));
      return this.#parts.store.using(id, (segment) => this.#parts.sources.find(this.#now(segment), pattern, from, limit));
    });
  }

  watch(
    id: string,
    offset: number,
    length: number,
    listener: (bytes: Uint8Array) => void,
    options?: { readonly hz?: number },
  ): Disposable {
    const { store, sources } = this.#parts;
    checkOffset(offset, 'offset');
    checkOffset(length, 'length');
    checkWatch(listener, options?.hz);
    const open = () => {
      const segment = store.get(id);
      if (!segment) throw shmError('ESTALE', 'The segment is gone, or another object has taken its place.');
      return sources.open(segment, false);
    };
    open();
    const told = new Emitter<Uint8Array>();
    told.event(listener);
    let last: Uint8Array | undefined;
    const sampler = new Sampler({
      open,
      reopen: () => sources.close(id),
      onSnapshot: (snapshot) => {
        const bytes = snapshot.ranges[0]?.bytes ?? new Uint8Array();
        const before = last;
        last = bytes;
        // The first reading is what later ones are compared with; a snapshot differs by its size or holes alone, too.
        if (before && !sameBytes(before, bytes)) told.fire(bytes.slice());
      },
      onError: () => undefined,
      ...(options?.hz === undefined ? {} : { hz: options.hz }),
    });
    const following = store.follow();
    sampler.setRanges([{ offset, length }]);
    sampler.readNow();
    return {
      dispose: () => {
        sampler.dispose();
        following.dispose();
        told.dispose();
      },
    };
  }

  async types(from: TypeSource, name?: string): Promise<TypeLayout[]> {
    return attempt(async () => {
      if (typeof from !== 'object' || from === null || !('source' in from || 'pid' in from || 'elf' in from))
        throw shmError('EINVAL', 'Types come from { source }, { pid } or { elf }.');
      const { fileTypes } = this.#parts;
      if (!('source' in from))
        return 'pid' in from
          ? fileTypes.ofProcess(checkPid(from.pid), checkName(name))
          : fileTypes.ofElf(checkPath(from.elf), checkName(name));
      checkName(name);
      // What the text includes of the system's headers may be needed; the workspace's are read for views alone, which know of trust.
      const place = { folders: [], within: [], system: systemHeaders(from.abi) };
      const declared = await this.#parts.types.read({ ...from, place });
      if (name !== undefined) return namedTypes(declared, name);
      const [problem] = declared.problems;
      if (problem) throw shmError('ETYPE', problem.text);
      return [...declared.types];
    });
  }

  async decode(
    id: string,
    type: TypeLayout,
    offset = 0,
    options: { readonly byteOrder?: 'little' | 'big' } = {},
  ): Promise<DecodedValue> {
    return attempt(async () => {
      checkOffset(offset, 'offset');
      checkDecode(type, options.byteOrder);
      return this.#parts.store.using(id, async (found) => {
        const segment = this.#now(found);
        const open = isOpenEnded(type);
        const length = Math.max(0, Math.min(open ? Infinity : type.size, segment.size - offset));
        const bytes = length > 0 ? await this.#parts.sources.read(segment, offset, length) : new Uint8Array();
        const byteOrder = options.byteOrder ?? (endianness() === 'LE' ? 'little' : 'big');
        return decodeValue({ offset, bytes, size: segment.size }, type, offset, { byteOrder });
      });
    });
  }

  async suggestTypes(id: string): ReturnType<ShmScopeApi['suggestTypes']> {
    const suggestions = await this.#ofMappers(id, (segment) => this.#parts.finder.suggest(segment));
    return suggestions.map(({ type, offset, why }) => ({ type, offset, why }));
  }

  async layoutConflicts(id: string): Promise<LayoutConflict[]> {
    return [...(await this.#ofMappers(id, (segment) => this.#parts.finder.conflicts(segment)))];
  }

  async syncObjects(id: string, type?: TypeLayout): Promise<SyncObject[]> {
    if (type !== undefined) checkDecode(type, undefined);
    return this.#ofMappers(id, async (segment) => {
      const seen = await this.#parts.locks.lookAt(segment, type && { type, offset: 0 });
      return syncObjects(seen, Date.now());
    });
  }

  async findWriters(id: string, offset: number, length: 1 | 2 | 4 | 8, ms: number): Promise<WriteReport> {
    return this.#ofMappers(id, (segment) => this.#parts.writers.find(segment, { offset, length }, ms));
  }

  /** Asks about the segment's mappers as they are now. */
  async #ofMappers<T>(id: string, ask: (segment: Segment) => Promise<T>): Promise<T> {
    return attempt(async () => {
      await this.#parts.store.refresh();
      return this.#parts.store.using(id, ask);
    });
  }

  /** The segment with the size that it has now, which may not be that of the last scan. */
  #now(segment: Segment): Segment {
    return segment.kind === 'sysv' ? segment : { ...segment, size: this.#parts.sources.open(segment, false).stat().size };
  }

  async #change<T>(work: () => Promise<T>): Promise<T> {
    return attempt(() => {
      this.#parts.requireTrust();
      return work();
    });
  }
}

/** Every promise of the API rejects with a ShmError. */
async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toShmError(error);
  }
}

function checkWatch(listener: unknown, hz: unknown): void {
  if (typeof listener !== 'function') throw shmError('EINVAL', 'The listener of a watch is a function.');
  if (hz !== undefined && !(typeof hz === 'number' && hz > 0)) throw shmError('EINVAL', 'hz is a number of readings a second.');
}

function checkLimit(limit: unknown): number {
  if (typeof limit === 'number' && Number.isInteger(limit) && limit >= 0) return limit;
  throw shmError('EINVAL', 'The limit is a number of hits.');
}

function checkPid(pid: unknown): number {
  if (typeof pid === 'number' && Number.isInteger(pid) && pid > 0 && pid <= 0x7fff_ffff) return pid;
  throw shmError('EINVAL', 'A pid is a whole number from 1 to 2^31 - 1.');
}

function checkPath(path: unknown): string {
  if (typeof path === 'string' && path !== '' && !path.includes('\0')) return path;
  throw shmError('EINVAL', 'The path of an ELF file is a text.');
}

function checkName(name: unknown): string | undefined {
  if (name === undefined || typeof name === 'string') return name;
  throw shmError('EINVAL', 'The name of a type is a text.');
}

function checkDecode(type: Partial<TypeLayout> | undefined, byteOrder: unknown): void {
  if (typeof type?.kind !== 'string' || typeof type.size !== 'number')
    throw shmError('EINVAL', 'The type is a TypeLayout, as types() gives it.');
  if (byteOrder !== undefined && byteOrder !== 'little' && byteOrder !== 'big')
    throw shmError('EINVAL', "The byte order is 'little' or 'big'.");
}

/** An array of no fixed length, or a type that ends with one: it takes what remains of the segment. */
function isOpenEnded(type: TypeLayout): boolean {
  if (type.kind === 'array') return type.count === undefined;
  if (type.kind === 'union') return type.fields?.some((field) => isOpenEnded(field.type)) ?? false;
  const last = type.fields?.at(-1);
  return last !== undefined && isOpenEnded(last.type);
}
