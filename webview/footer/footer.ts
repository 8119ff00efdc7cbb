/** The line at the bottom: where the caret is, what stands there, and what went wrong. */
import { beatOf, untilBeat } from '../beat.ts';
import { el, icon, setText } from '../dom.ts';
import type { TabName } from '../drawer/parts.ts';
import { formatCount, formatHex, plural } from '../format.ts';
import { NOTICE_TIME, type Store } from '../state/store.ts';
import { inspect } from './inspect.ts';

export class Footer {
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #place = el('span', { class: 'place' });
  readonly #readings = el('span', { class: 'readings mono' });
  readonly #notice = el('span', { class: 'notice', attributes: { role: 'status', 'aria-live': 'polite' } });
  readonly #count = el('span', { class: 'count' });
  /** In which the numbers were set. */
  #beat = -1;
  /** Whose bytes are read out, and how. */
  #read = '';
  #isHeldBack = false;
  #noticeEnds = 0;

  /** `onTab` opens a tab of the drawer, or closes it; without a name, the one that was open last. */
  constructor(store: Store, onTab: (tab?: TabName) => void) {
    this.#store = store;
    const toggle = (label: string, keys: string, mark: string, tab?: TabName): HTMLElement => {
      const attributes = { type: 'button', 'aria-label': label };
      const button = el('button', { class: 'drawer-toggle', title: label + keys, attributes }, icon(mark));
      button.addEventListener('click', () => onTab(tab));
      return button;
    };
    const drawer = el('span', { class: 'drawer-toggles' });
    drawer.append(
      toggle('Inspector', ' (Shift+Alt+I)', 'inspect', 'inspector'),
      toggle('Snapshots', ' (Shift+Alt+S)', 'device-camera', 'snapshots'),
      toggle('Writers', ' (Shift+Alt+W)', 'eye', 'writers'),
      toggle('Toggle the drawer', '', 'layout-panel'),
    );
    this.element = el('footer', { class: 'footer' }, this.#place, this.#readings, this.#notice, this.#count, drawer);
    store.subscribe((topic) => {
      if (topic === 'notice') this.#noticeEnds = performance.now() + NOTICE_TIME;
    });
  }

  /** ms until what is held back is to be drawn; undefined where nothing is. */
  wait(now: number): number | undefined {
    return this.#isHeldBack ? untilBeat(now) : undefined;
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
    const read = `${selection.start} ${size} ${byteOrder}`;
    const beat = beatOf(now);
    this.#isHeldBack = beat === this.#beat;
    if (this.#isHeldBack && read === this.#read) return;
    this.#read = read;
    setText(this.#readings, inspect(snapshot, selection.start, byteOrder));
    if (this.#isHeldBack) return;
    this.#beat = beat;
    setText(
      this.#count,
      changes.count === 0
        ? 'no changes seen'
        : `changed ${formatCount(changes.count)} ${changes.count === 1 ? 'time' : 'times'} since opened`,
    );
  }
}
