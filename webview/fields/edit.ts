/** Editing one value in its place. What was typed stays until it is stored or given up. */
import type { Encoded } from '../../src/decode/encode.ts';
import { MAX_BYTES, type FormatName } from '../../src/decode/format.ts';
import { encodeAs, type Shown } from '../../src/decode/formatted.ts';
import type { FieldRow } from '../../src/decode/tree.ts';
import { el, setHidden, setText } from '../dom.ts';
import { formatCount, plural } from '../format.ts';
import type { Host } from '../host.ts';
import { explain } from '../notice.ts';
import type { Store } from '../state/store.ts';
import { atomicWrite, type Guarded } from './expected.ts';
import { Suggestions } from './suggest.ts';
import { decodeBytes, formatOf, INCONSISTENT, isContainer, type Place } from './value.ts';

export type Editable = Place & Pick<FieldRow, 'name' | 'gap'>;

/** What the bytes around a value were when the user saw it: enough for the word that a bit-field is stored in. */
interface Seen {
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly text: string;
}

export class FieldEditor {
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #host: Host;
  readonly #onClose: () => void;
  readonly #input = el('input', { class: 'mono', attributes: { type: 'text', spellcheck: 'false', autocomplete: 'off' } });
  readonly #error = el('div', { class: 'edit-error', attributes: { role: 'alert', id: 'edit-error', hidden: '' } });
  readonly #hint = el('div', { class: 'edit-hint', attributes: { id: 'edit-hint', hidden: '' } });
  readonly #careful = el('button', {
    class: 'careful codicon codicon-lock-small',
    attributes: { type: 'button', role: 'switch', 'aria-label': 'Only if unchanged' },
  });
  readonly #names: Suggestions;
  #row: Editable | undefined;
  #format: FormatName = 'default';
  #seen: Seen | undefined;
  #before = '';
  #busy = false;

  constructor(store: Store, host: Host, onClose: () => void) {
    this.#store = store;
    this.#host = host;
    this.#onClose = onClose;
    this.#names = new Suggestions(this.#input, () => this.#check());
    const below = el('div', { class: 'edit-below' }, this.#error, this.#hint, this.#names.element);
    this.element = el('div', { class: 'field-editor', attributes: { hidden: '' } }, this.#input, this.#careful, below);
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.#input.addEventListener('input', () => {
      this.#names.narrow();
      this.#check();
    });
    this.#careful.addEventListener('click', () => {
      store.setSettings({ onlyIfUnchanged: !store.onlyIfUnchanged });
      this.#drawCareful();
      this.#input.focus({ preventScroll: true });
    });
    this.element.addEventListener('focusout', ({ relatedTarget }) => {
      if (relatedTarget instanceof Node && this.element.contains(relatedTarget)) return;
      if (this.#input.value === this.#before && !this.#busy) this.close(false);
    });
  }

  get path(): string | undefined {
    return this.#row?.path;
  }

  /** Opens on `row`, or says why it cannot be edited. */
  open(row: Editable, leaf: Shown | undefined): boolean {
    const format = formatOf(row, this.#store.formats);
    const reason = this.#refusal(row, format, leaf);
    if (reason !== undefined) {
      this.#store.setNotice(reason);
      return false;
    }
    this.#row = row;
    this.#format = format;
    this.#before = leaf?.text ?? '';
    this.#seen = this.#look(row, this.#before);
    this.#input.value = this.#before;
    this.#input.setAttribute('aria-label', `Value of ${row.path || row.name}`);
    this.#say('');
    this.#drawCareful();
    this.#names.open(row.type);
    setHidden(this.element, false);
    this.#input.focus({ preventScroll: true });
    this.#input.select();
    return true;
  }

  #refusal(row: Editable, format: FormatName, leaf: Shown | undefined): string | undefined {
    if (row.gap !== undefined) return 'No member is here: edit the bytes.';
    if (isContainer(row, format)) return 'Open this field and edit its parts.';
    if (!this.#store.canEdit) return 'This view is read-only: enable writing in the header first.';
    if (leaf?.text === INCONSISTENT) return 'This value was written while it was read: it cannot be edited before it is known.';
    if (!leaf || leaf.value === undefined) return 'There is no value here to edit.';
    if (format === 'bytes' && row.size > MAX_BYTES)
      return `At most ${formatCount(MAX_BYTES)} bytes are edited here: edit them beside.`;
    return leaf.elided ? 'This text is too long to be edited here: edit its bytes.' : undefined;
  }

  /** The bytes of the value, with those of the aligned words around it where they are in view. */
  #look(row: Editable, text: string): Seen {
    const { snapshot } = this.#store;
    const start = row.offset - (row.offset % 8);
    const end = Math.ceil((row.offset + row.size) / 8) * 8;
    const around = snapshot?.slice(start, end - start) ?? new Uint8Array(0);
    if (around.length >= row.offset + row.size - start) return { offset: start, bytes: around.slice(), text };
    return { offset: row.offset, bytes: (snapshot?.slice(row.offset, row.size) ?? new Uint8Array(0)).slice(), text };
  }

  /** Puts the input over the value cell, or out of sight while its row is scrolled away. */
  place(cell: HTMLElement | undefined, box: HTMLElement): void {
    if (!this.#row) return;
    this.element.classList.toggle('away', cell === undefined);
    if (!cell) return;
    const outer = box.getBoundingClientRect();
    const inner = cell.getBoundingClientRect();
    const width = Math.max(140, inner.width);
    this.element.style.top = `${inner.top - outer.top}px`;
    this.element.style.left = `${Math.max(4, Math.min(inner.left - outer.left, outer.width - width - 4))}px`;
    this.element.style.width = `${width}px`;
    this.element.classList.toggle('up', inner.bottom + 90 > outer.bottom);
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
    const inInput = event.target === this.#input;
    if (event.key === 'Escape') this.close();
    else if (event.key === 'Enter' && inInput) void this.#commit();
    else if (!inInput || !this.#names.key(event.key)) return;
    event.preventDefault();
  }

  #encode(): Encoded | undefined {
    const row = this.#row;
    if (!row) return undefined;
    const littleEndian = this.#store.byteOrder === 'little';
    const { offset, bitOffset, bitWidth } = row;
    return encodeAs(this.#format, this.#input.value, row.type, { littleEndian, offset, bitOffset, bitWidth });
  }

  /** Says what is wrong while it is typed; the bytes when the text can be stored. */
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
    const ask = this.#store.onlyIfUnchanged ? this.#carefully(row, encoded) : { offset: row.offset, ...encoded };
    if (!ask) return;
    this.#busy = true;
    try {
      const answer = await this.#host.ask('write', ask);
      if (answer) return this.#held(row, ask.offset, answer.held);
      this.#store.setNotice(undefined);
      if (this.#row === row) this.close();
    } catch (error) {
      this.#say(`Not written: ${explain(error)}`);
    } finally {
      this.#busy = false;
    }
  }

  /** The write with the bytes that were seen as its condition, or a word why there is none. */
  #carefully(row: Editable, encoded: Encoded): (Guarded & { readonly expected: Uint8Array }) | undefined {
    const write = atomicWrite(row.offset, encoded, this.#store.size);
    if (!write) return (this.#say(this.#odd(row)), undefined);
    const { offset, bytes } = this.#seen ?? { offset: 0, bytes: new Uint8Array(0) };
    const expected = bytes.slice(write.offset - offset, write.offset - offset + write.bytes.length);
    if (write.offset >= offset && expected.length === write.bytes.length) return { ...write, expected };
    return (
      this.#say('The bytes around this bit-field are not in view: scroll to them, or switch "only if unchanged" off.'),
      undefined
    );
  }

  /** Another value is there by now: what was typed stays, and Enter stores it if that one is still there. */
  #held(row: Editable, offset: number, held: Uint8Array): void {
    if (this.#row !== row) return;
    const from = row.offset - offset;
    const shown = decodeBytes(row, this.#format, held.subarray(from, from + row.size), this.#store.byteOrder).text;
    const before = this.#seen?.text ?? '';
    this.#seen = { offset, bytes: held, text: shown };
    const what = shown === before ? 'Its neighbours in the same word have changed' : `It holds ${shown} now, not ${before}`;
    this.#say(`${what}: nothing was stored. Press Enter to store ${this.#input.value.trim()} in its place.`);
  }

  #odd(row: Editable): string {
    const what = row.size > 8 || ![1, 2, 4, 8].includes(row.size) ? plural(row.size, 'byte') : 'bytes that are not aligned';
    return `"Only if unchanged" takes 1, 2, 4 or 8 aligned bytes, and not ${what}: switch it off to store this.`;
  }

  #drawCareful(): void {
    const { onlyIfUnchanged, size } = this.#store;
    this.#careful.setAttribute('aria-checked', String(onlyIfUnchanged));
    this.#careful.title = `Store only if it still holds what was seen: ${onlyIfUnchanged ? 'on' : 'off'}`;
    const encoded = this.#row && this.#tryEncode();
    const odd =
      onlyIfUnchanged && this.#row && encoded && !atomicWrite(this.#row.offset, encoded, size) ? this.#odd(this.#row) : '';
    setText(this.#hint, odd);
    setHidden(this.#hint, odd === '');
  }

  #tryEncode(): Encoded | undefined {
    try {
      return this.#encode();
    } catch {
      return undefined;
    }
  }

  #say(error: string): void {
    setText(this.#error, error);
    setHidden(this.#error, error === '');
    this.#input.setAttribute('aria-invalid', String(error !== ''));
    if (error) this.#input.setAttribute('aria-describedby', 'edit-error');
    else this.#input.setAttribute('aria-describedby', 'edit-hint');
  }
}
