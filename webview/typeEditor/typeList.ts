/** The types that some declarations give; one of them is chosen. */
import { el } from '../dom.ts';
import { formatCount, plural } from '../format.ts';

interface Named {
  readonly name: string;
  readonly size: number;
}

/** Rows that are built; a header with more types is narrowed down by picking it from the workspace. */
const SHOWN = 500;

export class TypeList {
  readonly element = el('div', { class: 'type-list', attributes: { role: 'radiogroup', 'aria-label': 'Types' } });
  /** The chosen name; kept over a new list that has it too. */
  choice: string | undefined;

  /** The last type is chosen at first: declarations put the outermost struct at the end. */
  show(types: readonly Named[]): void {
    const shown = types.slice(-SHOWN);
    if (!shown.some((type) => type.name === this.choice)) this.choice = shown.at(-1)?.name;
    this.element.hidden = shown.length === 0;
    const caption =
      types.length === 1 ? 'Gives' : `Gives ${formatCount(types.length)} types: pick the one that the segment begins with`;
    this.element.replaceChildren(el('div', { class: 'caption dim', text: caption }), ...shown.map((type) => this.#option(type)));
  }

  #option(type: Named): HTMLElement {
    const input = el('input', { attributes: { type: 'radio', name: 'type' } });
    input.checked = type.name === this.choice;
    input.addEventListener('change', () => (this.choice = type.name));
    const size = el('span', { class: 'dim', text: plural(type.size, 'byte') });
    return el('label', { class: 'type-option' }, input, el('span', { class: 'mono type-name', text: type.name }), size);
  }
}
