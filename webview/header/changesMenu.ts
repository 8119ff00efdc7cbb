/** How changes are shown: what they are marked against, whether they are read out, and the strip of the whole segment. */
import type { Baseline } from '../../src/protocol/keeping.ts';
import { el, icon, setHidden, setText } from '../dom.ts';
import type { Host } from '../host.ts';
import { Menu, type MenuItem } from '../menu/menu.ts';
import { explain } from '../notice.ts';
import type { Store } from '../state/store.ts';

/** Marks changes against `baseline`; where the host has none, against the frame before. */
export function chooseMarks(store: Store, host: Host, baseline: Baseline): void {
  store.setBaseline(baseline);
  host.ask('setBaseline', { baseline }).catch((error: unknown) => {
    if (store.baseline !== baseline) return;
    store.setBaseline('frame');
    store.setNotice(explain(error));
  });
}

export class ChangesMenu {
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #host: Host;
  readonly #label = el('span', { class: 'label' });
  readonly #button: HTMLButtonElement;
  readonly #seen: HTMLButtonElement;
  #menu: Menu | undefined;

  constructor(store: Store, host: Host) {
    this.#store = store;
    this.#host = host;
    const attributes = { type: 'button', 'aria-haspopup': 'menu', 'aria-expanded': 'false' };
    const title = 'What changes are marked against';
    this.#button = el('button', { class: 'chip', attributes, title }, icon('diff-modified'), this.#label, icon('chevron-down'));
    this.#seen = el('button', { class: 'chip seen', attributes: { type: 'button' }, text: 'Seen' });
    this.#seen.title = 'Count what the segment holds now as seen';
    this.element = el('div', { class: 'changes-menu' }, this.#button, this.#seen);
    this.#button.addEventListener('click', () => (this.#menu?.isOpen ? this.#menu.close() : this.#open()));
    this.#button.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowDown') return;
      event.preventDefault();
      this.#open();
    });
    this.#seen.addEventListener('click', () => {
      host.ask('look', null).catch((error: unknown) => store.setNotice(explain(error)));
    });
    store.subscribe((topic) => {
      if (topic === 'snapshots') this.#listed();
    });
  }

  draw(): void {
    const mode = this.#store.baseline;
    const name = mode === 'frame' ? 'live' : mode === 'looked' ? 'since I looked' : `since ${this.#nameOf(mode)}`;
    setText(this.#label, `Changes: ${name}`);
    setHidden(this.#seen, mode !== 'looked');
  }

  #nameOf(id: string): string {
    return this.#store.snapshots.find((one) => one.id === id)?.name ?? 'snapshot';
  }

  /** The chosen snapshot may have been removed. */
  #listed(): void {
    const { baseline, snapshots } = this.#store;
    const known = baseline === 'frame' || baseline === 'looked' || snapshots.some(({ id }) => id === baseline);
    if (!known) chooseMarks(this.#store, this.#host, 'frame');
    if (this.#menu?.isOpen) this.#menu.update(this.#items());
  }

  #items(): readonly MenuItem[] {
    const { baseline: chosen, snapshots, announce, showStrip } = this.#store;
    const mark = (baseline: Baseline, label: string): MenuItem => ({
      role: 'radio',
      label,
      checked: chosen === baseline,
      run: () => chooseMarks(this.#store, this.#host, baseline),
    });
    return [
      mark('frame', 'Live: flash and fade'),
      mark('looked', 'Since I last looked'),
      ...snapshots.map(({ id, name }) => mark(id, `Since snapshot ${name}`)),
      {
        role: 'checkbox',
        label: 'Overview strip',
        checked: showStrip,
        separated: true,
        run: () => this.#store.setSettings({ showStrip: !showStrip }),
      },
      {
        role: 'checkbox',
        label: 'Announce changes of the selection',
        checked: announce,
        run: () => this.#store.setSettings({ announce: !announce }),
      },
    ];
  }

  #open(): void {
    const { left, bottom } = this.#button.getBoundingClientRect();
    this.#menu = new Menu('Changes', this.#items(), left, bottom + 2, this.#button);
  }
}
