/** The processes that map a segment, and the files that they run. */
import type { Mapping, Segment } from '../../../../api.d.ts';
import type { ProgramCalls, RawLoaded } from '../../../native/programs.ts';
import type { ElfFile } from '../face.ts';

/** One process that maps a segment. */
export interface Mapper {
  readonly pid: number;
  readonly startedAt: number;
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
  return [...byPid].map(([pid, mappings]) => {
    const { startedAt = 0, process = '' } = mappings[0] ?? {};
    return { pid, startedAt, process, mappings };
  });
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

/** A library that came with the system: segments are of the program's own types, and system libraries have names enough to be mistaken for them. */
export function isSystemLibrary({
  executable,
  file,
}: {
  readonly executable: boolean;
  readonly file: Pick<ElfFile, 'name'>;
}): boolean {
  return !executable && /^(\/usr)?\/lib(32|64|x32)?\//.test(file.name);
}

/** 'strategy (4711)'. */
export const nameOf = ({ process, pid }: Pick<Mapper, 'process' | 'pid'>): string => `${process} (${pid})`;

/** 'a', 'a and b', 'a and 7 others'. */
export function someOf([first = '', second, ...others]: readonly string[]): string {
  if (second === undefined) return first;
  return others.length === 0 ? `${first} and ${second}` : `${first} and ${others.length + 1} others`;
}
