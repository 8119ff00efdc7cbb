/** Selecting bytes by mouse or pen: click, drag, shift-click; and telling what is hovered. */
import type { Range } from '../../src/protocol/messages.ts';
import type { Scroller } from '../scroll/scroller.ts';
import type { Store } from '../state/store.ts';

type Hit = (target: Node) => { readonly offset: number; readonly text: boolean } | undefined;

export interface PointerParts {
  readonly grid: HTMLElement;
  readonly store: Store;
  readonly scroller: Scroller;
  readonly hit: Hit;
  /** What is marked while the pointer rests on a byte. */
  readonly rangeAt: (offset: number) => Range;
  /** Bytes were selected, in the text column or in the byte columns. */
  readonly onPick: (inText: boolean) => void;
}

export class BytePointer {
  readonly #parts: PointerParts;
  #anchor: number | undefined;

  constructor(parts: PointerParts) {
    this.#parts = parts;
    const { grid, store } = parts;
    grid.addEventListener('pointerdown', (event) => this.#down(event));
    grid.addEventListener('pointermove', (event) => this.#move(event));
    grid.addEventListener('pointerup', () => (this.#anchor = undefined));
    grid.addEventListener('pointercancel', () => (this.#anchor = undefined));
    grid.addEventListener('pointerleave', () => store.setHover(undefined));
  }

  /** The byte under the pointer; while dragging the pointer is captured, so the event's own target does not tell. */
  #at(event: PointerEvent): ReturnType<Hit> {
    const target = document.elementFromPoint(event.clientX, event.clientY);
    return target ? this.#parts.hit(target) : undefined;
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    const at = this.#at(event);
    if (!at) return;
    event.preventDefault();
    this.#parts.grid.focus({ preventScroll: true });
    const { start, end, caret } = this.#parts.store.selection;
    this.#anchor = event.shiftKey ? (caret === start ? end - 1 : start) : at.offset;
    this.#parts.grid.setPointerCapture(event.pointerId);
    this.#extend(at.offset);
    this.#parts.onPick(at.text);
  }

  #move(event: PointerEvent): void {
    const at = this.#at(event);
    if (this.#anchor === undefined) {
      this.#parts.store.setHover(at && this.#parts.rangeAt(at.offset));
      return;
    }
    const box = this.#parts.grid.getBoundingClientRect();
    if (event.clientY < box.top) this.#parts.scroller.scrollTo(this.#parts.scroller.top - 1);
    else if (event.clientY > box.bottom) this.#parts.scroller.scrollTo(this.#parts.scroller.top + 1);
    if (at && at.offset !== this.#parts.store.selection.caret) {
      this.#extend(at.offset);
      this.#parts.onPick(at.text);
    }
  }

  #extend(to: number): void {
    const anchor = this.#anchor ?? to;
    this.#parts.store.select({ start: Math.min(anchor, to), end: Math.max(anchor, to) + 1, caret: to });
  }
}
