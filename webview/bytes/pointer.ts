/** Selecting bytes by mouse or pen: click, drag, shift-click; and telling what is hovered. */
import type { Scroller } from '../scroll/scroller.ts';
import type { Store } from '../state/store.ts';

type Hit = (target: Node) => { readonly offset: number; readonly text: boolean } | undefined;

export class BytePointer {
  readonly #grid: HTMLElement;
  readonly #store: Store;
  readonly #scroller: Scroller;
  readonly #hit: Hit;
  readonly #onPick: (inText: boolean) => void;
  #anchor: number | undefined;

  constructor(grid: HTMLElement, store: Store, scroller: Scroller, hit: Hit, onPick: (inText: boolean) => void) {
    this.#grid = grid;
    this.#store = store;
    this.#scroller = scroller;
    this.#hit = hit;
    this.#onPick = onPick;
    grid.addEventListener('pointerdown', (event) => this.#down(event));
    grid.addEventListener('pointermove', (event) => this.#move(event));
    grid.addEventListener('pointerup', () => (this.#anchor = undefined));
    grid.addEventListener('pointercancel', () => (this.#anchor = undefined));
    grid.addEventListener('pointerleave', () => store.setHover(undefined));
  }

  /** The byte under the pointer; while dragging the pointer is captured, so the event's own target does not tell. */
  #at(event: PointerEvent): ReturnType<Hit> {
    const target = document.elementFromPoint(event.clientX, event.clientY);
    return target ? this.#hit(target) : undefined;
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    const at = this.#at(event);
    if (!at) return;
    event.preventDefault();
    this.#grid.focus({ preventScroll: true });
    const { start, end, caret } = this.#store.selection;
    this.#anchor = event.shiftKey ? (caret === start ? end - 1 : start) : at.offset;
    this.#grid.setPointerCapture(event.pointerId);
    this.#extend(at.offset);
    this.#onPick(at.text);
  }

  #move(event: PointerEvent): void {
    const at = this.#at(event);
    if (this.#anchor === undefined) {
      this.#store.setHover(at && { offset: at.offset, length: 1 });
      return;
    }
    const box = this.#grid.getBoundingClientRect();
    if (event.clientY < box.top) this.#scroller.scrollTo(this.#scroller.top - 1);
    else if (event.clientY > box.bottom) this.#scroller.scrollTo(this.#scroller.top + 1);
    if (at && at.offset !== this.#store.selection.caret) {
      this.#extend(at.offset);
      this.#onPick(at.text);
    }
  }

  #extend(to: number): void {
    const anchor = this.#anchor ?? to;
    this.#store.select({ start: Math.min(anchor, to), end: Math.max(anchor, to) + 1, caret: to });
  }
}
