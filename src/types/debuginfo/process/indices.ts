/** The debug info of the files that processes run. */
import { toShmError, type ShmError } from '../../../native/errors.ts';
import type { DebugIndex, DebugReader, ElfFile } from '../face.ts';
import type { RunFile } from './programs.ts';

/** ms for which a file without debug info is believed to have none: the package that brings it may be installed meanwhile. */
const BELIEVED = 60_000;
const MOST_BELIEVED = 4096;

/** Files without debug info, which most libraries are: to find that out anew takes a process each. */
export class Bare {
  readonly #known = new Map<string, { readonly index: DebugIndex; readonly until: number }>();

  get(key: string): DebugIndex | undefined {
    const known = this.#known.get(key);
    return known && performance.now() < known.until ? known.index : undefined;
  }

  add(key: string, index: DebugIndex): void {
    if (this.#known.size >= MOST_BELIEVED) this.#known.clear();
    this.#known.set(key, { index, until: performance.now() + BELIEVED });
  }
}

/** Each file is asked for once. */
export class Indices {
  readonly #reader: DebugReader;
  readonly #bare: Bare;
  readonly #signal: AbortSignal;
  readonly #known = new Map<string, Promise<DebugIndex | ShmError>>();

  constructor(reader: DebugReader, bare: Bare, signal: AbortSignal) {
    this.#reader = reader;
    this.#bare = bare;
    this.#signal = signal;
  }

  /** What was refused is given, and not thrown. */
  of({ key, file }: RunFile): Promise<DebugIndex | ShmError> {
    const before = this.#known.get(key);
    const index = before ? this.#again(before, key, file) : this.#ask(key, file);
    this.#known.set(key, index);
    return index;
  }

  /** A way through a process ends with it; another process's may still be there. */
  async #again(before: Promise<DebugIndex | ShmError>, key: string, file: ElfFile): Promise<DebugIndex | ShmError> {
    const known = await before;
    return isIndex(known) || known.code !== 'ENOENT' ? known : this.#ask(key, file);
  }

  async #ask(key: string, file: ElfFile): Promise<DebugIndex | ShmError> {
    const bare = this.#bare.get(key);
    if (bare) return bare;
    try {
      const index = await this.#reader.index(file, this.#signal);
      if (index.entries.length === 0 && index.lack !== undefined) this.#bare.add(key, index);
      return index;
    } catch (error) {
      this.#signal.throwIfAborted();
      return toShmError(error);
    }
  }
}

export function isIndex(index: DebugIndex | ShmError): index is DebugIndex {
  return 'entries' in index;
}
