/** Tells screen readers that the selected bytes change: only where the user has switched it on, and no more than once in five seconds. */
import { el, setText } from './dom.ts';
import { formatHex, plural } from './format.ts';
import type { Store } from './state/store.ts';

/** Between two announcements, ms. */
const CALM = 5000;
/** Bytes that are read out where no field is selected. */
const MOST_BYTES = 8;

/** The selected field, or undefined where bytes are selected that are none. */
export type Chosen = () => { readonly name: string; readonly value: string | undefined } | undefined;

export class Announcer {
  readonly element = el('div', { class: 'spoken', attributes: { role: 'status', 'aria-live': 'polite' } });
  readonly #store: Store;
  readonly #chosen: Chosen;
  #selected = '';
  /** Frames that changed the selection since the last announcement. */
  #count = 0;
  #last = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(store: Store, chosen: Chosen) {
    this.#store = store;
    this.#chosen = chosen;
    store.subscribe((topic) => {
      if (topic === 'frame') this.#look();
    });
  }

  #look(): void {
    const { announce, selection, changes } = this.#store;
    const selected = `${selection.start} ${selection.end}`;
    if (selected !== this.#selected) this.#count = 0;
    this.#selected = selected;
    if (!announce || !changes.changedNow(selection.start, selection.end - selection.start)) return;
    this.#count += 1;
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this.#tell(), Math.max(0, this.#last + CALM - performance.now()));
  }

  #tell(): void {
    this.#timer = undefined;
    const { announce, selection } = this.#store;
    if (!announce || this.#count === 0 || this.#selected !== `${selection.start} ${selection.end}`) return;
    this.#last = performance.now();
    const { name, value } = this.#chosen() ?? this.#bytes();
    const times = plural(this.#count, 'time');
    this.#count = 0;
    setText(this.element, `${name} changed ${times}${value === undefined ? '' : `, now ${value}`}`);
  }

  #bytes(): { readonly name: string; readonly value: string | undefined } {
    const { selection, snapshot } = this.#store;
    const length = selection.end - selection.start;
    const held = length <= MOST_BYTES ? snapshot?.slice(selection.start, length) : undefined;
    const name = `${plural(length, 'byte')} at ${formatHex(selection.start)}`;
    return { name, value: held && Array.from(held, (byte) => byte.toString(16).padStart(2, '0')).join(' ') };
  }
}
