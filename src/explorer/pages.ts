/** VS Code asks for every row of an open parent at once, so that only a part of thousands is handed out. */

export const FIRST_PAGE = 200;
export const NEXT_PAGE = 500;

export class Pages {
  readonly #limits = new Map<string, number>();

  /** How many of `count` rows are shown below this parent. */
  shown(key: string, count: number): number {
    const limit = this.#limits.get(key) ?? FIRST_PAGE;
    // A row that says that there is one more takes the place of that one.
    return count === limit + 1 ? count : Math.min(count, limit);
  }

  more(key: string): void {
    this.#limits.set(key, (this.#limits.get(key) ?? FIRST_PAGE) + NEXT_PAGE);
  }

  reset(): void {
    this.#limits.clear();
  }
}
