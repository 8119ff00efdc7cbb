/** A small input over one value, for everything that is not typed digit by digit. What was typed stays until it is stored or given up. */
import { el, setHidden, setText } from '../dom.ts';
import { formatHex } from '../format.ts';
import type { Host } from '../host.ts';
import { explain } from '../notice.ts';
import type { Store } from '../state/store.ts';
import { parseValue, type Shape } from './values.ts';

const READ_ONLY = 'This view is read-only now: enable writing in the header.';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  /** There is more room above than below. */
  readonly isLow: boolean;
}

export class ValueEditor {
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #host: Host;
  readonly #onClose: () => void;
  readonly #input = el('input', { class: 'mono', attributes: { type: 'text', spellcheck: 'false', autocomplete: 'off' } });
  readonly #error = el('span', { class: 'value-error', attributes: { role: 'alert', id: 'value-error' } });
  #shape: Shape | undefined;
  #offset = 0;
  #before = '';
  #busy = false;

  constructor(store: Store, host: Host, onClose: () => void) {
    this.#store = store;
    this.#host = host;
    this.#onClose = onClose;
    this.element = el('div', { class: 'value-editor', attributes: { hidden: '' } }, this.#input, this.#error);
    this.#input.addEventListener('keydown', (event) => this.#key(event));
    this.#input.addEventListener('input', () => this.#check());
    this.#input.addEventListener('blur', () => {
      if (this.#input.value === this.#before && !this.#busy) this.close(false);
    });
  }

  /** Offset of the value that is edited. */
  get offset(): number | undefined {
    return this.#shape && this.#offset;
  }

  /** Opens over the value at `offset` (bytes), which is shown as `text`; with `typed` in its place where the user began to type. */
  open(offset: number, shape: Shape, text: string, typed?: string): void {
    this.#offset = offset;
    this.#shape = shape;
    this.#before = text.trim();
    this.#input.value = typed ?? this.#before;
    this.#input.setAttribute('aria-label', `Value at ${formatHex(offset)}`);
    this.#say('');
    setHidden(this.element, false);
    this.#input.focus({ preventScroll: true });
    if (typed === undefined) this.#input.select();
    else this.#check();
  }

  /** Puts the input over its value, or out of sight while that is scrolled away. */
  place(box: Box | undefined): void {
    if (!this.#shape) return;
    this.element.classList.toggle('away', box === undefined);
    if (!box) return;
    this.element.style.left = `${box.left}px`;
    this.element.style.top = `${box.top}px`;
    this.element.style.width = `${Math.max(90, box.width)}px`;
    this.element.classList.toggle('up', box.isLow);
  }

  close(refocus = true): void {
    if (!this.#shape) return;
    this.#shape = undefined;
    setHidden(this.element, true);
    if (refocus) this.#onClose();
  }

  #key(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === 'Escape') this.close();
    else if (event.key === 'Enter') void this.#commit();
    else return;
    event.preventDefault();
  }

  /** Says what is wrong while it is typed; gives the bytes when they can be stored. */
  #check(): Uint8Array | undefined {
    try {
      const bytes = this.#shape && parseValue(this.#input.value, this.#shape);
      this.#say('');
      return bytes;
    } catch (error) {
      this.#say(explain(error));
      return undefined;
    }
  }

  async #commit(): Promise<void> {
    const shape = this.#shape;
    const offset = this.#offset;
    const bytes = this.#check();
    if (!shape || !bytes || this.#busy) return;
    if (!this.#store.canEdit) return this.#say(READ_ONLY);
    if (offset + bytes.length > this.#store.size) return this.#say('The segment ends inside of this value.');
    this.#busy = true;
    try {
      await this.#host.ask('write', { offset, bytes });
      this.#store.setNotice(undefined);
      if (this.#shape === shape && this.#offset === offset) this.close();
    } catch (error) {
      this.#say(`Not written: ${explain(error)}`);
    } finally {
      this.#busy = false;
    }
  }

  #say(error: string): void {
    setText(this.#error, error);
    setHidden(this.#error, error === '');
    this.#input.setAttribute('aria-invalid', String(error !== ''));
    if (error) this.#input.setAttribute('aria-describedby', 'value-error');
    else this.#input.removeAttribute('aria-describedby');
  }
}
