/** How changes are shown: what they are marked against, whether they are read out, and the strip of the whole segment. */
import type { Baseline } from '../../src/protocol/keeping.ts';
import { el, icon, setHidden, setText } from '../dom.ts';
import type { Host } from '../host.ts';
import { explain } from '../notice.ts';
import type { Store } from '../state/store.ts';

interface Item {
  readonly role: 'menuitemradio' | 'menuitemcheckbox';
  readonly text: string;
  readonly checked: boolean;
  readonly choose: () => void;
}

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
  readonly #menu = el('div', { class: 'menu', attributes: { role: 'menu', 'aria-label': 'Changes' } });

  constructor(store: Store, host: Host) {
    this.#store = store;
    this.#host = host;
    const attributes = { type: 'button', 'aria-haspopup': 'menu', 'aria-expanded': 'false' };
    const title = 'What changes are marked against';
    this.#button = el('button', { class: 'chip', attributes, title }, icon('diff-modified'), this.#label, icon('chevron-down'));
    this.#seen = el('button', { class: 'chip seen', attributes: { type: 'button' }, text: 'Seen' });
    this.#seen.title = 'Count what the segment holds now as seen';
    this.element = el('div', { class: 'changes-menu' }, this.#button, this.#seen, this.#menu);
    setHidden(this.#menu, true);
    this.#button.addEventListener('click', () => (this.#menu.hidden ? this.#open() : this.#close()));
    this.#button.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowDown') return;
      event.preventDefault();
      this.#open();
    });
    this.#seen.addEventListener('click', () => {
      host.ask('look', null).catch((error: unknown) => store.setNotice(explain(error)));
    });
    this.#menu.addEventListener('keydown', (event) => this.#key(event));
    this.element.addEventListener('focusout', ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node && this.element.contains(relatedTarget))) this.#close();
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
    if (!known) this.#mark('frame');
    if (!this.#menu.hidden) this.#fill();
  }

  #mark(baseline: Baseline): void {
    chooseMarks(this.#store, this.#host, baseline);
  }

  #items(): readonly (Item | undefined)[] {
    const { baseline: chosen, snapshots, announce, showStrip } = this.#store;
    const mark = (baseline: Baseline, text: string): Item => ({
      role: 'menuitemradio',
      text,
      checked: chosen === baseline,
      choose: () => this.#mark(baseline),
    });
    const flag = (text: string, checked: boolean, choose: () => void): Item => ({
      role: 'menuitemcheckbox',
      text,
      checked,
      choose,
    });
    return [
      mark('frame', 'Live: flash and fade'),
      mark('looked', 'Since I last looked'),
      ...snapshots.map(({ id, name }) => mark(id, `Since snapshot ${name}`)),
      undefined,
      flag('Overview strip', showStrip, () => this.#store.setSettings({ showStrip: !showStrip })),
      flag('Announce changes of the selection', announce, () => this.#store.setSettings({ announce: !announce })),
    ];
  }

  #fill(): void {
    const items = this.#items().map((item) => {
      if (!item) return el('div', { class: 'separator', attributes: { role: 'separator' } });
      const { role, text, checked, choose } = item;
      const mark = icon(checked ? 'check' : 'blank');
      const attributes = { role, 'aria-checked': String(checked), tabindex: '-1', type: 'button' };
      const button = el('button', { class: 'item', attributes }, mark, el('span', { class: 'item-text', text }));
      button.addEventListener('click', () => {
        this.#close();
        this.#button.focus();
        choose();
      });
      button.addEventListener('pointermove', () => button.focus());
      return button;
    });
    this.#menu.replaceChildren(...items);
  }

  #open(): void {
    this.#fill();
    setHidden(this.#menu, false);
    this.#button.setAttribute('aria-expanded', 'true');
    // Under its button, and inside the window.
    const { left, bottom } = this.#button.getBoundingClientRect();
    this.#menu.style.top = `${bottom + 2}px`;
    this.#menu.style.left = `${Math.max(4, Math.min(left, window.innerWidth - this.#menu.offsetWidth - 4))}px`;
    this.#menu.style.maxHeight = `${window.innerHeight - bottom - 8}px`;
    (this.#menu.querySelector<HTMLElement>('[aria-checked="true"]') ?? this.#menu.querySelector<HTMLElement>('button'))?.focus();
  }

  #close(): void {
    if (this.#menu.hidden) return;
    setHidden(this.#menu, true);
    this.#button.setAttribute('aria-expanded', 'false');
  }

  #key(event: KeyboardEvent): void {
    const items = [...this.#menu.querySelectorAll<HTMLElement>('button')];
    const at = items.findIndex((item) => item === document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === 'Escape' || event.key === 'Tab') {
      this.#close();
      this.#button.focus();
    } else if (to !== undefined) items.at(to % items.length)?.focus();
    else return;
    if (event.key !== 'Tab') event.preventDefault();
    event.stopPropagation();
  }
}
