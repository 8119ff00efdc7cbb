/**
 * Row elements by key: a row that stays visible keeps its element while others come and go, so that a scroll draws only the
 * rows that came, and what is under the pointer stays what it was.
 */
export interface Pooled {
  readonly element: HTMLElement;
}

export class RowPool<Key, Row extends Pooled> {
  readonly #parent: HTMLElement;
  readonly #make: () => Row;
  #shown = new Map<Key, Row>();
  #spare: Row[] = [];

  constructor(parent: HTMLElement, make: () => Row) {
    this.#parent = parent;
    this.#make = make;
  }

  /** The rows for these keys, in this order in the document; all others are taken out of it. */
  arrange(keys: readonly Key[]): readonly Row[] {
    const wanted = new Set(keys);
    for (const [key, row] of this.#shown) {
      if (wanted.has(key)) continue;
      row.element.remove();
      this.#spare.push(row);
    }
    const rows = keys.map((key) => this.#shown.get(key) ?? this.#spare.pop() ?? this.#make());
    this.#shown = new Map(keys.map((key, index) => [key, rows[index] ?? this.#make()]));
    let at = this.#parent.firstChild;
    for (const { element } of rows) {
      if (element === at) at = at.nextSibling;
      else this.#parent.insertBefore(element, at);
    }
    return rows;
  }

  get(key: Key): Row | undefined {
    return this.#shown.get(key);
  }

  /** The key of the row that holds `node`. */
  keyOf(node: Node): Key | undefined {
    for (const [key, row] of this.#shown) if (row.element.contains(node)) return key;
    return undefined;
  }
}
