/** The panel at the bottom of the page: tabs that are closed until somebody wants them. */
import type { Range } from '../../src/protocol/messages.ts';
import { el, setHidden } from '../dom.ts';
import { iconButton } from './controls.ts';
import { TABS, type Tab, type TabName } from './parts.ts';
import { Sash } from './sash.ts';

/** What a reload keeps. */
export interface DrawerState {
  readonly open: boolean;
  readonly tab: TabName;
  /** px. */
  readonly height: number;
}

const TITLES: Readonly<Record<TabName, string>> = {
  inspector: 'Inspector',
  find: 'Find',
  snapshots: 'Snapshots',
  locks: 'Locks',
  writers: 'Writers',
};

export class Drawer {
  readonly element: HTMLElement;
  readonly #tabs: Readonly<Record<TabName, Tab>>;
  readonly #heads: Readonly<Record<TabName, HTMLElement>>;
  readonly #sash: Sash;
  readonly #onChange: () => void;
  readonly #onClose: () => void;
  #open: boolean;
  #tab: TabName;

  /** `onClose`: the user closed it, and the focus has to go elsewhere. */
  constructor(tabs: Readonly<Record<TabName, Tab>>, state: DrawerState, onChange: () => void, onClose: () => void) {
    this.#tabs = tabs;
    this.#onChange = onChange;
    this.#onClose = onClose;
    this.#open = state.open;
    this.#tab = state.tab;
    this.#heads = {
      inspector: this.#head('inspector'),
      find: this.#head('find'),
      snapshots: this.#head('snapshots'),
      locks: this.#head('locks'),
      writers: this.#head('writers'),
    };
    const list = el('div', { class: 'tabs', attributes: { role: 'tablist', 'aria-label': 'Drawer' } });
    list.append(...TABS.map((name) => this.#heads[name]));
    list.addEventListener('keydown', (event) => this.#key(event));
    const close = iconButton('close', 'Close the drawer', () => this.close());
    this.element = el('section', { class: 'drawer', attributes: { 'aria-label': 'Drawer' } });
    this.#sash = new Sash(this.element, state.height, onChange);
    this.element.append(this.#sash.element, el('div', { class: 'drawer-head' }, list, close));
    for (const name of TABS) {
      const panel = tabs[name].element;
      panel.classList.add('tab-panel');
      panel.id = `panel-${name}`;
      panel.setAttribute('role', 'tabpanel');
      panel.setAttribute('aria-labelledby', `tab-${name}`);
      this.element.append(panel);
    }
    this.#show();
  }

  get state(): DrawerState {
    return { open: this.#open, tab: this.#tab, height: this.#sash.height };
  }

  isShown(name: TabName): boolean {
    return this.#open && this.#tab === name;
  }

  /** Opens the tab and puts the cursor there. */
  show(name: TabName): void {
    this.#open = true;
    this.#tab = name;
    this.#show();
    this.#tabs[name].focus();
  }

  /** What a button does: opens the tab, or closes the drawer where that tab is open. */
  toggle(name: TabName = this.#tab): void {
    if (this.isShown(name)) this.close();
    else this.show(name);
  }

  close(): void {
    this.#open = false;
    this.#show();
    this.#onClose();
  }

  draw(now: number): void {
    if (this.#open) this.#tabs[this.#tab].draw(now);
  }

  get isMoving(): boolean {
    return this.#open && this.#tabs[this.#tab].isMoving === true;
  }

  wanted(): readonly Range[] {
    return this.#open ? this.#tabs[this.#tab].wanted() : [];
  }

  #show(): void {
    setHidden(this.element, !this.#open);
    for (const name of TABS) {
      const chosen = name === this.#tab;
      setHidden(this.#tabs[name].element, !chosen);
      this.#heads[name].setAttribute('aria-selected', String(chosen));
      this.#heads[name].tabIndex = chosen ? 0 : -1;
    }
    this.#onChange();
  }

  #head(name: TabName): HTMLElement {
    const attributes = { role: 'tab', type: 'button', id: `tab-${name}`, 'aria-controls': `panel-${name}` };
    const head = el('button', { class: 'tab', text: TITLES[name], attributes });
    head.addEventListener('click', () => this.show(name));
    return head;
  }

  /** The arrow keys choose a tab, as in every tab list; Tab goes on into it. */
  #key(event: KeyboardEvent): void {
    const at = TABS.indexOf(this.#tab);
    const places: Readonly<Record<string, number>> = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: TABS.length - 1 };
    const place = places[event.key];
    const name = place === undefined ? undefined : TABS.at(place % TABS.length);
    if (!name) return;
    event.preventDefault();
    this.#tab = name;
    this.#show();
    this.#heads[name].focus();
  }
}
