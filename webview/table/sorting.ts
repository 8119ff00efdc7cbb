/** The sort that a table shows or waits for; there is at most one. */
import type { Host } from '../host.ts';
import { explain } from '../notice.ts';
import type { Store } from '../state/store.ts';
import type { SortState } from './head.ts';
import { sortArray, type Read, type ArrayPlace, type SortAsk, type Sorted } from './sort.ts';

export class TableSort {
  readonly #host: Host;
  readonly #store: Store;
  readonly #onChange: (isOther: boolean) => void;
  #by: SortState | undefined;
  #sorted: Sorted | undefined;
  #working: { readonly abort: AbortController; said: string } | undefined;

  /** `onChange` is told of progress too; `isOther` where the rows are other ones from now on. */
  constructor(host: Host, store: Store, onChange: (isOther: boolean) => void) {
    this.#host = host;
    this.#store = store;
    this.#onChange = onChange;
  }

  /** The column, also while it is still being sorted by. */
  get by(): SortState | undefined {
    return this.#by;
  }

  get sorted(): Sorted | undefined {
    return this.#sorted;
  }

  /** How far it has come; undefined while nothing is under way. */
  get working(): string | undefined {
    return this.#working?.said;
  }

  /** 'sorted by price at 12:03:11, not live'; undefined while the rows are live. */
  get said(): string | undefined {
    const time = this.#sorted && new Date(this.#sorted.time).toTimeString().slice(0, 8);
    return time && `sorted by ${this.#by?.path || 'value'} at ${time}, not live`;
  }

  start(place: ArrayPlace, ask: SortAsk): void {
    this.#working?.abort.abort();
    this.#by = { path: ask.column.path, descending: ask.descending };
    const working = { abort: new AbortController(), said: 'Reading…' };
    this.#working = working;
    this.#onChange(false);
    const onProgress = (what: string, done: number): void => {
      const said = `${what} ${Math.floor(done * 100)} %`;
      if (said === working.said) return;
      working.said = said;
      this.#onChange(false);
    };
    const read: Read = (offset, length, signal) => this.#host.ask('read', { of: 'live', offset, length }, { signal });
    sortArray(read, place, ask, { signal: working.abort.signal, onProgress }).then(
      (sorted) => {
        if (this.#working !== working) return;
        this.#sorted = sorted;
        this.#working = undefined;
        this.#onChange(true);
      },
      (error: unknown) => {
        if (this.#working !== working) return;
        if (!working.abort.signal.aborted) this.#store.setNotice(`Not sorted: ${explain(error)}`);
        this.stop();
      },
    );
  }

  cancel(): void {
    this.#working?.abort.abort();
    this.stop();
  }

  /** Live again. */
  stop(): void {
    if (!this.#by) return;
    this.#working?.abort.abort();
    const isOther = this.#sorted !== undefined;
    this.#working = undefined;
    this.#by = undefined;
    this.#sorted = undefined;
    this.#onChange(isOther);
  }
}
