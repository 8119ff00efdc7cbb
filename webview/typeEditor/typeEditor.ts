/** Where a type comes from: declarations that are pasted, or a header of the workspace. */
import { VscodeButton } from '@vscode-elements/elements/dist/vscode-button/index.js';
import { VscodeTextarea } from '@vscode-elements/elements/dist/vscode-textarea/index.js';
import { el, setHidden, setText } from '../dom.ts';
import type { Host } from '../host.ts';
import { explain } from '../notice.ts';
import type { Store } from '../state/store.ts';
import { offsetOf } from './position.ts';
import { Suggested } from './suggested.ts';
import { TypeList } from './typeList.ts';

const PAUSE = 250;
/** Chromium takes minutes to paste 1 MB by itself; up to this length it is quick, and can be undone. */
const PASTE_MAX = 32 * 1024;
const EXAMPLE = 'struct student {\n  char name[32];\n  int age;\n};';

export class TypeEditor {
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #host: Host;
  readonly #onClose: () => void;
  readonly #title = el('h2');
  readonly #text = new VscodeTextarea();
  readonly #list = new TypeList();
  readonly #suggested: Suggested;
  readonly #error = el('button', {
    class: 'type-error',
    title: 'Go to this place',
    attributes: { type: 'button', role: 'alert' },
  });
  readonly #apply = button('Apply', false);
  readonly #compile = button('Ask the Compiler', true);
  readonly #clear = button('Clear Type', true);
  readonly #cancel = button('Cancel', true);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(store: Store, host: Host, onClose: () => void) {
    this.#store = store;
    this.#host = host;
    this.#onClose = onClose;
    this.#suggested = new Suggested(({ name, why }) => void this.#ask(host.ask('takeSuggestion', { name, why })));
    this.#text.label = 'C declarations';
    this.#text.placeholder = `Paste declarations of C or C++, for example:\n\n${EXAMPLE}`;
    this.#text.monospace = true;
    this.#text.spellcheck = false;
    const pick = button('Pick from a Header of the Workspace…', true);
    this.element = el('section', { class: 'type-editor', attributes: { 'aria-label': 'Type' } });
    const hint = el('p', { class: 'dim', text: 'Give the struct that the programs use, and the bytes are shown as its fields.' });
    this.element.append(
      this.#title,
      this.#suggested.element,
      hint,
      this.#text,
      this.#error,
      this.#list.element,
      el('div', { class: 'buttons' }, this.#apply, this.#compile, pick, this.#clear, this.#cancel),
    );
    this.#text.addEventListener('input', () => this.#typed());
    this.#text.addEventListener('paste', (event) => this.#pasted(event));
    this.#text.addEventListener('keydown', (event) => this.#key(event));
    this.#error.addEventListener('click', () => this.#goToError());
    this.#apply.addEventListener('click', () => void this.#applyType());
    pick.addEventListener('click', () => void this.#ask(host.ask('pickHeader', null)));
    this.#compile.title = 'Has gcc or clang of this machine lay out this text, where it is more than ShmScope reads.';
    this.#compile.addEventListener('click', () => void this.#ask(host.ask('compileText', { source: this.#text.value })));
    this.#clear.addEventListener('click', () => void this.#ask(host.ask('clearType', null)));
    this.#cancel.addEventListener('click', onClose);
    this.#say('');
    this.#list.show([]);
    this.#apply.disabled = true;
    store.subscribe((topic) => {
      if (topic === 'types') this.#suggested.show(store.types);
    });
  }

  /** Shows the declarations of the present type; what is being typed for no type yet is kept. */
  open(focus: boolean): void {
    const { type } = this.#store;
    setText(this.#title, type ? 'Change the type' : 'What is in this segment?');
    setHidden(this.#clear, !type);
    setHidden(this.#cancel, !type);
    if (type?.source !== undefined && this.#text.value !== type.source) {
      this.#text.value = type.source;
      this.#list.choice = type.name;
      void this.#parse();
    }
    if (focus) void this.#text.updateComplete.then(() => this.#text.wrappedElement.focus());
  }

  #pasted(event: ClipboardEvent): void {
    const pasted = event.clipboardData?.getData('text/plain') ?? '';
    if (pasted.length <= PASTE_MAX) return;
    event.preventDefault();
    const { value, wrappedElement: area } = this.#text;
    const [from, to] = [area.selectionStart, area.selectionEnd];
    this.#text.value = value.slice(0, from) + pasted + value.slice(to);
    this.#typed();
  }

  #typed(): void {
    clearTimeout(this.#timer);
    this.#apply.disabled = this.#text.value.trim() === '';
    this.#timer = setTimeout(() => void this.#parse(), PAUSE);
  }

  /** Asks what the text gives; an answer that a newer question has overtaken is dropped. True when it gives a type. */
  async #parse(): Promise<boolean> {
    clearTimeout(this.#timer);
    const source = this.#text.value;
    const asked = ++this.#asked;
    if (source.trim() === '') {
      this.#list.show([]);
      this.#say('');
      return false;
    }
    try {
      const { types, problems } = await this.#host.ask('parseTypes', { source });
      if (asked !== this.#asked) return false;
      this.#list.show(types);
      const [first] = problems;
      this.#say(problems.length > 1 ? `${first} (and ${problems.length - 1} more)` : (first ?? ''));
      return types.length > 0;
    } catch (error) {
      if (asked !== this.#asked) return false;
      this.#list.show([]);
      this.#say(explain(error));
      return false;
    } finally {
      if (asked === this.#asked) this.#apply.disabled = this.#text.value.trim() === '';
    }
  }

  async #applyType(): Promise<void> {
    if (!(await this.#parse())) return this.#goToError();
    const name = this.#list.choice;
    if (name !== undefined) await this.#ask(this.#host.ask('applyType', { source: this.#text.value, name }));
  }

  async #ask(answer: Promise<null>): Promise<void> {
    try {
      await answer;
      this.#say('');
      if (this.#store.type) this.#onClose();
    } catch (error) {
      this.#say(explain(error));
    }
  }

  #key(event: KeyboardEvent): void {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void this.#applyType();
    else if (event.key === 'Escape' && this.#store.type) this.#onClose();
    else return;
    event.preventDefault();
  }

  #say(error: string): void {
    setHidden(this.#compile, error === '' || !this.#store.types.compiles || this.#text.value.trim() === '');
    setText(this.#error, error);
    setHidden(this.#error, error === '');
    void this.#text.updateComplete.then(() => this.#text.wrappedElement.setAttribute('aria-invalid', String(error !== '')));
  }

  /** Puts the caret where 'line:column: …' points. */
  #goToError(): void {
    const at = offsetOf(this.#text.value, this.#error.textContent ?? '');
    if (at === undefined) return;
    const area = this.#text.wrappedElement;
    area.focus();
    area.setSelectionRange(at, Math.min(at + 1, this.#text.value.length));
  }
}

function button(text: string, secondary: boolean): VscodeButton {
  const element = new VscodeButton();
  element.textContent = text;
  element.secondary = secondary;
  return element;
}
