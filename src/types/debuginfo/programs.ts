/** The programs that map a segment: their files, and the debug info of these. */
import { posix } from 'node:path';
import type { Mapping, Segment } from '../../../api.d.ts';
import { toShmError, type ShmError } from '../../native/errors.ts';
import type { ProgramCalls, RawLoaded } from '../../native/programs.ts';
import type { DebugIndex, DebugReader, ElfFile } from './face.ts';

/** One process that maps a segment. */
export interface Mapper {
  readonly pid: number;
  readonly process: string;
  readonly mappings: readonly Mapping[];
}

/** A file that a process runs. */
export interface RunFile {
  readonly file: ElfFile;
  /** The same for the same file, in whatever process. */
  readonly key: string;
  /** What is added to an address of the file, modulo 2^64. */
  readonly bias: bigint;
  readonly executable: boolean;
}

/** Its executable first. */
export interface Program {
  readonly files: readonly RunFile[];
  /** What could not be opened, and why. */
  readonly unopened: readonly RawLoaded[];
}

export function mappersOf(segment: Segment): Mapper[] {
  const byPid = new Map<number, Mapping[]>();
  for (const mapping of segment.mappings) {
    const known = byPid.get(mapping.pid);
    if (known) known.push(mapping);
    else byPid.set(mapping.pid, [mapping]);
  }
  return [...byPid].map(([pid, mappings]) => ({ pid, process: mappings[0]?.process ?? '', mappings }));
}

/** Rejects with ESRCH, EACCES or EPERM. */
export async function programOf(calls: ProgramCalls, pid: number): Promise<Program> {
  const { root, files } = await calls.loadedFiles(pid);
  const opened = files.filter(({ path }) => path !== '');
  return {
    files: opened.map(({ path, name, device, inode, bias, executable }) => ({
      file: { path, name, root },
      key: `${device} ${inode}`,
      bias,
      executable,
    })),
    unopened: files.filter(({ path }) => path === ''),
  };
}

/** Whether all files of `before` are where they were; others may have come. */
export function stillRuns(before: Program, now: Program): boolean {
  const told = ({ files }: Program): string[] => files.map(({ key, bias }) => `${key} ${bias}`);
  const found = new Set(told(now));
  return told(before).every((one) => found.has(one));
}

/** The debug info of files, each asked for once. */
export class Indices {
  readonly #reader: DebugReader;
  readonly #signal: AbortSignal;
  readonly #known = new Map<string, Promise<DebugIndex | ShmError>>();

  constructor(reader: DebugReader, signal: AbortSignal) {
    this.#reader = reader;
    this.#signal = signal;
  }

  /** What was refused is given, and not thrown. */
  of({ key, file }: RunFile): Promise<DebugIndex | ShmError> {
    const before = this.#known.get(key);
    const index = before ? this.#again(before, file) : this.#ask(file);
    this.#known.set(key, index);
    return index;
  }

  /** A way through a process ends with it; another process's may still be there. */
  async #again(before: Promise<DebugIndex | ShmError>, file: ElfFile): Promise<DebugIndex | ShmError> {
    const known = await before;
    return isIndex(known) || known.code !== 'ENOENT' ? known : this.#ask(file);
  }

  async #ask(file: ElfFile): Promise<DebugIndex | ShmError> {
    try {
      return await this.#reader.index(file, this.#signal);
    } catch (error) {
      this.#signal.throwIfAborted();
      return toShmError(error);
    }
  }
}

export function isIndex(index: DebugIndex | ShmError): index is DebugIndex {
  return 'entries' in index;
}

/** 'strategy (4711)'. */
export const nameOf = ({ process, pid }: Pick<Mapper, 'process' | 'pid'>): string => `${process} (${pid})`;

/** Why nothing, or not all, is known of some mappers; the same reason is told once. */
export class Lacks {
  readonly #byReason = new Map<string, Mapper[]>();

  add(mapper: Mapper, reason: string): void {
    const known = this.#byReason.get(reason);
    if (!known) this.#byReason.set(reason, [mapper]);
    else if (!known.includes(mapper)) known.push(mapper);
  }

  /** The process itself cannot be looked into. */
  addError(mapper: Mapper, error: unknown): void {
    const { code, message, remedy } = toShmError(error);
    if (code === 'ESRCH') this.add(mapper, 'it has ended, or runs no program');
    else if (code === 'EACCES' || code === 'EPERM')
      this.add(
        mapper,
        `its program and memory may not be looked at (${code}): run as its user or as root, with kernel.yama.ptrace_scope 0`,
      );
    else this.add(mapper, remedy === undefined ? message : `${message}. ${remedy}`);
  }

  addUnopened(mapper: Mapper, { name, error, executable }: RawLoaded): void {
    if (!executable && isSystemLibrary(name)) return;
    const replaced = `${name} was replaced or removed since it was loaded, and only root reaches the old file: start the program again`;
    this.add(mapper, error === 'ESTALE' ? replaced : `${name} cannot be opened (${error ?? 'EIO'})`);
  }

  /** What the debug info of a file lacks, unless it is one of the system's libraries, whose types nobody misses. */
  addIndex(mapper: Mapper, { file, executable }: RunFile, index: DebugIndex | ShmError): void {
    if (!executable && isSystemLibrary(file.name)) return;
    if (!isIndex(index)) this.add(mapper, index.remedy === undefined ? index.message : `${index.message} ${index.remedy}`);
    else if (index.lack !== undefined) this.add(mapper, index.lack);
  }

  /** Sentences. */
  texts(): string[] {
    return [...this.#byReason].map(([reason, mappers]) => `${someOf(mappers.map(nameOf))}: ${reason.replace(/\.*$/, '.')}`);
  }
}

/** 'a', 'a and b', 'a and 7 others'. */
export function someOf([first = '', second, ...others]: readonly string[]): string {
  if (second === undefined) return first;
  return others.length === 0 ? `${first} and ${second}` : `${first} and ${others.length + 1} others`;
}

function isSystemLibrary(name: string): boolean {
  const folder = posix.dirname(name);
  return /^(\/usr)?\/lib(32|64|x32)?(\/|$)/.test(folder);
}
