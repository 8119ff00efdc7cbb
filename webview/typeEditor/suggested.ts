/** What the mappers' debug info suggests, to be taken with one press; or why it suggests nothing. */
import { VscodeButton } from '@vscode-elements/elements/dist/vscode-button/index.js';
import type { TypesInfo } from '../../src/protocol/typing.ts';
import { el, setHidden } from '../dom.ts';
import { formatHex } from '../format.ts';

/** All of them are in the quick pick. */
const SHOWN = 5;

export class Suggested {
  readonly element = el('div', { class: 'suggested', attributes: { role: 'group', 'aria-label': 'Suggested types' } });
  readonly #onTake: (name: string, offset: number) => void;

  constructor(onTake: (name: string, offset: number) => void) {
    this.#onTake = onTake;
    setHidden(this.element, true);
  }

  show({ suggested, lacks }: Pick<TypesInfo, 'suggested' | 'lacks'>): void {
    const rows = suggested.slice(0, SHOWN).map(({ name, offset, why }) => {
      const button = new VscodeButton();
      button.textContent = offset === 0 ? name : `${name} at ${formatHex(offset)}`;
      button.secondary = true;
      button.addEventListener('click', () => this.#onTake(name, offset));
      return el('div', { class: 'suggestion-line' }, button, el('span', { class: 'dim', text: why }));
    });
    const said = suggested.length > 0 ? [] : lacks.slice(0, SHOWN).map((text) => el('p', { class: 'dim', text }));
    this.element.replaceChildren(...rows, ...said);
    setHidden(this.element, rows.length + said.length === 0);
  }
}
