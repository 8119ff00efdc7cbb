/** Editing one value in its place. What was typed stays until it is stored or given up. */
import { encodeLeaf, type Encoded } from '../../src/decode/encode.ts';
import type { Leaf } from '../../src/decode/leaf.ts';
import type { FieldRow } from '../../src/decode/tree.ts';
import { el, setHidden, setText } from '../dom.ts';
import type { Host } from '../host.ts';
import { explain } from '../notice.ts';
import type { Store } from '../state/store.ts';
import { isContainer } from './value.ts';

export class FieldEditor {
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #host: Host;
  readonly #onClose: () => void;
  readonly #input = el('input', { class: 'mono', attributes: { type: 'text', spellcheck: 'false', autocomplete: 'off' } });
  readonly #error = el('span', { class: 'edit-error', attributes: { role: 'alert', id: 'edit-error' } });
  #row: FieldRow | undefined;
  #before = '';
  #busy = false;

  constructor(store: Store, host: Host, onClose: () => void) {
    this.#store = store;
    this.#host = host;
    this.#onClose = onClose;
    this.element = el('div', { class: 'field-editor', attributes: { hidden: '' } }, this.#input, this.#error);
    this.#input.addEventListener('keydown', (event) => this.#key(event));
    this.#input.addEventListener('input', () => this.#check());
    this.#input.addEventListener('blur', () => {
      if (this.#input.value === this.#before && !this.#busy) this.close(false);
    });
  }

  get path(): string | undefined {
    return this.#row?.path;
  }

  /** Opens on `row`, or says why it cannot be edited. */
  open(row: FieldRow, leaf: Leaf | undefined): boolean {
    const reason = this.#refusal(row, leaf);
    if (reason !== undefined) {
      this.#store.setNotice(reason);
      return false;
    }
    this.#row = row;
    this.#before = leaf?.text ?? '';
    this.#input.value = this.#before;
    this.#input.setAttribute('aria-label', `Value of ${row.path || row.name}`);
    this.#say('');
    setHidden(this.element, false);
    this.#input.focus({ preventScroll: true });
    this.#input.select();
    return true;
  }

  #refusal(row: FieldRow, leaf: Leaf | undefined): string | undefined {
    if (isContainer(row)) return 'Open this field and edit its parts.';
    if (!this.#store.canEdit) return 'This view is read-only: enable writing in the header first.';
    if (!leaf || leaf.value === undefined) return 'There is no value here to edit.';
    return leaf.elided ? 'This text is too long to be edited here: edit its bytes.' : undefined;
  }

  /** Puts the input over the value cell, or out of sight while its row is scrolled away. */
  place(cell: HTMLElement | undefined, box: HTMLElement): void {
    if (!this.#row) return;
    this.element.classList.toggle('away', cell === undefined);
    if (!cell) return;
    const outer = box.getBoundingClientRect();
    const inner = cell.getBoundingClientRect();
    this.element.style.top = `${inner.top - outer.top}px`;
    this.element.style.left = `${inner.left - outer.left}px`;
    this.element.style.width = `${Math.max(120, inner.width)}px`;
    this.element.classList.toggle('up', inner.bottom + 60 > outer.bottom);
  }

  close(refocus = true): void {
    this.#row = undefined;
    this.#before = '';
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

  #encode(): Encoded | undefined {
    const row = this.#row;
    if (!row) return undefined;
    const littleEndian = this.#store.byteOrder === 'little';
    return encodeLeaf(this.#input.value, row.type, { littleEndian, bitOffset: row.bitOffset, bitWidth: row.bitWidth });
  }

  /** Says what is wrong while it is typed; true when the text can be stored. */
  #check(): Encoded | undefined {
    try {
      const encoded = this.#encode();
      this.#say('');
      return encoded;
    } catch (error) {
      this.#say(explain(error));
      return undefined;
    }
  }

  async #commit(): Promise<void> {
    const row = this.#row;
    const encoded = this.#check();
    if (!row || !encoded || this.#busy) return;
    if (!this.#store.canEdit) return this.#say('This view is read-only now: enable writing in the header.');
    this.#busy = true;
    try {
      await this.#host.ask('write', { offset: row.offset, ...encoded });
      this.#store.setNotice(undefined);
      if (this.#row === row) this.close();
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
    if (error) this.#input.setAttribute('aria-describedby', 'edit-error');
    else this.#input.removeAttribute('aria-describedby');
  }
}
