/** Answers that were had before. */
import type { Answer, FileQuery } from './answers.ts';

const MOST = 20_000;
/** ms. Debug info that a file lacks may be installed any moment. */
const LACKING = 30_000;

/** What is known of one address of a file. */
export interface Known {
  readonly answer: Answer;
  /** Why the file tells less than it could. */
  readonly lack?: string;
}

export class KnownAnswers {
  /** Oldest first. */
  readonly #all = new Map<string, Known & { readonly since: number }>();

  /** `file`: the same for the same file, in whatever process. */
  get(file: string, query: FileQuery): Known | undefined {
    const key = keyOf(file, query);
    const known = this.#all.get(key);
    if (known?.lack === undefined || performance.now() - known.since < LACKING) return known;
    this.#all.delete(key);
    return undefined;
  }

  add(file: string, query: FileQuery, known: Known): void {
    this.#all.set(keyOf(file, query), { ...known, since: performance.now() });
    for (const oldest of this.#all.keys()) {
      if (this.#all.size <= MOST) return;
      this.#all.delete(oldest);
    }
  }
}

const keyOf = (file: string, { kind, address }: FileQuery): string => `${file} ${kind} ${address.toString(16)}`;
