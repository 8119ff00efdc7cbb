/** A menu where the pointer or the cursor is, as VS Code draws its own; everything by keys. A submenu takes the place of its menu. */
import { el, icon } from '../dom.ts';

export interface MenuItem {
  readonly label: string;
  /** 'Ctrl+C': told, not bound. */
  readonly keys?: string;
  /** Why it cannot be chosen now. It can be reached all the same, so that the reason is read. */
  readonly disabled?: string | undefined;
  readonly run?: () => void;
  /** Opened in place of this menu. */
  readonly submenu?: () => readonly MenuItem[];
  /** One of several, or a switch of its own; `checked` says how it stands. */
  readonly role?: 'radio' | 'checkbox';
  readonly checked?: boolean;
  /** A line above it. */
  readonly separated?: boolean;
}

interface Level {
  readonly label: string;
  items: readonly MenuItem[];
  focus: number;
}

/** Letters that are typed within this time are one word, ms. */
const WORD = 1000;

export class Menu {
  readonly #element = el('div', { class: 'menu', attributes: { role: 'menu', tabindex: '-1' } });
  readonly #x: number;
  readonly #y: number;
  readonly #back: Element | null;
  /** The button that it hangs on. */
  readonly #opener: Element | undefined;
  readonly #stop = new AbortController();
  readonly #levels: Level[] = [];
  #typed = '';
  #typedAt = 0;
  static #open: Menu | undefined;

  /**
   * Opens at once at (x, y) of the window; an open one is closed before. `back` has the focus after a key or a choice; where it is a button
   * with a menu as its pop-up, it tells that the menu is open.
   */
  constructor(label: string, items: readonly MenuItem[], x: number, y: number, back = document.activeElement) {
    Menu.#open?.close(false);
    Menu.#open = this;
    this.#x = x;
    this.#y = y;
    this.#back = back;
    if (back?.ariaHasPopup === 'menu') this.#opener = back;
    this.#opener?.setAttribute('aria-expanded', 'true');
    // Within the page's landmark, so that readers find it there.
    (document.querySelector('main') ?? document.body).append(this.#element);
    this.#listen();
    this.#show(label, items);
  }

  get isOpen(): boolean {
    return Menu.#open === this;
  }

  /** Other items in the place of the first ones. */
  update(items: readonly MenuItem[]): void {
    const [first] = this.#levels;
    if (!first) return;
    first.items = items;
    if (this.#levels.length === 1) this.#build(first);
  }

  close(refocus = true): void {
    this.#stop.abort();
    this.#element.remove();
    this.#opener?.setAttribute('aria-expanded', 'false');
    if (Menu.#open === this) Menu.#open = undefined;
    if (refocus && this.#back instanceof HTMLElement) this.#back.focus({ preventScroll: true });
  }

  #listen(): void {
    const { signal } = this.#stop;
    const element = this.#element;
    element.addEventListener('keydown', (event) => this.#key(event));
    element.addEventListener('contextmenu', (event) => event.preventDefault());
    element.addEventListener('click', (event) => this.#choose(this.#indexOf(event)));
    element.addEventListener('pointermove', (event) => {
      const index = this.#indexOf(event);
      if (index >= 0 && index !== this.#levels.at(-1)?.focus) this.#focus(index);
    });
    const outside = ({ target }: { readonly target: EventTarget | null }): void => {
      if (!(target instanceof Node && (element.contains(target) || this.#opener?.contains(target)))) this.close(false);
    };
    document.addEventListener('pointerdown', outside, { signal, capture: true });
    window.addEventListener('wheel', outside, { signal, capture: true });
    // To nowhere it goes where the items are replaced.
    element.addEventListener('focusout', ({ relatedTarget }) => relatedTarget && outside({ target: relatedTarget }), { signal });
    window.addEventListener('blur', () => this.close(false), { signal });
    window.addEventListener('resize', () => this.close(), { signal });
  }

  #show(label: string, items: readonly MenuItem[]): void {
    const chosen = items.findIndex((item) => item.checked && item.role === 'radio');
    const level = { label, items, focus: Math.max(0, chosen) };
    this.#levels.push(level);
    this.#build(level);
  }

  #build({ label, items, focus }: Level): void {
    this.#element.setAttribute('aria-label', label);
    const line = () => el('div', { class: 'menu-line', attributes: { role: 'separator' } });
    const rows = items.flatMap((item, index) => [...(item.separated && index > 0 ? [line()] : []), itemElement(item, index)]);
    this.#element.replaceChildren(...rows);
    this.#place();
    this.#focus(focus);
  }

  /** Within the window, above the point where there is no room below. */
  #place(): void {
    const { width, height } = this.#element.getBoundingClientRect();
    const top = this.#y + height > window.innerHeight ? this.#y - height : this.#y;
    this.#element.style.left = `${Math.max(2, Math.min(this.#x, window.innerWidth - width - 2))}px`;
    this.#element.style.top = `${Math.max(2, top)}px`;
  }

  #focus(index: number): void {
    const level = this.#levels.at(-1);
    if (!level) return;
    level.focus = (index + level.items.length) % level.items.length;
    this.#element.querySelector<HTMLElement>(`[data-index="${level.focus}"]`)?.focus();
  }

  /** -1 between the items. */
  #indexOf({ target }: Event): number {
    const row = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
    return Number(row?.dataset['index'] ?? -1);
  }

  #choose(index: number): void {
    const item = this.#levels.at(-1)?.items[index];
    if (!item || item.disabled !== undefined) return;
    if (item.submenu) return this.#show(item.label, item.submenu());
    this.close();
    item.run?.();
  }

  #key(event: KeyboardEvent): void {
    const level = this.#levels.at(-1);
    if (!level) return;
    const { key } = event;
    event.stopPropagation();
    // From its button Tab goes on.
    if (key !== 'Tab' || !this.#opener) event.preventDefault();
    if (key === 'ArrowDown') this.#focus(level.focus + 1);
    else if (key === 'ArrowUp') this.#focus(level.focus - 1);
    else if (key === 'Home' || key === 'PageUp') this.#focus(0);
    else if (key === 'End' || key === 'PageDown') this.#focus(level.items.length - 1);
    else if (key === 'Enter' || key === ' ') this.#choose(level.focus);
    else if (key === 'ArrowRight' && level.items[level.focus]?.submenu) this.#choose(level.focus);
    else if (key === 'Escape' || key === 'ArrowLeft') this.#up(key === 'Escape');
    else if (key === 'Tab') this.close();
    else if (key.length === 1 && !event.ctrlKey && !event.metaKey) this.#type(key, level);
  }

  #up(close: boolean): void {
    const above = this.#levels.at(-2);
    if (above) {
      this.#levels.pop();
      this.#build(above);
    } else if (close) this.close();
  }

  /** The next item that begins with what was typed. */
  #type(key: string, level: Level): void {
    const now = performance.now();
    this.#typed = (now - this.#typedAt < WORD ? this.#typed : '') + key.toLowerCase();
    this.#typedAt = now;
    const from = this.#typed.length === 1 ? level.focus + 1 : level.focus;
    const order = level.items.map((_, step) => (from + step) % level.items.length);
    const found = order.find((index) => level.items[index]?.label.toLowerCase().startsWith(this.#typed));
    if (found !== undefined) this.#focus(found);
  }
}

function itemElement(item: MenuItem, index: number): HTMLElement {
  const { role, keys, disabled } = item;
  const attributes: Record<string, string> = {
    role: role ? `menuitem${role}` : 'menuitem',
    tabindex: '-1',
    'data-index': String(index),
    ...(role ? { 'aria-checked': String(item.checked ?? false) } : {}),
    ...(item.submenu ? { 'aria-haspopup': 'menu' } : {}),
    ...(disabled === undefined ? {} : { 'aria-disabled': 'true', title: disabled }),
    ...(keys === undefined ? {} : { 'aria-keyshortcuts': keys.replaceAll('Ctrl', 'Control') }),
  };
  const mark = el('span', { class: 'menu-mark' }, ...(item.checked ? [icon('check')] : []));
  const label = el('span', { class: 'menu-label', text: item.label });
  const end = item.submenu
    ? icon('chevron-right')
    : el('span', { class: 'menu-keys', text: keys ?? '', attributes: { 'aria-hidden': 'true' } });
  return el('div', { class: 'menu-item', attributes }, mark, label, end);
}
