/** Selecting bytes by mouse or pen: click, drag, shift-click; and telling what is hovered. */
import type { Range } from '../../src/protocol/messages.ts';
import type { Scroller } from '../scroll/scroller.ts';
import type { Store } from '../state/store.ts';

export interface ByteHit {
  /** Where the value or the character begins. */
  readonly offset: number;
  /** Bytes of it. */
  readonly length: number;
  readonly text: boolean;
}

export interface PointerParts {
  readonly grid: HTMLElement;
  readonly body: HTMLElement;
  readonly store: Store;
  readonly scroller: Scroller;
  /** What is drawn at a place of the window. */
  readonly hit: (clientX: number, clientY: number) => ByteHit | undefined;
  /** What is marked while the pointer rests on a byte. */
  readonly rangeAt: (offset: number) => Range;
  /** Bytes were selected, in the text column or in the byte columns. */
  readonly onPick: (inText: boolean) => void;
  /** The pointer rests on another byte, or on none. */
  readonly onHover: (hit: ByteHit | undefined) => void;
}

/** While a drag is held above or below the rows they scroll so often, ms. */
const SCROLL_EVERY = 50;

export class BytePointer {
  readonly #parts: PointerParts;
  #anchor: { readonly offset: number; readonly length: number } | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #last: PointerEvent | undefined;

  constructor(parts: PointerParts) {
    this.#parts = parts;
    const { grid, body, store } = parts;
    body.addEventListener('pointerdown', (event) => this.#down(event));
    grid.addEventListener('pointermove', (event) => this.#move(event));
    grid.addEventListener('pointerup', () => this.#end());
    grid.addEventListener('pointercancel', () => this.#end());
    grid.addEventListener('lostpointercapture', () => this.#end());
    grid.addEventListener('pointerleave', () => {
      store.setHover(undefined);
      parts.onHover(undefined);
    });
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    const { grid, hit, onPick, store } = this.#parts;
    const at = hit(event.clientX, event.clientY);
    if (!at) return;
    event.preventDefault();
    grid.focus({ preventScroll: true });
    const { start, end, caret } = store.selection;
    this.#anchor = event.shiftKey ? { offset: caret === start ? end - 1 : start, length: 1 } : at;
    grid.setPointerCapture(event.pointerId);
    this.#extend(at);
    onPick(at.text);
  }

  #move(event: PointerEvent): void {
    const { hit, store, rangeAt, onHover } = this.#parts;
    if (this.#anchor === undefined) {
      const at = hit(event.clientX, event.clientY);
      store.setHover(at && rangeAt(at.offset));
      onHover(at);
      return;
    }
    this.#last = event;
    const rows = this.#beyond(event);
    if (rows === 0) this.#stopScrolling();
    else this.#timer ??= setInterval(() => this.#scroll(), SCROLL_EVERY);
    this.#drag(event);
  }

  #drag(event: PointerEvent): void {
    const { hit, store, onPick, body } = this.#parts;
    const box = body.getBoundingClientRect();
    const at = hit(event.clientX, Math.min(Math.max(event.clientY, box.top), box.bottom - 1));
    if (!at || at.offset === store.selection.caret) return;
    this.#extend(at);
    onPick(at.text);
  }

  /** Rows that a drag is held above (negative) or below the view; one at least. */
  #beyond(event: PointerEvent): number {
    const box = this.#parts.body.getBoundingClientRect();
    const pixels = event.clientY < box.top ? event.clientY - box.top : Math.max(0, event.clientY - box.bottom);
    return Math.sign(pixels) * Math.ceil(Math.abs(pixels) / 20);
  }

  #scroll(): void {
    const { scroller } = this.#parts;
    if (!this.#last) return;
    scroller.scrollTo(scroller.top + this.#beyond(this.#last));
    this.#drag(this.#last);
  }

  #stopScrolling(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #end(): void {
    this.#anchor = undefined;
    this.#last = undefined;
    this.#stopScrolling();
  }

  #extend(to: { readonly offset: number; readonly length: number }): void {
    const anchor = this.#anchor ?? to;
    this.#parts.store.select({
      start: Math.min(anchor.offset, to.offset),
      end: Math.max(anchor.offset + anchor.length, to.offset + to.length),
      caret: to.offset,
    });
  }
}
