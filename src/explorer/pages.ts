/** VS Code asks for every row of an open parent at once, so that only a part of thousands is handed out. */

export const FIRST_PAGE = 200;
export const NEXT_PAGE = 500;

export class Pages {
  readonly #limits = new Map<string, number>();
  readonly #first: number;
  readonly #next: number;

  constructor(first = FIRST_PAGE, next = NEXT_PAGE) {
    this.#first = first;
    this.#next = next;
  }

  /** How many of `count` rows are shown below this parent. */
  shown(key: string, count: number): number {
    const limit = this.#limits.get(key) ?? this.#first;
    // A row that says that there is one more takes the place of that one.
    return count === limit + 1 ? count : Math.min(count, limit);
  }

  more(key: string): void {
    this.#limits.set(key, (this.#limits.get(key) ?? this.#first) + this.#next);
  }

  reset(): void {
    this.#limits.clear();
  }
}
