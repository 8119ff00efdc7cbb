/** The debug info of ELF files, through shmscope-dwarf, with what it found before kept on disk and in memory. */
import { stat } from 'node:fs/promises';
import type { TypeLayout } from '../../../../api.d.ts';
import { contentKey } from './buildId.ts';
import { IndexCache } from './cache.ts';
import { notUnderstood } from './entries.ts';
import type { DebugIndex, DebugReader, ElfFile } from '../face.ts';
import { Helper, type Request } from './helper.ts';
import { parseIndex, type IndexParts } from './indexText.ts';
import { parseLayouts } from './layoutText.ts';
import type { Output } from './output.ts';

/** Indices that are kept in memory. */
const KEPT = 4;

export interface DwarfReaderOptions {
  /** Where shmscope-dwarf is. */
  readonly program: string;
  /** A folder for what was found before, made when needed; without one nothing is kept on disk. */
  readonly cache?: string;
}

export class DwarfReader implements DebugReader {
  readonly #program: string;
  /** For what else is asked of such files: two run at once at most, whoever asks. */
  readonly helper: Helper;
  readonly #cache: IndexCache | undefined;
  /** Last used last. */
  readonly #kept = new Map<string, IndexParts>();

  constructor({ program, cache }: DwarfReaderOptions) {
    this.#program = program;
    this.helper = new Helper(program);
    this.#cache = cache === undefined ? undefined : new IndexCache(cache);
  }

  /** As DebugReader says, and ENOTSUP where this build has no shmscope-dwarf, ECANCELED when `signal` is aborted. */
  async index(file: ElfFile, signal?: AbortSignal): Promise<DebugIndex> {
    const key = await this.#key(file);
    const parts = (await this.#known(key)) ?? (await this.#read(['index'], file, key, signal));
    if (parts === undefined) throw notUnderstood();
    return { file, ...parts };
  }

  async indexWith(file: ElfFile, name: string, signal?: AbortSignal): Promise<DebugIndex | undefined> {
    const key = await this.#key(file);
    const parts = (await this.#known(key)) ?? (await this.#read(['find', `${name}\n`], file, key, signal));
    return parts && { file, ...parts };
  }

  async layouts(file: ElfFile, refs: readonly string[], signal?: AbortSignal): Promise<TypeLayout[]> {
    const types = await this.someLayouts(file, refs, signal);
    const missing = types.findIndex((type) => type === undefined);
    // Alone it says what is wrong with it.
    if (missing >= 0) return this.layouts(file, refs.slice(missing, missing + 1), signal);
    return types.filter((type) => type !== undefined);
  }

  async someLayouts(file: ElfFile, refs: readonly string[], signal?: AbortSignal): Promise<(TypeLayout | undefined)[]> {
    if (refs.length === 0) return [];
    const read = (output: Output): Promise<(TypeLayout | undefined)[]> => parseLayouts(output, `dwarf:${file.name}`);
    return this.helper.ask(['layouts', `${refs.join('\n')}\n`], file, read, signal);
  }

  /** Another helper may find more in the same file. */
  async #key(file: ElfFile): Promise<string | undefined> {
    const [content, helper] = await Promise.all([contentKey(file.path), stat(this.#program).catch(() => undefined)]);
    if (content === undefined || helper === undefined) return undefined;
    return `${content}-${helper.size.toString(36)}-${Math.floor(helper.mtimeMs).toString(36)}`;
  }

  async #known(key: string | undefined): Promise<IndexParts | undefined> {
    if (key === undefined) return undefined;
    const parts = this.#kept.get(key) ?? (await this.#fromDisk(key));
    if (parts !== undefined) this.#keep(key, parts);
    return parts;
  }

  async #fromDisk(key: string): Promise<IndexParts | undefined> {
    const found = await this.#cache?.get(key);
    if (found === undefined) return undefined;
    try {
      return await parseIndex([found]);
    } catch {
      await this.#cache?.remove(key);
      return undefined;
    }
  }

  async #read(request: Request, file: ElfFile, key: string | undefined, signal?: AbortSignal): Promise<IndexParts | undefined> {
    const read = async (output: Output): Promise<[IndexParts | undefined, Buffer[]]> => [await parseIndex(output), output.chunks];
    const [parts, chunks] = await this.helper.ask(request, file, read, signal);
    // What is lacking may be installed any moment.
    if (parts === undefined || key === undefined || parts.lack !== undefined) return parts;
    this.#keep(key, parts);
    await this.#cache?.put(key, chunks);
    return parts;
  }

  #keep(key: string, parts: IndexParts): void {
    this.#kept.delete(key);
    this.#kept.set(key, parts);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) return;
      this.#kept.delete(oldest);
    }
  }
}
