/** What is not known of the mappers of a segment, in sentences. */
import { toShmError, type ShmError } from '../../../native/errors.ts';
import type { RawLoaded } from '../../../native/programs.ts';
import type { DebugIndex } from '../face.ts';
import { isIndex } from './indices.ts';
import { isSystemLibrary, nameOf, someOf, type Mapper, type RunFile } from './programs.ts';

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
    if (isSystemLibrary({ executable, file: { name } })) return;
    const replaced = `${name} was replaced or removed since it was loaded, and only root reaches the old file: start the program again`;
    this.add(mapper, error === 'ESTALE' ? replaced : `${name} cannot be opened (${error ?? 'EIO'})`);
  }

  /** What the debug info of a file lacks, unless it is one of the system's libraries, whose types nobody misses. */
  addIndex(mapper: Mapper, run: RunFile, index: DebugIndex | ShmError): void {
    if (isSystemLibrary(run)) return;
    if (!isIndex(index)) this.add(mapper, index.remedy === undefined ? index.message : `${index.message} ${index.remedy}`);
    else if (index.lack !== undefined) this.add(mapper, index.lack);
  }

  /** Sentences. */
  texts(): string[] {
    return [...this.#byReason].map(([reason, mappers]) => `${someOf(mappers.map(nameOf))}: ${reason.replace(/\.*$/, '.')}`);
  }
}
