/** A small input over one value, checked while it is typed. What was typed stays until it is stored or given up. */
import type { Encoded } from '../../src/decode/encode.ts';
import { el, setHidden, setText } from '../dom.ts';
import { plural } from '../format.ts';
import type { Host } from '../host.ts';
import { explain } from '../notice.ts';
import type { Store } from '../state/store.ts';
import { look, oddity, writeOf, type Seen } from './expected.ts';
import { Suggestions } from './suggest.ts';

/** Room below a value for what is said of it, px. */
const BELOW = 90;
const MIN_WIDTH = 140;

/** A value that is edited. */
export interface Edited {
  /** What the input is called. */
  readonly label: string;
  /** As it is shown. */
  readonly text: string;
  readonly offset: number;
  /** Bytes from `offset` on that it may be made of. */
  readonly size: number;
  /** Throws an Error with a sentence for the user where `text` is no such value. */
  readonly encode: (text: string) => Encoded;
  /** What other bytes from `offset` on would be shown as. */
  readonly read: (bytes: Uint8Array) => string;
  /** What can be typed, where only some names can. */
  readonly names?: readonly string[];
}

/** A place in the element that holds the input, px. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  /** There is more room above than below. */
  readonly isLow: boolean;
}

/** Where the text of `cell` is within `outer`. */
export function boxOf(cell: Element, outer: Element): Box {
  const inside = cell.getBoundingClientRect();
  const { left, top, bottom } = outer.getBoundingClientRect();
  return {
    // As far as the input's own edge.
    left: inside.left - left - 4,
    top: inside.top - top + outer.scrollTop,
    width: inside.width,
    isLow: inside.bottom + BELOW > bottom,
  };
}

export class ValueInput<Value extends Edited = Edited> {
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #host: Host;
  readonly #name: string;
  readonly #onClose: () => void;
  readonly #input = el('input', { class: 'mono', attributes: { type: 'text', spellcheck: 'false', autocomplete: 'off' } });
  readonly #error: HTMLElement;
  readonly #hint: HTMLElement;
  readonly #careful = el('button', {
    class: 'careful codicon codicon-lock-small',
    attributes: { type: 'button', role: 'switch', 'aria-label': 'Only if unchanged' },
  });
  readonly #names: Suggestions;
  /** In the page only while a value is edited. */
  readonly #below: HTMLElement;
  #value: Value | undefined;
  #seen: Seen = { offset: 0, bytes: new Uint8Array(0) };
  #before = '';
  #busy = false;

  /** `name`: its class, and what its ids begin with. `onClose` takes the focus. */
  constructor(store: Store, host: Host, name: string, onClose: () => void) {
    this.#store = store;
    this.#host = host;
    this.#name = name;
    this.#onClose = onClose;
    this.#names = new Suggestions(this.#input, `${name}-names`, () => this.#check());
    this.#error = el('div', { class: 'edit-error', attributes: { role: 'alert', id: `${name}-error`, hidden: '' } });
    this.#hint = el('div', { class: 'edit-hint', attributes: { id: `${name}-hint`, hidden: '' } });
    this.#below = el('div', { class: 'edit-below' }, this.#error, this.#hint, this.#names.element);
    this.element = el('div', { class: `value-input ${name}`, attributes: { hidden: '' } }, this.#input, this.#careful);
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.#input.addEventListener('input', () => {
      this.#names.narrow();
      this.#check();
    });
    this.#careful.addEventListener('click', () => {
      store.setSettings({ onlyIfUnchanged: !store.onlyIfUnchanged });
      this.#check();
      this.#input.focus({ preventScroll: true });
    });
    this.element.addEventListener('focusout', ({ relatedTarget }) => {
      if (relatedTarget instanceof Node && this.element.contains(relatedTarget)) return;
      if (this.#input.value === this.#before && !this.#busy) this.close(false);
    });
  }

  /** What is edited now. */
  get value(): Value | undefined {
    return this.#value;
  }

  /** Opens over `value`, with `typed` in its place where the user began to type; or says why there is none to edit. */
  edit(value: Value | string, typed?: string): void {
    if (typeof value === 'string') return this.#store.setNotice(value);
    this.#value = value;
    this.#before = value.text;
    this.#seen = look(this.#store, value.offset, value.size);
    this.#input.value = typed ?? value.text;
    this.#input.setAttribute('aria-label', value.label);
    this.#names.open(value.names ?? []);
    this.#check();
    this.element.append(this.#below);
    setHidden(this.element, false);
    this.#input.focus({ preventScroll: true });
    if (typed === undefined) this.#input.select();
  }

  /** Puts the input over its value, or out of sight while that is scrolled away. */
  place(box: Box | undefined): void {
    if (!this.#value) return;
    this.element.classList.toggle('away', box === undefined);
    if (!box) return;
    const width = Math.max(MIN_WIDTH, box.width);
    const most = (this.element.offsetParent?.clientWidth ?? 0) - width - 4;
    this.element.style.left = `${Math.max(0, Math.min(box.left, most))}px`;
    this.element.style.top = `${box.top}px`;
    this.element.style.width = `${width}px`;
    this.element.classList.toggle('up', box.isLow);
  }

  close(refocus = true): void {
    if (!this.#value) return;
    this.#value = undefined;
    setHidden(this.element, true);
    this.#below.remove();
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

  /** Says what is wrong while it is typed, not of what nobody has touched; the bytes when the text can be stored. */
  #check(touched = this.#input.value !== this.#before): Encoded | undefined {
    const { onlyIfUnchanged } = this.#store;
    this.#careful.setAttribute('aria-checked', String(onlyIfUnchanged));
    this.#careful.title = `Store only if it still holds what was seen: ${onlyIfUnchanged ? 'on' : 'off'}`;
    try {
      const encoded = this.#encode();
      this.#say('', encoded && this.#value && oddity(this.#store, this.#value.offset, encoded));
      return encoded;
    } catch (error) {
      this.#say(touched ? explain(error) : '');
      return undefined;
    }
  }

  #encode(): Encoded | undefined {
    if (!this.#value) return undefined;
    const encoded = this.#value.encode(this.#input.value);
    const { length } = encoded.bytes;
    if (this.#value.offset + length <= this.#store.size) return encoded;
    throw new Error(`This takes ${plural(length, 'byte')}, and would reach past the end of the segment.`);
  }

  async #commit(): Promise<void> {
    const value = this.#value;
    const encoded = this.#check(true);
    if (!value || !encoded || this.#busy) return;
    const write = this.#store.refusal ?? writeOf(this.#store, value.offset, encoded, this.#seen);
    if (typeof write === 'string') return this.#say(write);
    this.#busy = true;
    try {
      const answer = await this.#host.ask('write', write);
      if (!answer) this.#store.setNotice(undefined);
      if (this.#value !== value) return;
      if (answer) this.#held(value, write.offset, answer.held);
      else this.close();
    } catch (error) {
      this.#say(`Not written: ${explain(error)}`);
    } finally {
      this.#busy = false;
    }
  }

  /** Another value is there by now: what was typed stays, and Enter stores it if that one is still there. */
  #held(value: Value, offset: number, held: Uint8Array): void {
    const seen = this.#seen;
    const bytes = seen.bytes.slice();
    bytes.set(held, offset - seen.offset);
    const shown = value.read(bytes.subarray(value.offset - seen.offset));
    const before = value.read(seen.bytes.subarray(value.offset - seen.offset));
    this.#seen = { offset: seen.offset, bytes };
    const what = shown === before ? 'Its neighbours in the same word have changed' : `It holds ${shown} now, not ${before}`;
    this.#say(`${what}: nothing was stored. Press Enter to store ${this.#input.value.trim()} in its place.`);
  }

  #say(error: string, hint = ''): void {
    setText(this.#error, error);
    setHidden(this.#error, error === '');
    setText(this.#hint, hint);
    setHidden(this.#hint, hint === '');
    this.#input.setAttribute('aria-invalid', String(error !== ''));
    this.#input.setAttribute('aria-describedby', `${this.#name}-${error ? 'error' : 'hint'}`);
  }
}
