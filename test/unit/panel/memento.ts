/** As VS Code's workspace state: it keeps what JSON can hold. */
export class Memento {
  readonly #kept = new Map<string, string>();

  keys(): readonly string[] {
    return [...this.#kept.keys()];
  }

  get(key: string): unknown {
    const text = this.#kept.get(key);
    const value: unknown = text === undefined ? undefined : JSON.parse(text);
    return value;
  }

  update(key: string, value: unknown): Promise<void> {
    if (value === undefined) this.#kept.delete(key);
    else this.#kept.set(key, JSON.stringify(value));
    return Promise.resolve();
  }
}
