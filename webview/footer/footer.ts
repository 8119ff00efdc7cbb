/** The line at the bottom: where the caret is, what stands there, and what went wrong. */
import { el, setText } from '../dom.ts';
import { formatCount, formatHex, plural } from '../format.ts';
import { NOTICE_TIME, type Store } from '../state/store.ts';
import { inspect } from './inspect.ts';

/** The count moves this often at most, ms: digits that flicker cannot be read. */
const CALM = 250;

export class Footer {
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #place = el('span', { class: 'place' });
  readonly #readings = el('span', { class: 'readings mono' });
  readonly #notice = el('span', { class: 'notice', attributes: { role: 'status', 'aria-live': 'polite' } });
  readonly #count = el('span', { class: 'count' });
  #calmUntil = 0;
  #noticeEnds = 0;

  constructor(store: Store) {
    this.#store = store;
    this.element = el('footer', { class: 'footer' }, this.#place, this.#readings, this.#notice, this.#count);
    store.subscribe((topic) => {
      if (topic === 'notice') this.#noticeEnds = performance.now() + NOTICE_TIME;
    });
  }

  /** `field` is the path of the field at the caret, where there is a type. */
  draw(now: number, field: string | undefined): void {
    const { selection, notice, changes, size, snapshot, byteOrder } = this.#store;
    const length = selection.end - selection.start;
    const place =
      size === 0 ? 'no bytes' : `offset ${formatHex(selection.start)} · ${plural(length, 'byte')}${field ? ` · ${field}` : ''}`;
    setText(this.#place, place);
    if (notice && now > this.#noticeEnds) this.#store.notice = undefined;
    setText(this.#notice, this.#store.notice ?? '');
    setText(this.#readings, inspect(snapshot, selection.start, byteOrder));
    if (now < this.#calmUntil) return;
    this.#calmUntil = now + CALM;
    setText(
      this.#count,
      changes.count === 0
        ? 'no changes seen'
        : `changed ${formatCount(changes.count)} ${changes.count === 1 ? 'time' : 'times'} since opened`,
    );
  }
}
