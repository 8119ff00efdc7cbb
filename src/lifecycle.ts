/** One vocabulary for disposal and events, with the same shapes as VS Code's, for the rooms that run in plain Node. */
import type { Disposable, Event } from 'vscode';

export function toDisposable(dispose: () => void): Disposable {
  let done = false;
  return {
    dispose: () => {
      if (done) return;
      done = true;
      dispose();
    },
  };
}

/** Disposes in reverse order of adding, all of them even when one throws. */
export class Disposables {
  #items: Disposable[] = [];

  add<T extends Disposable>(item: T): T {
    this.#items.push(item);
    return item;
  }

  dispose(): void {
    const items = this.#items.reverse();
    this.#items = [];
    for (const item of items) {
      try {
        item.dispose();
      } catch (error) {
        console.error('ShmScope: disposing failed', error);
      }
    }
  }
}

/** An event; `onUse` is told when the first listener comes (true) and the last one goes (false), so that work stops when nobody listens. */
export class Emitter<T> {
  #listeners = new Set<(value: T) => void>();
  readonly #onUse: ((used: boolean) => void) | undefined;

  constructor(onUse?: (used: boolean) => void) {
    this.#onUse = onUse;
  }

  readonly event: Event<T> = (listener, thisArgs?: unknown, disposables?: Disposable[]) => {
    const bound = (value: T): void => void listener.call(thisArgs, value);
    this.#listeners.add(bound);
    if (this.#listeners.size === 1) this.#onUse?.(true);
    const result = toDisposable(() => {
      this.#listeners.delete(bound);
      if (this.#listeners.size === 0) this.#onUse?.(false);
    });
    disposables?.push(result);
    return result;
  };

  /** A listener that throws does not keep the others from hearing. */
  fire(value: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        console.error('ShmScope: a listener failed', error);
      }
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
