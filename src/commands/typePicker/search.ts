/** Search as you type in many names, in slices, so that neither the extension host nor VS Code's list of items waits for it. */
import { forEachPaced, Pace } from '../../segments/pace.ts';

export interface Named {
  readonly name: string;
}

export interface Hits<T> {
  /** The best first, as many as were asked for. */
  readonly hits: readonly T[];
  /** All that match. */
  readonly total: number;
}

/** How well a name matches: as a whole, from its beginning, from that of a word in it, anywhere. */
const RANKS = 4;

export class NameSearch<T extends Named> {
  readonly #entries: { readonly entry: T; readonly text: string }[] = [];

  /** What comes first is shown first among equals. */
  async add(entries: Iterable<T>, signal: AbortSignal): Promise<void> {
    const pace = new Pace();
    await forEachPaced(entries, pace, (entry) => {
      if (!signal.aborted) this.#entries.push({ entry, text: bare(entry.name).toLowerCase() });
    });
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Every word of the query is in the name, in any order and case. Undefined when it was aborted meanwhile. */
  async find(query: string, limit: number, signal: AbortSignal): Promise<Hits<T> | undefined> {
    const words = bare(query.trim()).toLowerCase().split(/\s+/).filter(Boolean);
    const ranked = Array.from({ length: RANKS }, (): T[] => []);
    let total = 0;
    await forEachPaced(this.#entries, new Pace(), ({ entry, text }) => {
      const rank = signal.aborted ? undefined : rankOf(text, words);
      if (rank === undefined) return;
      total++;
      const list = ranked[rank];
      if (list && list.length < limit) list.push(entry);
    });
    return signal.aborted ? undefined : { hits: ranked.flat().slice(0, limit), total };
  }
}

function rankOf(text: string, words: readonly string[]): number | undefined {
  let worst = 0;
  for (const word of words) {
    const at = text.indexOf(word);
    if (at < 0) return undefined;
    const inside = /\w/.test(text[at - 1] ?? '') ? 3 : 2;
    worst = Math.max(worst, text === word ? 0 : at === 0 ? 1 : inside);
  }
  return worst;
}

/** 'struct student' is looked for as 'student'. */
function bare(name: string): string {
  return name.replace(/^(struct|union|enum|class) /, '');
}
