/** What can be done with the selected bytes, by menu or by key: editing, copying, files, and taking back. */
import { MAX_WRITE_BYTES } from '../../src/protocol/limits.ts';
import { el } from '../dom.ts';
import { button } from '../drawer/controls.ts';
import type { DrawerParts } from '../drawer/parts.ts';
import { formatHex, formatSize, plural } from '../format.ts';
import { explain, isCancelled } from '../notice.ts';
import { changed, look, writeOf } from './expected.ts';
import { copySelection, type CopyFormat } from './copy.ts';
import { askFill } from './fill.ts';
import { hexBytes } from './paste.ts';
import { encodeText } from './text.ts';
import { Toasts } from './toast.ts';

export class EditActions {
  readonly toasts = new Toasts();
  readonly #parts: DrawerParts;

  constructor(parts: DrawerParts) {
    this.#parts = parts;
  }

  /** Why nothing can be stored now; undefined where it can. */
  get refusal(): string | undefined {
    return this.#parts.store.refusal;
  }

  copy(format: CopyFormat): void {
    void copySelection(this.#parts.store, this.#parts.host, format);
  }

  fill(): void {
    if (this.#refused()) return;
    askFill(this.#parts.store, this.#parts.host, this.toasts);
  }

  writeFile(): void {
    if (this.#refused()) return;
    const { store, host } = this.#parts;
    this.#settle(host.ask('writeFile', { offset: store.selection.start }), 'Not written');
  }

  exportSelection(): void {
    const { store, host } = this.#parts;
    const { start, end } = store.selection;
    this.#settle(host.ask('exportRange', { offset: start, length: end - start }), 'Not exported');
  }

  /** By menu: the clipboard has to be asked for; a browser may refuse that, and then its own key does it. */
  async pasteFromClipboard(inText: boolean): Promise<void> {
    if (this.#refused()) return;
    try {
      this.paste(await navigator.clipboard.readText(), inText);
    } catch {
      this.#parts.store.setNotice('The clipboard cannot be read from here: press Ctrl+V in the bytes.');
    }
  }

  /** Stores the clipboard's text at the cursor: as bytes, where it writes some; in the text column as it is; else it is asked. */
  paste(text: string, inText: boolean): void {
    if (text === '' || this.#refused()) return;
    const bytes = inText ? encodeText(text, this.#parts.store) : hexBytes(text);
    if (bytes) this.#write(bytes);
    else this.#askText(text);
  }

  #askText(text: string): void {
    const { store } = this.#parts;
    const bytes = encodeText(text, store);
    const encoding = store.encoding === 'utf16' ? 'UTF-16' : 'UTF-8';
    this.#ask(
      `The clipboard holds no hexadecimal bytes. Paste it as text, ${plural(bytes.length, 'byte')} of ${encoding}?`,
      'Paste as Text',
      () => this.#write(bytes),
    );
  }

  #write(bytes: Uint8Array, start = this.#parts.store.selection.start, force = false): void {
    const { store, host } = this.#parts;
    const room = store.size - start;
    if (this.#refused()) return;
    if (bytes.length > MAX_WRITE_BYTES) {
      store.setNotice(`At most ${formatSize(MAX_WRITE_BYTES)} can be pasted at once: write a file here instead.`);
      return;
    }
    if (bytes.length > room) {
      store.setNotice(
        `Not pasted: ${plural(bytes.length, 'byte')} would reach past the end, where ${plural(room, 'byte')} have room.`,
      );
      return;
    }
    const write = force ? { offset: start, bytes } : writeOf(store, start, { bytes }, look(store, start, bytes.length));
    const askAnyway = (why: string): void => this.#ask(why, 'Paste Anyway', () => this.#write(bytes, start, true));
    if (typeof write === 'string') return askAnyway(write);
    host.ask('write', write).then(
      (answer) => {
        if (answer) return askAnyway(changed(write, answer.held));
        this.#parts.reveal(start, bytes.length);
        store.setNotice(`${plural(bytes.length, 'byte')} pasted.`);
      },
      (error: unknown) => store.setNotice(`Not pasted: ${explain(error)}`),
    );
  }

  /** Takes the last edit back, or makes it again. */
  async undo(name: 'undo' | 'redo', force = false): Promise<void> {
    if (this.#refused()) return;
    const { store, host } = this.#parts;
    try {
      const undone = await host.ask(name, { force });
      if (!undone) return store.setNotice(name === 'undo' ? 'There is nothing to undo.' : 'There is nothing to redo.');
      this.#parts.reveal(undone.offset, Math.max(1, undone.length));
      if (undone.done) return store.setNotice(undefined);
      const what = `${formatHex(undone.offset)} holds something else by now than the edit left there, so it was not ${name === 'undo' ? 'undone' : 'redone'}.`;
      this.#ask(what, name === 'undo' ? 'Undo Anyway' : 'Redo Anyway', () => void this.undo(name, true));
    } catch (error) {
      store.setNotice(`Not ${name === 'undo' ? 'undone' : 'redone'}: ${explain(error)}`);
    }
  }

  #ask(text: string, label: string, run: () => void): void {
    const yes = button(
      label,
      () => {
        this.toasts.close();
        run();
      },
      false,
    );
    const buttons = el(
      'div',
      { class: 'toast-buttons' },
      yes,
      button('Cancel', () => this.toasts.close()),
    );
    const attributes = { role: 'alertdialog', 'aria-label': label, 'aria-describedby': 'toast-text' };
    const said = el('p', { class: 'toast-text', text, attributes: { id: 'toast-text' } });
    this.toasts.show(el('div', { class: 'toast', attributes }, said, buttons), yes);
  }

  #refused(): boolean {
    const { refusal } = this;
    if (refusal !== undefined) this.#parts.store.setNotice(refusal);
    return refusal !== undefined;
  }

  #settle(answer: Promise<null>, failed: string): void {
    answer.then(
      () => this.#parts.store.setNotice(undefined),
      (error: unknown) => {
        this.#parts.store.setNotice(isCancelled(error) ? undefined : `${failed}: ${explain(error)}`);
      },
    );
  }
}
