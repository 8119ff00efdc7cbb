/** One place that was found: where it is, its bytes as they are now, and the field that it lies in. */
import { decodeLeaf } from '../../src/decode/leaf.ts';
import { sizeOf } from './query.ts';
import type { NumberSpec } from '../../src/protocol/searching.ts';
import { el, setText } from '../dom.ts';
import { fieldAt } from '../drawer/places.ts';
import { formatHex } from '../format.ts';
import type { Store } from '../state/store.ts';

/** Bytes that a row shows: of the hit itself, and then of what follows it. */
export const SHOWN = 16;

export class HitRow {
  readonly element: HTMLElement;
  readonly #at = el('span', { class: 'hit-at mono' });
  readonly #hit = el('b', { class: 'hit-bytes' });
  readonly #rest = document.createTextNode('');
  readonly #text = el('span', { class: 'hit-text mono' });
  readonly #field = el('span', { class: 'hit-field' });

  constructor() {
    const bytes = el('span', { class: 'hit-hex mono' }, this.#hit, this.#rest);
    this.element = el('div', { class: 'hit-row' }, this.#at, bytes, this.#text, this.#field);
  }

  /** A hit of a search: its bytes, live, and those behind it. */
  drawBytes(store: Store, offset: number, length: number): void {
    const { snapshot, typed, size } = store;
    const bytes = snapshot?.unheldAt(offset) ? new Uint8Array(0) : (snapshot?.slice(offset, SHOWN) ?? new Uint8Array(0));
    const all = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
    setText(this.#at, formatHex(offset));
    setText(this.#hit, all.slice(0, length).join(' '));
    const rest = all.slice(length).join(' ');
    const after = rest && length < SHOWN ? ` ${rest}` : length > SHOWN ? ' …' : '';
    if (this.#rest.data !== after) this.#rest.data = after;
    setText(this.#text, Array.from(bytes, (byte) => (byte > 0x1f && byte < 0x7f ? String.fromCharCode(byte) : '·')).join(''));
    this.#name(fieldAt(typed, offset, size));
  }

  /** A place of a narrowing search: its value now; `step` is how far its last change has faded. */
  drawValue(store: Store, offset: number, number: NumberSpec, step: number): void {
    setText(this.#at, formatHex(offset));
    setText(this.#hit, valueAt(store, offset, number));
    this.#hit.className = `hit-value${step > 0 ? ` changed step${step}` : ''}`;
    if (this.#rest.data !== '') this.#rest.data = '';
    setText(this.#text, '');
    this.#name(fieldAt(store.typed, offset, store.size));
  }

  #name(path: string | undefined): void {
    setText(this.#field, path ?? '');
    if (this.#field.title !== (path ?? '')) this.#field.title = path ?? '';
  }
}

/** '' until a frame holds it. */
export function valueAt(store: Store, offset: number, { type, byteOrder }: NumberSpec): string {
  const size = sizeOf(type);
  const bytes = store.snapshot?.slice(offset, size);
  if (!bytes || bytes.length < size) return '';
  const kind = type.startsWith('f') ? 'float' : 'integer';
  const layout = { name: type, kind, size, alignment: size, signed: type.startsWith('i'), origin: 'search' } as const;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return decodeLeaf(view, 0, layout, { littleEndian: byteOrder === 'little' }).text;
}
