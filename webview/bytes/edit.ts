/** Typing over bytes: hexadecimal digits in the byte columns, characters in the text column. */
import { encodeText } from '../edit/text.ts';
import type { Host } from '../host.ts';
import { changed, look, writeOf, type Seen } from '../edit/expected.ts';
import { explain } from '../notice.ts';
import type { Store } from '../state/store.ts';

export class ByteEditor {
  readonly #store: Store;
  readonly #host: Host;
  /** The first digit typed over a byte, while the second one is awaited. */
  #digit: { readonly offset: number; readonly text: string; readonly seen: Seen } | undefined;

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
    const { refusal } = this.#store;
    if (refusal !== undefined) this.#store.setNotice(refusal);
    return refusal === undefined;
  }

  #typeCharacter(key: string): void {
    if (this.#store.encoding === 'ascii' && key.charCodeAt(0) > 0x7e) {
      this.#store.setNotice(`'${key}' is not an ASCII character.`);
      return;
    }
    this.#write(this.#store.selection.caret, encodeText(key, this.#store));
  }

  #typeDigit(digit: string): void {
    const { caret } = this.#store.selection;
    const first = this.#digit?.offset === caret ? this.#digit : undefined;
    if (!first) {
      this.#digit = { offset: caret, text: digit, seen: look(this.#store, caret, 1) };
      this.#store.tell('selection');
    } else this.#write(caret, Uint8Array.of(Number.parseInt(first.text + digit, 16)), first.seen);
  }

  /** Enter: one digit alone is the byte's value. */
  commit(): void {
    if (!this.#digit) return;
    const { offset, text, seen } = this.#digit;
    this.#write(offset, Uint8Array.of(Number.parseInt(text, 16)), seen);
  }

  cancel(): void {
    if (!this.#digit) return;
    this.#digit = undefined;
    this.#store.tell('selection');
  }

  #write(offset: number, bytes: Uint8Array, seen = look(this.#store, offset, bytes.length)): void {
    this.#digit = undefined;
    const write = writeOf(this.#store, offset, { bytes }, seen);
    if (typeof write === 'string') return this.#store.setNotice(write);
    const next = offset + bytes.length;
    this.#store.select({ start: next, end: next + 1, caret: next });
    this.#host.ask('write', write).then(
      (answer) => this.#store.setNotice(answer ? changed(write, answer.held) : undefined),
      (error: unknown) => this.#store.setNotice(`Not written: ${explain(error)}`),
    );
  }
}
