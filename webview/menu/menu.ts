/** A menu where the pointer or the cursor is, as VS Code draws its own: for any view that has something to offer. */
import { el } from '../dom.ts';

export interface MenuItem {
  readonly label: string;
  /** 'Ctrl+C': told, not bound. */
  readonly keys?: string;
  /** Why it cannot be chosen now. It can be reached all the same, so that the reason is read. */
  readonly disabled?: string | undefined;
  readonly run: () => void;
}

/** Items between two lines. */
export type MenuGroup = readonly MenuItem[];

export class Menu {
  readonly #element: HTMLElement;
  readonly #items: readonly (readonly [HTMLElement, MenuItem])[];
  readonly #back: Element | null = document.activeElement;
  readonly #stop = new AbortController();
  static #open: Menu | undefined;

  /** Opens at once; an open one is closed before. `x` and `y` in the window, px. */
  constructor(name: string, groups: readonly MenuGroup[], x: number, y: number) {
    Menu.#open?.close(false);
    Menu.#open = this;
    this.#element = el('div', { class: 'menu', attributes: { role: 'menu', 'aria-label': name, tabindex: '-1' } });
    this.#items = groups.flatMap((group) => group.map((item) => [itemElement(item), item] as const));
    let at = 0;
    for (const [index, group] of groups.filter((one) => one.length > 0).entries()) {
      if (index > 0) this.#element.append(el('div', { class: 'menu-line', attributes: { role: 'separator' } }));
      this.#element.append(...this.#items.slice(at, at + group.length).map(([element]) => element));
      at += group.length;
    }
    // Within the page's landmark, so that readers find it there.
    (document.querySelector('main') ?? document.body).append(this.#element);
    this.#place(x, y);
    this.#listen();
    this.#items[0]?.[0].focus({ preventScroll: true });
  }

  close(refocus = true): void {
    this.#stop.abort();
    this.#element.remove();
    if (Menu.#open === this) Menu.#open = undefined;
    if (refocus && this.#back instanceof HTMLElement) this.#back.focus({ preventScroll: true });
  }

  /** Within the window, above the point where there is no room below. */
  #place(x: number, y: number): void {
    const { width, height } = this.#element.getBoundingClientRect();
    this.#element.style.left = `${Math.max(0, Math.min(x, window.innerWidth - width))}px`;
    this.#element.style.top = `${y + height > window.innerHeight ? Math.max(0, y - height) : y}px`;
  }

  #listen(): void {
    const { signal } = this.#stop;
    this.#element.addEventListener('keydown', (event) => this.#key(event));
    this.#element.addEventListener('contextmenu', (event) => event.preventDefault());
    for (const [element, item] of this.#items) {
      element.addEventListener('click', () => this.#choose(item));
      element.addEventListener('pointermove', () => element.focus({ preventScroll: true }));
    }
    const outside = (event: Event): void => {
      if (!(event.target instanceof Node) || !this.#element.contains(event.target)) this.close(false);
    };
    document.addEventListener('pointerdown', outside, { signal, capture: true });
    window.addEventListener('wheel', outside, { signal, capture: true });
    window.addEventListener('blur', () => this.close(false), { signal });
    window.addEventListener('resize', () => this.close(), { signal });
  }

  #choose(item: MenuItem): void {
    if (item.disabled !== undefined) return;
    this.close();
    item.run();
  }

  #key(event: KeyboardEvent): void {
    const at = this.#items.findIndex(([element]) => element === document.activeElement);
    const count = this.#items.length;
    const places: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1 + count, Home: 0, End: count - 1 };
    const place = places[event.key];
    const item = this.#items[at]?.[1];
    if (event.key === 'Escape' || event.key === 'Tab') this.close();
    else if ((event.key === 'Enter' || event.key === ' ') && item) this.#choose(item);
    else if (place !== undefined) this.#items[place % count]?.[0].focus();
    else if (event.key.length === 1) this.#find(event.key.toLowerCase(), at);
    event.preventDefault();
    event.stopPropagation();
  }

  /** The next item that begins with the letter. */
  #find(letter: string, at: number): void {
    const order = [...this.#items.slice(at + 1), ...this.#items.slice(0, at + 1)];
    order.find(([, item]) => item.label.toLowerCase().startsWith(letter))?.[0].focus();
  }
}

function itemElement(item: MenuItem): HTMLElement {
  const attributes = { role: 'menuitem', tabindex: '-1', ...(item.disabled === undefined ? {} : { 'aria-disabled': 'true' }) };
  const element = el('div', { class: 'menu-item', attributes, ...(item.disabled === undefined ? {} : { title: item.disabled }) });
  element.append(el('span', { class: 'menu-label', text: item.label }));
  if (item.keys !== undefined) element.setAttribute('aria-keyshortcuts', item.keys.replaceAll('Ctrl', 'Control'));
  if (item.keys !== undefined)
    element.append(el('span', { class: 'menu-keys', text: item.keys, attributes: { 'aria-hidden': 'true' } }));
  return element;
}
