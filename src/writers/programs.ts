/** The code of watched programs, which may have ended, or run another program, before it is asked for: what they run is noted when they are met. */
import type { CodePlace, CodeQuery } from '../code/face.ts';
import type { ProcessCode } from '../code/processCode.ts';
import type { RawProgram } from '../native/programs.ts';

export class WatchedPrograms {
  readonly #code: ProcessCode;
  /** By image (RawWriters); undefined where it had ended already, or may not be looked into. */
  readonly #met = new Map<number, Promise<RawProgram | undefined>>();
  /** By pid, the last one that was met. */
  readonly #imageOf = new Map<number, number>();
  /** One after another: the threads that look are those that begin to watch, too. */
  #meeting: Promise<unknown> = Promise.resolve();

  constructor(code: ProcessCode) {
    this.#code = code;
  }

  meet(pid: number, image: number): void {
    if (this.#met.has(image)) return;
    const met = this.#meeting.then(() => this.#code.program(pid)).catch(() => undefined);
    this.#met.set(image, met);
    this.#imageOf.set(pid, image);
    this.#meeting = met;
  }

  /** `parent`: who forked it, 0 where that is not known: a fork runs what its parent runs. Undefined where nothing is known of either. */
  async places(image: number, pid: number, parent: number, queries: readonly CodeQuery[]): Promise<CodePlace[] | undefined> {
    const before = await (this.#met.get(image) ?? this.#met.get(this.#imageOf.get(parent) ?? -1));
    const own = await this.#code.places(pid, queries, { before }).catch(() => undefined);
    return own ?? (parent === 0 ? undefined : this.#code.places(parent, queries).catch(() => undefined));
  }
}
