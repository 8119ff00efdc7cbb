/** Typing over bytes: hexadecimal digits in the byte columns, characters in the text column. */
import type { Host } from '../host.ts';
import { explain } from '../notice.ts';
import type { Store } from '../state/store.ts';

const READ_ONLY = 'This view is read-only: enable writing in the header first.';

export class ByteEditor {
  readonly #store: Store;
  readonly #host: Host;
  /** The first digit typed over a byte, while the second one is awaited. */
  #digit: { readonly offset: number; readonly text: string } | undefined;

  constructor(store: Store, host: Host) {
    this.#store = store;
    this.#host = host;
    store.subscribe((topic) => {
      if (topic === 'selection' && this.#digit?.offset !== store.selection.caret) this.cancel();
    });
  }

  /** The byte that is being typed, and what stands in its place. */
  get pending(): { readonly offset: number; readonly text: string } | undefined {
    return this.#digit && { offset: this.#digit.offset, text: `${this.#digit.text}_` };
  }

  get isPending(): boolean {
    return this.#digit !== undefined;
  }

  /** Takes one typed key; false when it is none for an editor. */
  type(key: string, inText: boolean): boolean {
    const isDigit = /^[0-9a-fA-F]$/.test(key);
    const isCharacter = inText && [...key].length === 1;
    if (!isCharacter && (inText || !isDigit)) return false;
    if (!this.mayWrite()) return true;
    if (inText) this.#typeCharacter(key);
    else this.#typeDigit(key.toLowerCase());
    return true;
  }

  /** Says why where nothing can be written now. */
  mayWrite(): boolean {
    if (!this.#store.canEdit)
      this.#store.setNotice(this.#store.status.phase === 'live' ? READ_ONLY : 'There is nothing to write to.');
    return this.#store.canEdit;
  }

  #typeCharacter(key: string): void {
    if (this.#store.encoding === 'ascii' && key.charCodeAt(0) > 0x7e) {
      this.#store.setNotice(`'${key}' is not an ASCII character.`);
      return;
    }
    const { selection, encoding, byteOrder } = this.#store;
    this.#write(selection.caret, encoding === 'utf16' ? utf16(key, byteOrder === 'little') : new TextEncoder().encode(key));
  }

  #typeDigit(digit: string): void {
    const { caret } = this.#store.selection;
    const first = this.#digit?.offset === caret ? this.#digit.text : undefined;
    if (first === undefined) {
      this.#digit = { offset: caret, text: digit };
      this.#store.tell('selection');
    } else this.#write(caret, Uint8Array.of(Number.parseInt(first + digit, 16)));
  }

  /** Enter: one digit alone is the byte's value. */
  commit(): void {
    if (this.#digit) this.#write(this.#digit.offset, Uint8Array.of(Number.parseInt(this.#digit.text, 16)));
  }

  cancel(): void {
    if (!this.#digit) return;
    this.#digit = undefined;
    this.#store.tell('selection');
  }

  #write(offset: number, bytes: Uint8Array): void {
    this.#digit = undefined;
    const next = offset + bytes.length;
    this.#store.select({ start: next, end: next + 1, caret: next });
    this.#host.ask('write', { offset, bytes }).then(
      () => this.#store.setNotice(undefined),
      (error: unknown) => this.#store.setNotice(`Not written: ${explain(error)}`),
    );
  }
}

function utf16(text: string, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let unit = 0; unit < text.length; unit++) view.setUint16(unit * 2, text.charCodeAt(unit), littleEndian);
  return bytes;
}
