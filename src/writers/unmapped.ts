/** Breakpoints are at addresses: what a process stores where it showed the field once, and has something else by now, is no store to the field. */
import type { Site } from './sites.ts';

/** Of one field of one process that has let go of it, by the rows of sites. */
interface Left {
  /** It does not show it now. */
  gone: boolean;
  /** What had been counted when it was seen to be gone. */
  readonly counted: Map<number, number>;
  /** Stores to something else, of one that shows it again. */
  readonly others: Map<number, number>;
}

export class Unmapped {
  readonly #left = new Map<string, Left>();
  /** Processes that show a field, or did; forks that nobody has seen go by their parents. */
  readonly #known = new Set<number>();
  /** By the row of a site: as the addon counts, and as it counts here, at the last report. */
  #raw: number[] = [];
  #told: number[] = [];
  #rows = new Map<string, number[]>();

  /** A process shows a field, again or for the first time. */
  shows(pid: number, field: number): void {
    this.#known.add(pid);
    const left = this.#left.get(`${pid} ${field}`);
    if (!left?.gone) return;
    left.gone = false;
    for (const row of this.#rows.get(`${pid} ${field}`) ?? [])
      left.others.set(row, (this.#raw[row] ?? 0) - (left.counted.get(row) ?? 0));
  }

  /** A process that lives shows a field no more. What it stored after the last report may have been elsewhere, and does not count. */
  leaves(pid: number, field: number): void {
    const key = `${pid} ${field}`;
    const counted = new Map((this.#rows.get(key) ?? []).map((row) => [row, this.#told[row] ?? 0]));
    this.#left.set(key, { gone: true, counted, others: this.#left.get(key)?.others ?? new Map<number, number>() });
  }

  /** The sites with what counts of them, and how many stores do not. */
  apply(sites: readonly Site[]): { readonly sites: readonly Site[]; readonly others: number } {
    const raw = sites.map(({ count }) => count);
    this.#raw = raw;
    if (this.#left.size === 0) {
      this.#told = raw;
      this.#rows = rowsOf(sites);
      return { sites, others: 0 };
    }
    this.#told = sites.map((site) => this.#countOf(site));
    this.#rows = rowsOf(sites);
    const told = this.#told;
    const others = raw.reduce((sum, count, at) => sum + count - (told[at] ?? 0), 0);
    return { sites: sites.flatMap((site, at) => (told[at] ? [{ ...site, count: told[at] }] : [])), others };
  }

  #countOf({ pid, parent, field, index, count }: Site): number {
    const left = this.#left.get(`${this.#known.has(pid) ? pid : parent} ${field}`);
    if (!left) return count;
    return left.gone ? (left.counted.get(index) ?? 0) : count - (left.others.get(index) ?? 0);
  }
}

function rowsOf(sites: readonly Site[]): Map<string, number[]> {
  const rows = new Map<string, number[]>();
  for (const { pid, field, index } of sites) {
    const known = rows.get(`${pid} ${field}`);
    if (known) known.push(index);
    else rows.set(`${pid} ${field}`, [index]);
  }
  return rows;
}
