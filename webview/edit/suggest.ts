/** Names that can be typed into a value: an enum's, true and false. A list below the input, chosen from by the arrow keys. */
import { el, setHidden } from '../dom.ts';

const SHOWN = 200;

export class Suggestions {
  readonly element: HTMLElement;
  readonly #id: string;
  readonly #input: HTMLInputElement;
  readonly #onChoose: () => void;
  #names: readonly string[] = [];
  #chosen = -1;

  constructor(input: HTMLInputElement, id: string, onChoose: () => void) {
    const attributes = { role: 'listbox', id, hidden: '', 'aria-label': 'Names' };
    this.element = el('div', { class: 'suggestions', attributes });
    this.#id = id;
    this.#input = input;
    this.#onChoose = onChoose;
    this.element.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[role="option"]') : null;
      if (!row) return;
      this.#take(Number(row.dataset['index']));
      this.show([]);
    });
  }

  /** Offers the names; none takes the list away. */
  open(names: readonly string[]): void {
    this.#names = names;
    if (names.length > 0) {
      this.#input.setAttribute('role', 'combobox');
      this.#input.setAttribute('aria-controls', this.#id);
      this.#input.setAttribute('aria-autocomplete', 'list');
    } else for (const name of ['role', 'aria-controls', 'aria-autocomplete']) this.#input.removeAttribute(name);
    this.show(names);
  }

  /** Narrows the names to those that hold what is typed. */
  narrow(): void {
    const typed = this.#input.value.trim().toLowerCase();
    this.show(this.#names.filter((name) => name.toLowerCase().includes(typed)));
  }

  show(names: readonly string[]): void {
    this.#chosen = -1;
    const attributes = (index: number) => ({
      role: 'option',
      id: `${this.#id}-${index}`,
      'aria-selected': 'false',
      'data-index': String(index),
    });
    this.element.replaceChildren(
      ...names
        .slice(0, SHOWN)
        .map((name, index) => el('div', { class: 'suggestion mono', text: name, attributes: attributes(index) })),
    );
    setHidden(this.element, names.length === 0);
    this.#input.removeAttribute('aria-activedescendant');
    if (this.#names.length > 0) this.#input.setAttribute('aria-expanded', String(names.length > 0));
    else this.#input.removeAttribute('aria-expanded');
  }

  /** Arrow keys go through the list; true where the key was one. */
  key(key: string): boolean {
    const count = this.element.children.length;
    if (count === 0 || (key !== 'ArrowDown' && key !== 'ArrowUp')) return false;
    const from = this.#chosen < 0 && key === 'ArrowUp' ? count : this.#chosen;
    this.#take((from + (key === 'ArrowDown' ? 1 : -1) + count) % count);
    return true;
  }

  #take(index: number): void {
    const rows = [...this.element.children];
    rows[this.#chosen]?.setAttribute('aria-selected', 'false');
    this.#chosen = index;
    const row = rows[index];
    if (!row) return;
    row.setAttribute('aria-selected', 'true');
    row.scrollIntoView({ block: 'nearest' });
    this.#input.setAttribute('aria-activedescendant', row.id);
    this.#input.value = row.textContent ?? '';
    this.#onChoose();
  }
}
