/** What the mappers' debug info suggests, to be taken with one press; or why it suggests nothing. */
import { VscodeButton } from '@vscode-elements/elements/dist/vscode-button/index.js';
import type { SuggestedType, TypesInfo } from '../../src/protocol/typing.ts';
import { el, setHidden } from '../dom.ts';
import { formatHex, formatSize } from '../format.ts';

/** All of them are in the quick pick. */
const SHOWN = 5;

export class Suggested {
  readonly element = el('div', { class: 'suggested', attributes: { role: 'group', 'aria-label': 'Suggested types' } });
  readonly #onTake: (suggestion: SuggestedType) => void;

  constructor(onTake: (suggestion: SuggestedType) => void) {
    this.#onTake = onTake;
    setHidden(this.element, true);
  }

  show({ suggested, lacks }: Pick<TypesInfo, 'suggested' | 'lacks'>): void {
    const rows = suggested.slice(0, SHOWN).map((suggestion) => {
      const { name, size, offset, why } = suggestion;
      const button = new VscodeButton();
      button.textContent = offset === 0 ? name : `${name} at ${formatHex(offset)}`;
      button.secondary = true;
      button.addEventListener('click', () => this.#onTake(suggestion));
      return el('div', { class: 'suggestion-line' }, button, el('span', { class: 'dim', text: `${formatSize(size)}: ${why}` }));
    });
    const said = suggested.length > 0 ? [] : lacks.slice(0, SHOWN).map((text) => el('p', { class: 'dim', text }));
    this.element.replaceChildren(...rows, ...said);
    setHidden(this.element, rows.length + said.length === 0);
  }
}
