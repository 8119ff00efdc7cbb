/** Which file of a process an address of its code is in. */
import type { ProgramCalls, RawLoaded, RawProgram } from '../native/programs.ts';
import type { CodeQuery } from './face.ts';

/** ms. dlopen(3) brings others; what is in none of those that are known is looked for anew. */
const FRESH = 2000;
/** Processes whose files are kept. */
const MOST = 32;

export class LoadedFiles {
  readonly #calls: ProgramCalls;
  /** Oldest first. */
  readonly #kept = new Map<number, { readonly program: RawProgram; readonly since: number }>();

  constructor(calls: ProgramCalls) {
    this.#calls = calls;
  }

  /** The files of a process in which the queries are, as far as they are in any. Rejects with ESRCH, EACCES or EPERM. */
  async of(pid: number, queries: readonly CodeQuery[]): Promise<RawProgram> {
    const kept = this.#kept.get(pid);
    if (kept && performance.now() - kept.since < FRESH && queries.every((query) => fileAt(kept.program, query)))
      return kept.program;
    return this.now(pid);
  }

  async now(pid: number): Promise<RawProgram> {
    this.#kept.delete(pid);
    const program = await this.#calls.loadedFiles(pid);
    this.#kept.set(pid, { program, since: performance.now() });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST) break;
      this.#kept.delete(oldest);
    }
    return program;
  }
}

/** The file that the code is in; undefined where it is in none. */
export function fileAt({ files }: RawProgram, { address, kind }: CodeQuery): RawLoaded | undefined {
  const holds = (at: bigint): RawLoaded | undefined =>
    files.find(({ code }) => code.some(({ start, end }) => start <= at && at < end));
  // The instruction before it may be the last one of the file.
  return (kind === 'exact' ? undefined : holds(address - 1n)) ?? holds(address);
}

/** The same executable at the same place: an exec of the same file shows its code elsewhere, or what it showed before. */
export function isSameProgram(a: RawProgram, b: RawProgram): boolean {
  const [one, other] = [a.files[0], b.files[0]];
  return one?.device === other?.device && one?.inode === other?.inode && one?.bias === other?.bias;
}
