/** Layouts of several files, read with one call a file, and each once. */
import type { TypeLayout } from '../../../api.d.ts';
import { toShmError, type ShmError } from '../../native/errors.ts';
import type { DebugReader } from './face.ts';
import type { RunFile } from './process/programs.ts';

export interface Wanted {
  readonly run: RunFile;
  readonly ref: string;
}

export class Layouts {
  readonly #reader: DebugReader;
  readonly #known = new Map<string, TypeLayout>();
  readonly #failed: (run: RunFile, error: ShmError) => void;

  /** `failed` is told of a file that cannot be read; its layouts are then missing. */
  constructor(reader: DebugReader, failed: (run: RunFile, error: ShmError) => void) {
    this.#reader = reader;
    this.#failed = failed;
  }

  /** Reads those that are not known yet. Rejects with the signal's reason only. */
  async load(wanted: readonly Wanted[], signal: AbortSignal): Promise<void> {
    const byFile = new Map<string, { run: RunFile; refs: Set<string> }>();
    for (const { run, ref } of wanted) {
      if (this.#known.has(keyOf(run, ref))) continue;
      const one = byFile.get(run.key) ?? { run, refs: new Set<string>() };
      byFile.set(run.key, one);
      one.refs.add(ref);
    }
    await Promise.all([...byFile.values()].map(({ run, refs }) => this.#read(run, [...refs], signal)));
  }

  get({ run, ref }: Wanted): TypeLayout | undefined {
    return this.#known.get(keyOf(run, ref));
  }

  async #read(run: RunFile, refs: readonly string[], signal: AbortSignal): Promise<void> {
    try {
      const types = await this.#reader.someLayouts(run.file, refs, signal);
      refs.forEach((ref, i) => {
        const type = types[i];
        if (type) this.#known.set(keyOf(run, ref), type);
      });
    } catch (error) {
      signal.throwIfAborted();
      this.#failed(run, toShmError(error));
    }
  }
}

const keyOf = (run: RunFile, ref: string): string => `${run.key}\0${ref}`;
