/** The small controls of the drawer, in VS Code's look. */
import '@vscode-elements/elements/dist/vscode-option/index.js';
import { VscodeButton } from '@vscode-elements/elements/dist/vscode-button/index.js';
import { VscodeProgressBar } from '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import { VscodeSingleSelect } from '@vscode-elements/elements/dist/vscode-single-select/index.js';
import { VscodeToolbarButton } from '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';
import { el, setHidden, setText } from '../dom.ts';

export function button(text: string, onClick: () => void, secondary = true): VscodeButton {
  const element = new VscodeButton();
  element.textContent = text;
  element.secondary = secondary;
  element.addEventListener('click', onClick);
  return element;
}

/** `label` is also the tooltip; `keys` are told there. */
export function iconButton(icon: string, label: string, onClick: () => void, keys = ''): VscodeToolbarButton {
  const element = new VscodeToolbarButton();
  element.icon = icon;
  element.label = label;
  element.title = keys ? `${label} (${keys})` : label;
  element.addEventListener('click', onClick);
  return element;
}

/** A disabled toolbar button cannot be clicked or focused. */
export function setEnabled(element: VscodeToolbarButton, enabled: boolean): void {
  element.inert = !enabled;
  element.classList.toggle('disabled', !enabled);
}

/** Opens upwards: the drawer stands at the bottom of the page. */
export function select(
  label: string,
  options: readonly (readonly [string, string])[],
  onChange: (value: string) => void,
): VscodeSingleSelect {
  const element = new VscodeSingleSelect();
  element.label = label;
  element.title = label;
  element.position = 'above';
  setOptions(element, options);
  element.addEventListener('change', () => onChange(element.value));
  return element;
}

/** Replaces the options; the value stays where the new ones have it. */
export function setOptions(element: VscodeSingleSelect, options: readonly (readonly [string, string])[]): void {
  const key = JSON.stringify(options);
  if (element.dataset['options'] === key) return;
  element.dataset['options'] = key;
  const value = options.some(([one]) => one === element.value) ? element.value : (options[0]?.[0] ?? '');
  // The element takes its options in only later, and forgets its value then: one of them has to say that it is selected.
  const attributes = (one: string) => ({ value: one, ...(one === value ? { selected: '' } : {}) });
  element.replaceChildren(...options.map(([one, text]) => el('vscode-option', { text, attributes: attributes(one) })));
  element.value = value;
}

/** Inputs made so far: each needs an id of its own. */
let inputs = 0;

/** A line of text with a place for what is wrong with it. */
export class Input {
  readonly element: HTMLElement;
  readonly field: HTMLInputElement;
  readonly #error: HTMLElement;

  constructor(label: string, placeholder: string, onInput: () => void, ...inside: readonly HTMLElement[]) {
    const id = `input-error-${++inputs}`;
    const attributes = { type: 'text', spellcheck: 'false', autocomplete: 'off', 'aria-label': label, placeholder };
    this.field = el('input', { class: 'mono', attributes });
    this.#error = el('span', { class: 'input-error', attributes: { role: 'alert', id, hidden: '' } });
    this.element = el('div', { class: 'input' }, this.field, ...inside, this.#error);
    this.field.addEventListener('input', onInput);
  }

  get value(): string {
    return this.field.value;
  }

  set value(text: string) {
    this.field.value = text;
  }

  /** '' takes the message away. */
  say(error: string): void {
    setText(this.#error, error);
    setHidden(this.#error, error === '');
    this.element.classList.toggle('invalid', error !== '');
    this.field.setAttribute('aria-invalid', String(error !== ''));
    if (error) this.field.setAttribute('aria-describedby', this.#error.id);
    else this.field.removeAttribute('aria-describedby');
  }
}

/** A button that stays pressed; in VS Code's look of the toggles in an input. */
export class Toggle {
  readonly element: HTMLButtonElement;
  readonly #onChange: () => void;

  constructor(icon: string, label: string, onChange: () => void) {
    this.#onChange = onChange;
    const attributes = { type: 'button', 'aria-label': label, 'aria-pressed': 'false' };
    this.element = el('button', { class: `toggle codicon codicon-${icon}`, title: label, attributes });
    this.element.addEventListener('click', () => {
      this.on = !this.on;
    });
  }

  get on(): boolean {
    return this.element.getAttribute('aria-pressed') === 'true';
  }

  set on(on: boolean) {
    if (on === this.on) return;
    this.element.setAttribute('aria-pressed', String(on));
    this.#onChange();
  }
}

/** A bar along the edge of a tab, and the job that it tells of: one at a time. */
export class Job {
  readonly bar = new VscodeProgressBar();
  readonly #redraw: () => void;
  #abort: AbortController | undefined;
  #found = 0;
  #done: number | undefined;

  constructor(label: string, redraw: () => void) {
    this.#redraw = redraw;
    this.bar.setAttribute('aria-label', label);
    this.bar.classList.add('idle');
  }

  get running(): boolean {
    return this.#abort !== undefined;
  }

  /** What was found so far. */
  get found(): number {
    return this.#found;
  }

  /** 0 to 1; undefined before the first word. */
  get done(): number | undefined {
    return this.#done;
  }

  cancel(): void {
    this.#abort?.abort();
  }

  /** Runs `work`, after the one before was told to end. Undefined where a newer one has taken its place. */
  async run<T>(
    work: (options: { signal: AbortSignal; onProgress: (done: number, found: number) => void }) => Promise<T>,
  ): Promise<T | undefined> {
    this.cancel();
    const abort = new AbortController();
    this.#abort = abort;
    this.#show(undefined, 0);
    const onProgress = (done: number, found: number): void => {
      if (this.#abort === abort) this.#show(done, found);
    };
    try {
      const result = await work({ signal: abort.signal, onProgress });
      return this.#abort === abort ? result : undefined;
    } catch (error) {
      if (this.#abort === abort) throw error;
      return undefined;
    } finally {
      if (this.#abort === abort) {
        this.#abort = undefined;
        this.#show(undefined, 0);
      }
    }
  }

  #show(done: number | undefined, found: number): void {
    this.#done = done;
    this.#found = found;
    this.bar.classList.toggle('idle', !this.running);
    this.bar.indeterminate = done === undefined;
    this.bar.value = Math.round((done ?? 0) * 100);
    this.#redraw();
  }
}
