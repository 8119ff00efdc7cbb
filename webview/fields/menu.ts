/** A small menu at a place of the page, with VS Code's look; everything by keys. A submenu takes the place of its menu. */
import { el, icon } from '../dom.ts';

export interface MenuItem {
  readonly label: string;
  /** Key that does the same: 'Ctrl+Enter'. */
  readonly keys?: string;
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
  readonly items: readonly MenuItem[];
  focus: number;
}

export class Menu {
  readonly element = el('div', { class: 'menu', attributes: { role: 'menu', hidden: '', tabindex: '-1' } });
  #levels: Level[] = [];
  #back: HTMLElement | undefined;
  #typed = '';
  #typedAt = 0;

  constructor() {
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.element.addEventListener('pointermove', (event) => this.#hover(event));
    this.element.addEventListener('click', (event) => this.#press(event));
    this.element.addEventListener('contextmenu', (event) => event.preventDefault());
    this.element.addEventListener('focusout', (event) => {
      const to = event.relatedTarget;
      if (!(to instanceof Node && this.element.contains(to)) && !this.element.hidden && this.#levels.length > 0)
        this.#leave(false);
    });
  }

  get isOpen(): boolean {
    return this.#levels.length > 0;
  }

  /** Opens at (x, y) of the window; the focus goes back to `back` when it is closed by a key or a choice. */
  open(label: string, items: readonly MenuItem[], x: number, y: number, back: HTMLElement): void {
    if (items.length === 0) return;
    this.#back = back;
    this.#levels = [];
    this.#show({
      label,
      items,
      focus: Math.max(
        0,
        items.findIndex((item) => item.checked && item.role === 'radio'),
      ),
    });
    this.#placeAt(x, y);
  }

  #placeAt(x: number, y: number): void {
    const { element } = this;
    const { width, height } = element.getBoundingClientRect();
    element.style.left = `${Math.max(2, Math.min(x, window.innerWidth - width - 2))}px`;
    element.style.top = `${Math.max(2, Math.min(y, window.innerHeight - height - 2))}px`;
  }

  #show(level: Level): void {
    this.#levels.push(level);
    this.#build(level);
  }

  #build({ label, items, focus }: Level): void {
    const { element } = this;
    element.setAttribute('aria-label', label);
    const rows: Node[] = [];
    items.forEach((item, index) => {
      if (item.separated && index > 0) rows.push(el('div', { class: 'menu-line', attributes: { role: 'separator' } }));
      rows.push(itemElement(item, index));
    });
    // While its children change, the focus may not be seen to leave.
    element.hidden = true;
    element.replaceChildren(...rows);
    element.hidden = false;
    const { left, top } = element.getBoundingClientRect();
    this.#placeAt(left, top);
    this.#focus(focus);
  }

  #focus(index: number): void {
    const level = this.#levels.at(-1);
    if (!level) return;
    level.focus = (index + level.items.length) % level.items.length;
    this.element.querySelector<HTMLElement>(`[data-index="${level.focus}"]`)?.focus();
  }

  #indexAt(event: Event): number | undefined {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-index]') : null;
    return row ? Number(row.dataset['index']) : undefined;
  }

  #hover(event: PointerEvent): void {
    const index = this.#indexAt(event);
    if (index !== undefined && index !== this.#levels.at(-1)?.focus) this.#focus(index);
  }

  #press(event: MouseEvent): void {
    const index = this.#indexAt(event);
    if (index !== undefined) this.#choose(index);
  }

  #choose(index: number): void {
    const item = this.#levels.at(-1)?.items[index];
    if (!item) return;
    if (item.submenu) {
      const items = item.submenu();
      const focus = Math.max(
        0,
        items.findIndex((one) => one.checked && one.role === 'radio'),
      );
      return this.#show({ label: item.label, items, focus });
    }
    this.#leave(true);
    item.run?.();
  }

  #key(event: KeyboardEvent): void {
    const level = this.#levels.at(-1);
    if (!level) return;
    event.stopPropagation();
    const { key } = event;
    if (key === 'ArrowDown') this.#focus(level.focus + 1);
    else if (key === 'ArrowUp') this.#focus(level.focus - 1);
    else if (key === 'Home' || key === 'PageUp') this.#focus(0);
    else if (key === 'End' || key === 'PageDown') this.#focus(level.items.length - 1);
    else if (key === 'Enter' || key === ' ') this.#choose(level.focus);
    else if (key === 'ArrowRight' && level.items[level.focus]?.submenu) this.#choose(level.focus);
    else if (key === 'Escape' || key === 'ArrowLeft') this.#up(key === 'Escape');
    else if (key === 'Tab') this.#leave(true);
    else if (key.length !== 1 || event.ctrlKey || event.metaKey || !this.#type(key, level)) return;
    event.preventDefault();
  }

  #up(close: boolean): void {
    if (this.#levels.length > 1) {
      this.#levels.pop();
      const level = this.#levels.at(-1);
      if (level) this.#build(level);
    } else if (close) this.#leave(true);
  }

  /** The next item that begins with what was typed within a second. */
  #type(key: string, level: Level): boolean {
    const now = performance.now();
    this.#typed = now - this.#typedAt < 1000 ? this.#typed + key.toLowerCase() : key.toLowerCase();
    this.#typedAt = now;
    const from = this.#typed.length === 1 ? level.focus + 1 : level.focus;
    for (let step = 0; step < level.items.length; step++) {
      const index = (from + step) % level.items.length;
      if (!level.items[index]?.label.toLowerCase().startsWith(this.#typed)) continue;
      this.#focus(index);
      return true;
    }
    return false;
  }

  #leave(refocus: boolean): void {
    this.#levels = [];
    this.element.hidden = true;
    this.element.replaceChildren();
    if (refocus) this.#back?.focus({ preventScroll: true });
  }
}

function itemElement(item: MenuItem, index: number): HTMLElement {
  const attributes: Record<string, string> = {
    role: item.role ? `menuitem${item.role}` : 'menuitem',
    tabindex: '-1',
    'data-index': String(index),
  };
  if (item.role) attributes['aria-checked'] = String(item.checked ?? false);
  if (item.submenu) attributes['aria-haspopup'] = 'menu';
  const mark = el('span', { class: 'menu-mark' }, ...(item.checked ? [icon('check')] : []));
  const end = item.submenu ? icon('chevron-right') : el('span', { class: 'menu-keys', text: item.keys ?? '' });
  return el('div', { class: 'menu-item', attributes }, mark, el('span', { class: 'menu-label', text: item.label }), end);
}
