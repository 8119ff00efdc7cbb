/** What is left where breakpoints cannot be had: when a field changed, and which of its mappers ran meanwhile. No proof of anything. */
import { readFileSync } from 'node:fs';
import type { WriterHint } from './face.ts';

/** ms between two readings. */
const EVERY_MS = 20;
/** Processes that are looked at, and changes that are kept. */
const MOST_MAPPERS = 64;
const MOST_KEPT = 200;

export interface HintParts {
  /** The field's bytes now. */
  readonly read: () => Promise<Uint8Array>;
  readonly mappers: () => readonly { readonly pid: number; readonly process: string }[];
  readonly text: (bytes: Uint8Array) => string;
  readonly onChange: () => void;
}

export class Hints {
  readonly #parts: HintParts;
  readonly #found: WriterHint[] = [];
  #before: Uint8Array | undefined;
  /** ns that each process has run. */
  #ran = new Map<number, string>();
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(parts: HintParts) {
    this.#parts = parts;
    void this.#look();
  }

  /** The newest first. */
  get found(): readonly WriterHint[] {
    return this.#found;
  }

  dispose(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    const bytes = await this.#parts.read().catch(() => undefined);
    if (this.#ended) return;
    const ran = this.#whoRan();
    if (bytes && this.#before && !Buffer.from(bytes).equals(this.#before)) this.#add(this.#before, bytes, ran);
    if (bytes) this.#before = bytes.slice();
    this.#timer = setTimeout(() => void this.#look(), EVERY_MS);
  }

  #add(before: Uint8Array, after: Uint8Array, ran: readonly string[]): void {
    this.#found.unshift({ time: Date.now(), before: this.#parts.text(before), after: this.#parts.text(after), ran });
    this.#found.length = Math.min(this.#found.length, MOST_KEPT);
    this.#parts.onChange();
  }

  /** Since it was asked last: by the time that each has run (proc_pid_schedstat: the first number, ns, of the main thread). */
  #whoRan(): string[] {
    const now = new Map<number, string>();
    const names: string[] = [];
    for (const { pid, process } of this.#parts.mappers().slice(0, MOST_MAPPERS)) {
      const time = timeOf(pid);
      if (time === undefined) continue;
      now.set(pid, time);
      const before = this.#ran.get(pid);
      if (before !== undefined && before !== time) names.push(`${process} (${pid})`);
    }
    this.#ran = now;
    return names;
  }
}

/** utime and stime of all threads would need /proc/PID/stat in clock ticks of 10 ms: the main thread's nanoseconds tell more. */
function timeOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ')[0];
  } catch {
    return undefined;
  }
}
