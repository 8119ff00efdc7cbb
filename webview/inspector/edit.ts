/** Editing a reading in its place. What was typed stays until it is stored or given up. */
import { Input } from '../drawer/controls.ts';
import { setHidden } from '../dom.ts';
import type { Host } from '../host.ts';
import { explain } from '../notice.ts';
import type { Store } from '../state/store.ts';
import type { Context } from './readings.ts';
import type { ReadingRow } from './row.ts';

export class ReadingEditor {
  readonly #input = new Input('Value', '', () => this.#encode());
  readonly #store: Store;
  readonly #host: Host;
  readonly #onClose: () => void;
  #open: { readonly row: ReadingRow; readonly offset: number; readonly context: Context } | undefined;
  #before = '';
  #busy = false;

  constructor(store: Store, host: Host, onClose: () => void) {
    this.#store = store;
    this.#host = host;
    this.#onClose = onClose;
    this.element.classList.add('reading-editor');
    setHidden(this.element, true);
    this.#input.field.addEventListener('keydown', (event) => this.#key(event));
    this.#input.field.addEventListener('blur', () => {
      if (this.#input.value === this.#before && !this.#busy) this.close(false);
    });
  }

  get element(): HTMLElement {
    return this.#input.element;
  }

  /** What is stored goes to `offset`, where the cursor was when the editing began. */
  open(row: ReadingRow, offset: number, context: Context): void {
    if (!this.#store.canEdit)
      return this.#store.setNotice(
        this.#store.status.phase === 'live'
          ? 'This view is read-only: enable writing in the header first.'
          : 'There is nothing to write to.',
      );
    this.#open = { row, offset, context };
    this.#before = row.text ?? '';
    this.#input.value = this.#before;
    this.#input.field.setAttribute('aria-label', `Value as ${row.reading.name}`);
    this.#input.say('');
    setHidden(this.element, false);
    this.#place(row);
    this.#input.field.focus({ preventScroll: true });
    this.#input.field.select();
  }

  place(rows: readonly ReadingRow[]): void {
    const row = this.#open?.row;
    if (row && rows.includes(row)) this.#place(row);
  }

  #place({ value }: ReadingRow): void {
    const box = this.element.offsetParent;
    if (!(box instanceof HTMLElement)) return;
    const outer = box.getBoundingClientRect();
    const inner = value.getBoundingClientRect();
    this.element.style.top = `${inner.top - outer.top + box.scrollTop}px`;
    this.element.style.left = `${inner.left - outer.left}px`;
    this.element.style.width = `${Math.max(140, inner.width)}px`;
    this.element.classList.toggle('up', inner.bottom + 50 > outer.bottom);
  }

  close(refocus = true): void {
    this.#open = undefined;
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

  #encode(): Uint8Array | undefined {
    if (!this.#open) return undefined;
    const { row, offset, context } = this.#open;
    try {
      const bytes = row.reading.encode(this.#input.value, context);
      const past = offset + bytes.length > this.#store.size;
      this.#input.say(past ? `This takes ${bytes.length} bytes, and would reach past the end of the segment.` : '');
      return past ? undefined : bytes;
    } catch (error) {
      this.#input.say(explain(error));
      return undefined;
    }
  }

  async #commit(): Promise<void> {
    const open = this.#open;
    const bytes = this.#encode();
    if (!open || !bytes || this.#busy) return;
    if (!this.#store.canEdit) return this.#input.say('This view is read-only now: enable writing in the header.');
    this.#busy = true;
    try {
      await this.#host.ask('write', { offset: open.offset, bytes });
      this.#store.setNotice(undefined);
      if (this.#open === open) this.close();
    } catch (error) {
      this.#input.say(`Not written: ${explain(error)}`);
    } finally {
      this.#busy = false;
    }
  }
}
