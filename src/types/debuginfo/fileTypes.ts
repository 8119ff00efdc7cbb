/** The types that the debug info of a file, or of all files that a process runs, gives. */
import { isAbsolute } from 'node:path';
import type { TypeLayout } from '../../../api.d.ts';
import { shmError, type ShmError } from '../../native/errors.ts';
import type { ProgramCalls } from '../../native/programs.ts';
import { sameLayout } from './compare.ts';
import type { DebugIndex, DebugReader, ElfFile } from './face.ts';
import { entriesNamed, plainName } from './lookup.ts';
import { Bare, Indices, isIndex } from './process/indices.ts';
import { programOf } from './process/programs.ts';

/** Layouts that are asked for at once: what the helper holds is bounded by it. */
const BATCH = 4096;

export class FileTypes {
  readonly #calls: ProgramCalls;
  readonly #reader: DebugReader;

  constructor(calls: ProgramCalls, reader: DebugReader) {
    this.#calls = calls;
    this.#reader = reader;
  }

  /**
   * All structs, unions, enums and typedefs of an ELF file by its absolute path, or those of one name. Rejects with EINVAL for a path that
   * is not absolute; ENOENT, EACCES, ENOEXEC for no ELF file; ETYPE where there is no debug info, with what would bring it, or no such name.
   */
  async ofElf(path: string, name?: string, signal?: AbortSignal): Promise<TypeLayout[]> {
    if (!isAbsolute(path)) throw shmError('EINVAL', 'The path of an ELF file is absolute.');
    const file = { path, name: path, root: '/' };
    const index = await (name === undefined ? this.#reader.index(file, signal) : this.#reader.indexWith(file, name, signal));
    if (index === undefined) throw unknown(name, path);
    if (index.entries.length === 0) throw nothing(index, path);
    const found: TypeLayout[] = [];
    for await (const types of this.#layouts(file, index, name, signal)) found.push(...types);
    if (found.length === 0) throw unknown(name, path);
    return found;
  }

  /** The same of what a process runs: its executable's, then its libraries'; a name that several lay out alike once. ESRCH, EACCES or EPERM for the process. */
  async ofProcess(pid: number, name?: string, signal: AbortSignal = new AbortController().signal): Promise<TypeLayout[]> {
    const { files } = await programOf(this.#calls, pid);
    const indices = new Indices(this.#reader, new Bare(), signal);
    const found = new Distinct();
    const all = await Promise.all(files.map((run) => indices.of(run)));
    for (const [i, index] of all.entries()) {
      const run = files[i];
      if (!run || !isIndex(index)) continue;
      for await (const types of this.#layouts(run.file, index, name, signal)) found.add(types);
    }
    if (all.every((index) => !isIndex(index) || index.entries.length === 0)) throw nothing(all[0], `process ${pid}`);
    if (found.types.length === 0) throw unknown(name, `process ${pid}`);
    return found.types;
  }

  /** In parts, between which the event loop has its turn. */
  async *#layouts(
    file: ElfFile,
    index: DebugIndex,
    name: string | undefined,
    signal?: AbortSignal,
  ): AsyncGenerator<readonly TypeLayout[]> {
    const refs = Array.from(name === undefined ? index.entries : entriesNamed(index, name), ({ ref }) => ref);
    for (let from = 0; from < refs.length; from += BATCH) {
      const types = await this.#reader.someLayouts(file, refs.slice(from, from + BATCH), signal);
      yield types.filter((type) => type !== undefined);
    }
  }
}

/** Types of several files, a name once for each of its layouts. */
class Distinct {
  readonly types: TypeLayout[] = [];
  readonly #byName = new Map<string, TypeLayout[]>();

  add(types: readonly TypeLayout[]): void {
    for (const type of types) {
      const name = plainName(type.name);
      const known = this.#byName.get(name) ?? [];
      this.#byName.set(name, known);
      if (known.some((one) => one.name === type.name && sameLayout(one, type))) continue;
      known.push(type);
      this.types.push(type);
    }
  }
}

/** Why there are no types: what the file itself says, the executable of a process. */
function nothing(index: DebugIndex | ShmError | undefined, where: string): Error {
  if (index !== undefined && !isIndex(index)) return index;
  return shmError('ETYPE', index?.lack ?? `There are no types in the debug info of ${where}.`);
}

const unknown = (name: string | undefined, where: string): Error =>
  shmError('ETYPE', `The debug info of ${where} has no type "${name ?? ''}".`);
