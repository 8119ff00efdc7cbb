/** The view options: one button in the header, and what it opens. */
import '@vscode-elements/elements/dist/vscode-option/index.js';
import { VscodeSingleSelect } from '@vscode-elements/elements/dist/vscode-single-select/index.js';
import { el, icon } from '../dom.ts';
import type { Store } from '../state/store.ts';
import { basesOf } from './addresses.ts';
import { COLUMN_CHOICES, FORMATS, GROUPS, type ByteLook } from './look.ts';

type Option = readonly [value: string, text: string];

const COLUMN_NAMES: readonly Option[] = COLUMN_CHOICES.map((one) => [
  String(one),
  one === 'auto' ? 'as many as fit' : String(one),
]);
const GROUP_NAMES: readonly Option[] = [
  ['1', '1 byte'],
  ['2', '2 bytes'],
  ['4', '4 bytes'],
  ['8', '8 bytes'],
  ['f32', 'float, 4 bytes'],
  ['f64', 'double, 8 bytes'],
];
const FORMAT_NAMES: readonly Option[] = [
  ['hex', 'hexadecimal'],
  ['unsigned', 'decimal'],
  ['signed', 'decimal, signed'],
  ['binary', 'binary'],
];
const TEXT_NAMES: readonly Option[] = [
  ['utf8', 'UTF-8'],
  ['ascii', 'ASCII'],
  ['utf16', 'UTF-16'],
];
const NO_BASE: Option = ['', 'offsets'];

export class ViewOptions {
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #button: HTMLButtonElement;
  readonly #popover: HTMLElement;
  readonly #columns: VscodeSingleSelect;
  readonly #group: VscodeSingleSelect;
  readonly #format: VscodeSingleSelect;
  readonly #text: VscodeSingleSelect;
  readonly #place: VscodeSingleSelect;
  #bases = '';

  constructor(store: Store) {
    this.#store = store;
    const set = (look: Partial<ByteLook>): void => store.setSettings({ look: { ...store.look, ...look } });
    this.#columns = select('Bytes per row', COLUMN_NAMES, (value) =>
      set({ columns: COLUMN_CHOICES.find((one) => String(one) === value) ?? 16 }),
    );
    this.#group = select('Group', GROUP_NAMES, (value) => set({ group: GROUPS.find((one) => one === value) ?? '1' }));
    this.#format = select('Format', FORMAT_NAMES, (value) => set({ format: FORMATS.find((one) => one === value) ?? 'hex' }));
    this.#text = select('Text encoding', TEXT_NAMES, (value) =>
      store.setSettings({ encoding: value === 'ascii' || value === 'utf16' ? value : 'utf8' }),
    );
    this.#place = select('Positions', [NO_BASE], (value) => set({ addresses: value }));
    const lines = [this.#columns, this.#group, this.#format, this.#text, this.#place].map((control) =>
      el('div', { class: 'option' }, el('span', { text: control.label, attributes: { 'aria-hidden': 'true' } }), control),
    );
    const attributes = { popover: 'auto', role: 'dialog', 'aria-label': 'View options', id: 'view-options' };
    this.#popover = el('div', { class: 'view-options', attributes }, ...lines);
    this.#button = el(
      'button',
      {
        class: 'chip options-chip',
        title: 'View options: rows, groups, formats, text, addresses',
        attributes: { type: 'button', 'aria-label': 'View options', 'aria-haspopup': 'dialog', 'aria-expanded': 'false' },
      },
      icon('settings'),
    );
    this.#button.popoverTargetElement = this.#popover;
    this.#popover.addEventListener('beforetoggle', (event) => {
      if (event instanceof ToggleEvent && event.newState === 'open') this.#show();
    });
    this.#popover.addEventListener('toggle', (event) => this.#toggled(event));
    this.element = el('div', { class: 'options' }, this.#button, this.#popover);
  }

  /** Under the button, inside of the window. */
  #show(): void {
    const box = this.#button.getBoundingClientRect();
    const right = Math.max(8, window.innerWidth - box.right - 60);
    this.#popover.style.top = `${box.bottom + 4}px`;
    this.#popover.style.right = `${right}px`;
    this.#set();
  }

  #toggled(event: Event): void {
    const isOpen = event instanceof ToggleEvent && event.newState === 'open';
    this.#button.setAttribute('aria-expanded', String(isOpen));
    if (isOpen) this.#columns.focus();
  }

  draw(): void {
    if (this.#popover.matches(':popover-open')) this.#set();
  }

  #set(): void {
    const { look, encoding, segment } = this.#store;
    const bases = basesOf(segment?.mappers ?? []).map(({ key, label }): Option => [key, `addresses in ${label}`]);
    const isKnown = look.addresses === '' || bases.some(([key]) => key === look.addresses);
    const places = [NO_BASE, ...bases, ...(isKnown ? [] : [[look.addresses, 'addresses in a mapper that is gone'] as const])];
    const text = JSON.stringify(places);
    if (text !== this.#bases) this.#place.replaceChildren(...places.map(option));
    this.#bases = text;
    const choose = (control: VscodeSingleSelect, value: string): void => {
      if (control.value !== value) control.value = value;
    };
    choose(this.#columns, String(look.columns));
    choose(this.#group, look.group);
    choose(this.#format, look.format);
    choose(this.#text, encoding);
    choose(this.#place, look.addresses);
    this.#format.disabled = look.group === 'f32' || look.group === 'f64';
  }
}

function option([value, text]: Option): HTMLElement {
  return el('vscode-option', { text, attributes: { value } });
}

function select(label: string, options: readonly Option[], onChange: (value: string) => void): VscodeSingleSelect {
  const element = new VscodeSingleSelect();
  element.label = label;
  element.append(...options.map(option));
  element.addEventListener('change', () => onChange(element.value));
  return element;
}
