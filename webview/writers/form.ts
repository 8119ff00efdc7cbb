/** What is watched, for how long, and the button that begins and ends it. */
import { VscodeCheckbox } from '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import { MAX_WATCHED } from '../../src/protocol/limits.ts';
import type { WatchedBytes } from '../../src/protocol/writing.ts';
import { el, icon, setHidden, setText } from '../dom.ts';
import { button, iconButton, select, setEnabled } from '../drawer/controls.ts';
import { formatHex, plural } from '../format.ts';
import type { WritersState } from '../state/persisted.ts';
import { sameField, type Watchable } from './watchable.ts';
import { fieldText } from './words.ts';

const DURATIONS = [
  [5000, '5 s'],
  [10_000, '10 s'],
  [30_000, '30 s'],
  [60_000, '1 min'],
  [600_000, '10 min'],
] as const;
/** What the menus begin with, ms. */
export const USUAL_MS = 10_000;

export interface FormEvents {
  readonly onStart: () => void;
  readonly onStop: () => void;
  readonly onExport: () => void;
  readonly onChange: () => void;
}

export interface FormState {
  /** What is selected in the other views. */
  readonly selected: Watchable;
  /** Of the session that runs; absent while none does. */
  readonly running: readonly WatchedBytes[] | undefined;
  /** '7 s left'. */
  readonly left: string;
  /** Why it cannot begin now. */
  readonly refusal: string | undefined;
  readonly canExport: boolean;
}

export class WritersForm {
  readonly element: HTMLElement;
  readonly #events: FormEvents;
  readonly #chips = el('ul', { class: 'watched', attributes: { 'aria-label': 'Watched fields' } });
  readonly #add = button('Add Field', () => this.#addSelected());
  readonly #settings: HTMLElement;
  readonly #duration = select(
    'How long',
    DURATIONS.map(([ms, text]) => [String(ms), text] as const),
    () => this.#events.onChange(),
  );
  readonly #reads = new VscodeCheckbox();
  readonly #start = button('Find Writers', () => this.#press(), false);
  readonly #left = el('span', { class: 'left-time dim', attributes: { role: 'timer', 'aria-label': 'Time left' } });
  readonly #export = iconButton('export', 'Export the report…', () => this.#events.onExport());
  #fields: readonly WatchedBytes[];
  #selected: Watchable = { why: '' };
  #running = false;
  /** What the chips were made of. */
  #drawn = '';

  constructor(saved: WritersState, events: FormEvents) {
    this.#events = events;
    this.#fields = saved.fields;
    this.#duration.value = String(saved.ms);
    for (const option of this.#duration.querySelectorAll('vscode-option')) option.selected = option.value === String(saved.ms);
    this.#reads.label = 'Reads too';
    this.#reads.title = 'Who reads it is told as well: "who touches it"';
    this.#reads.checked = saved.reads;
    this.#reads.addEventListener('change', () => events.onChange());
    this.#settings = el('div', { class: 'writers-settings' }, this.#add, this.#duration, this.#reads);
    const go = el('div', { class: 'writers-go' }, this.#start, this.#left);
    this.element = el('div', { class: 'writers-bar' }, this.#chips, this.#settings, go, this.#export);
  }

  get state(): WritersState {
    return { fields: this.#fields, ms: Number(this.#duration.value), reads: this.#reads.checked };
  }

  /** The fields that were put together, or else what is selected. */
  get fields(): readonly WatchedBytes[] {
    if (this.#fields.length > 0) return this.#fields;
    return 'field' in this.#selected ? [this.#selected.field] : [];
  }

  focus(): void {
    void this.#start.updateComplete.then(() => this.#start.focus());
  }

  /** Why a field cannot be added; undefined where it can. */
  refusal(watchable: Watchable): string | undefined {
    if (!('field' in watchable)) return watchable.why;
    const { field } = watchable;
    if (this.#fields.some((one) => sameField(one, field))) return `${fieldText(field)} is among them already.`;
    return this.#fields.length < MAX_WATCHED ? undefined : `At most ${MAX_WATCHED} fields are watched at a time.`;
  }

  add(field: WatchedBytes): void {
    if (this.refusal({ field }) !== undefined) return;
    this.#fields = [...this.#fields, field];
    this.#events.onChange();
  }

  draw({ selected, running, left, refusal, canExport }: FormState): void {
    this.#selected = selected;
    this.#running = running !== undefined;
    this.#drawChips(running);
    setHidden(this.#settings, this.#running);
    const why = this.refusal(selected);
    this.#add.disabled = why !== undefined;
    const what = 'field' in selected ? fieldText(selected.field) : '';
    this.#add.title = why ?? `Watch ${what} together with others`;
    setText(this.#start, this.#running ? 'Stop' : 'Find Writers');
    this.#start.secondary = this.#running;
    const cannot = this.#running
      ? undefined
      : (refusal ?? (this.fields.length > 0 || !('why' in selected) ? undefined : selected.why));
    this.#start.disabled = cannot !== undefined;
    this.#start.title = cannot ?? (this.#running ? 'End it now' : 'Watch what stores to this, without stopping anybody');
    setText(this.#left, left);
    setHidden(this.#left, !this.#running);
    setEnabled(this.#export, canExport);
  }

  #press(): void {
    if (this.#running) this.#events.onStop();
    else this.#events.onStart();
  }

  #addSelected(): void {
    if ('field' in this.#selected) this.add(this.#selected.field);
  }

  #drawChips(running: readonly WatchedBytes[] | undefined): void {
    const own = running === undefined && this.#fields.length > 0;
    const fields = running ?? this.fields;
    const key = JSON.stringify([own, running !== undefined, fields]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    this.#chips.replaceChildren(...fields.map((field) => this.#chip(field, own, running !== undefined)));
    setHidden(this.#chips, fields.length === 0);
  }

  /** `own`: one that was added, and can be taken away again; else the selection, or what runs. */
  #chip(field: WatchedBytes, own: boolean, running: boolean): HTMLElement {
    const text = fieldText(field);
    const where = `${plural(field.length, 'byte')} at ${formatHex(field.offset)}`;
    const title = own || running ? `${text}\n${where}` : `${text}, which is selected\n${where}`;
    const chip = el(
      'li',
      { class: `chip${own || running ? '' : ' selection'}`, title },
      icon('eye'),
      el('span', { class: 'mono', text }),
    );
    if (!own) return chip;
    const attributes = { type: 'button', 'aria-label': `Remove ${text}` };
    const remove = el('button', { class: 'chip-remove codicon codicon-close', title: `Remove ${text}`, attributes });
    remove.addEventListener('click', () => this.#remove(field));
    remove.addEventListener('keydown', (event) => {
      if (event.key !== 'Delete' && event.key !== 'Backspace') return;
      event.preventDefault();
      this.#remove(field);
    });
    chip.append(remove);
    return chip;
  }

  #remove(field: WatchedBytes): void {
    const index = this.#fields.indexOf(field);
    const hadFocus = this.#chips.contains(document.activeElement);
    this.#fields = this.#fields.filter((one) => one !== field);
    this.#drawChips(undefined);
    const buttons = this.#chips.querySelectorAll<HTMLElement>('.chip-remove');
    if (hadFocus) (buttons[Math.min(index, buttons.length - 1)] ?? this.#start).focus();
    this.#events.onChange();
  }
}
