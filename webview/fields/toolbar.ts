/** The icons above the fields: what is shown, and how. */
import { VscodeToolbarButton } from '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';
import { el, setText } from '../dom.ts';

export type Switch = 'gaps' | 'changing' | 'counts';

export interface ToolbarActions {
  readonly onSwitch: (name: Switch, on: boolean) => void;
  readonly onCollapse: () => void;
  readonly onTable: () => void;
}

export class Toolbar {
  readonly element: HTMLElement;
  readonly #said = el('span', { class: 'said dim' });
  readonly #switches: Readonly<Record<Switch, VscodeToolbarButton>>;
  readonly #collapse: VscodeToolbarButton;
  readonly #table: VscodeToolbarButton;

  constructor({ onSwitch, onCollapse, onTable }: ToolbarActions) {
    const toggle = (name: Switch, icon: string, label: string): VscodeToolbarButton => {
      const made = button(icon, label);
      made.toggleable = true;
      made.addEventListener('change', () => onSwitch(name, made.checked));
      return made;
    };
    this.#switches = {
      changing: toggle('changing', 'filter', 'Show only fields that change'),
      gaps: toggle('gaps', 'whitespace', 'Show holes and padding'),
      counts: toggle('counts', 'symbol-numeric', 'Count changes'),
    };
    this.#table = button('table', 'Show the array as a table');
    this.#table.addEventListener('click', onTable);
    this.#collapse = button('collapse-all', 'Collapse all');
    this.#collapse.addEventListener('click', onCollapse);
    const { changing, gaps, counts } = this.#switches;
    const attributes = { role: 'toolbar', 'aria-label': 'Fields' };
    this.element = el(
      'div',
      { class: 'fields-bar', attributes },
      this.#said,
      changing,
      gaps,
      counts,
      this.#table,
      this.#collapse,
    );
  }

  draw(on: Readonly<Record<Switch, boolean>>, hasArray: boolean, said: string): void {
    for (const name of ['changing', 'gaps', 'counts'] as const)
      if (this.#switches[name].checked !== on[name]) this.#switches[name].checked = on[name];
    if (this.#table.hidden === hasArray) this.#table.hidden = !hasArray;
    if (this.#collapse.hidden !== on.changing) this.#collapse.hidden = on.changing;
    setText(this.#said, said);
    if (this.#said.title !== said) this.#said.title = said;
  }
}

export function button(icon: string, label: string): VscodeToolbarButton {
  const made = new VscodeToolbarButton();
  made.icon = icon;
  made.label = label;
  made.title = label;
  return made;
}
