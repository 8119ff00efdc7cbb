/** Where in the program's own code threads sleep: from their program counter up through the libraries, by the unwinding rules of these. */
import type { ProcessCode } from '../code/processCode.ts';
import type { ProgramCalls } from '../native/programs.ts';
import type { CodeLine } from './face.ts';
import type { Whereabouts } from './looker.ts';
import type { Sleeper } from './waiting.ts';

/** Calls between the kernel and the program's own code that are followed. */
const MOST_DEEP = 32;
/** Threads that are looked at in one go, and kept. */
const MOST_AT_ONCE = 64;
const KEPT = 4000;

export class CodeWhereabouts implements Whereabouts {
  readonly #calls: ProgramCalls;
  readonly #code: ProcessCode;
  /** By the sleep; null where it cannot be known. */
  readonly #known = new Map<string, CodeLine | null>();
  #learning: Promise<void> | undefined;

  constructor(calls: ProgramCalls, code: ProcessCode) {
    this.#calls = calls;
    this.#code = code;
  }

  of(sleeper: Sleeper): CodeLine | undefined {
    return this.#known.get(sleeper.key) ?? undefined;
  }

  async learn(sleepers: readonly Sleeper[]): Promise<void> {
    await this.#learning;
    this.#learning = this.#learn(sleepers.filter((one) => !this.#known.has(one.key)).slice(0, MOST_AT_ONCE));
    return this.#learning;
  }

  async #learn(sleepers: readonly Sleeper[]): Promise<void> {
    for (const sleeper of sleepers) {
      // It has woken or ended meanwhile, or may not be looked into.
      const line = await this.#walk(sleeper).catch(() => undefined);
      this.#known.set(sleeper.key, line ?? null);
    }
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= KEPT) break;
      this.#known.delete(oldest);
    }
  }

  /** The kernel tells of no more registers than these two (proc_pid_syscall(5)); the frame pointer is known once a frame has saved it. */
  async #walk({ pid, pc, sp, narrow }: Sleeper): Promise<CodeLine | undefined> {
    const word = (address: bigint) => this.#word(pid, address, narrow ? 4 : 8);
    let [at, stack]: [bigint, bigint] = [pc, sp];
    let frame: bigint | undefined;
    for (let deep = 0; deep < MOST_DEEP; deep++) {
      const [place] = await this.#code.places(pid, [{ address: at, kind: deep === 0 ? 'exact' : 'return' }]);
      if (!place) return undefined;
      if (place.own) return lineOf(place);
      const { step } = place;
      const base = step?.cfa === 'sp' ? stack : frame;
      if (!step || base === undefined || step.returnAt === 'lr') return undefined;
      const cfa = base + BigInt(step.offset);
      const back = await word(cfa + BigInt(step.returnAt));
      if (back === undefined || cfa <= stack) return undefined;
      if (step.framePointerAt !== undefined) frame = await word(cfa + BigInt(step.framePointerAt));
      [at, stack] = [back, cfa];
    }
    return undefined;
  }

  async #word(pid: number, address: bigint, width: 4 | 8): Promise<bigint | undefined> {
    const { values, had } = await this.#calls.peek(pid, BigUint64Array.of(address), width);
    return had[0] === 1 ? values[0] : undefined;
  }
}

function lineOf({ function: name, file, line }: CodeLine): CodeLine | undefined {
  if (name === undefined && file === undefined) return undefined;
  return {
    ...(name === undefined ? {} : { function: name }),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  };
}
