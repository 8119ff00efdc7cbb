/** The header's button of the type: which one is shown and from where, or how many are suggested. VS Code's own quick pick opens on it. */
import { el, icon, setText } from '../dom.ts';
import { formatHex, plural } from '../format.ts';
import type { Host } from '../host.ts';
import { explain } from '../notice.ts';
import type { Store } from '../state/store.ts';

type Known = Pick<Store, 'type' | 'types'>;

/** Pure. */
export function chipText({ type, types }: Known): string {
  if (type) return type.offset ? `${type.name} at ${formatHex(type.offset)}` : type.name;
  const { length } = types.suggested;
  return length === 0 ? 'Choose a type' : `${plural(length, 'type')} suggested`;
}

/** Pure. */
export function chipTitle({ type, types }: Known): string {
  if (type) return `${type.name} (${type.from}). Change the type…`;
  const why = types.suggested.slice(0, 3).map((one) => `${one.name}: ${one.why}`);
  return ['Choose the type that the bytes are shown as', ...why].join('\n');
}

export class TypeChip {
  readonly element: HTMLButtonElement;
  readonly #store: Store;
  readonly #label = el('span', { class: 'label' });

  constructor(store: Store, host: Host) {
    this.#store = store;
    this.element = el(
      'button',
      { class: 'chip type-chip', attributes: { type: 'button', 'aria-haspopup': 'dialog' } },
      icon('symbol-structure'),
      this.#label,
      icon('chevron-down'),
    );
    this.element.addEventListener('click', () => {
      host.ask('pickType', null).catch((error: unknown) => store.setNotice(explain(error)));
    });
  }

  draw(): void {
    setText(this.#label, chipText(this.#store));
    const title = chipTitle(this.#store);
    if (this.element.title !== title) this.element.title = title;
  }
}
