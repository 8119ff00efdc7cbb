/** Scrolling by click and drag on the strip, and the words about what is under the pointer. */
import { el, setHidden, setText } from '../dom.ts';
import type { Store } from '../state/store.ts';
import { cellText } from './describe.ts';
import type { StripParts } from './strip.ts';

/** CSS pixels that the frame of the view is high at least, and by which it can be grasped. */
const FRAME = 5;

export class StripPointer {
  readonly tip = el('div', { class: 'strip-tip', attributes: { role: 'tooltip', 'aria-hidden': 'true' } });
  readonly #bar: HTMLElement;
  readonly #store: Store;
  readonly #parts: Pick<StripParts, 'view' | 'scrollTo' | 'redraw'>;
  /** Where the pointer rests, as a part of the strip's height. */
  #hovered: number | undefined;
  /** From the view's first byte to where it was grasped, in bytes. */
  #grip: number | undefined;

  constructor(bar: HTMLElement, store: Store, parts: Pick<StripParts, 'view' | 'scrollTo' | 'redraw'>) {
    this.#bar = bar;
    this.#store = store;
    this.#parts = parts;
    setHidden(this.tip, true);
    bar.addEventListener('pointerdown', (event) => this.#down(event));
    bar.addEventListener('pointermove', (event) => this.#move(event));
    bar.addEventListener('lostpointercapture', () => (this.#grip = undefined));
    bar.addEventListener('pointerleave', () => {
      this.#hovered = undefined;
      parts.redraw();
    });
  }

  /** ms until what is said of the time is another; undefined while nothing is said. */
  get wait(): number | undefined {
    return this.#hovered === undefined ? undefined : 1000;
  }

  draw(now: number): void {
    const at = this.#hovered;
    const { heat, size, hits } = this.#store;
    const shown = at !== undefined && this.#grip === undefined && size > 0;
    setHidden(this.tip, !shown);
    if (!shown) return;
    const lines = cellText(heat, at, size, countHits(hits, at, heat.held.length, size), now);
    setText(this.tip, lines.join('\n'));
    const { clientHeight } = this.#bar;
    this.tip.style.top = `${Math.max(0, Math.min(at * clientHeight - 10, clientHeight - this.tip.offsetHeight))}px`;
  }

  /** 0 at the top to just under 1 at the bottom. */
  #at(event: PointerEvent): number {
    const { top, height } = this.#bar.getBoundingClientRect();
    return Math.min(1 - Number.EPSILON, Math.max(0, (event.clientY - top) / Math.max(1, height)));
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.#bar.focus({ preventScroll: true });
    this.#bar.setPointerCapture(event.pointerId);
    const { size } = this.#store;
    const { offset, length } = this.#parts.view();
    const from = this.#at(event) * size - offset;
    const slack = (FRAME * size) / Math.max(1, this.#bar.clientHeight);
    const grasped = from >= -slack && from <= Math.max(length, slack);
    this.#grip = grasped ? from : length / 2;
    if (!grasped) this.#drag(event);
    this.#parts.redraw();
  }

  #move(event: PointerEvent): void {
    this.#hovered = this.#at(event);
    if (this.#grip !== undefined) this.#drag(event);
    this.#parts.redraw();
  }

  #drag(event: PointerEvent): void {
    this.#parts.scrollTo(Math.max(0, this.#at(event) * this.#store.size - (this.#grip ?? 0)));
  }
}

/** Hits that begin in the cell at `at`. */
function countHits(hits: Float64Array, at: number, cells: number, size: number): number {
  if (cells === 0) return 0;
  const cell = Math.floor(at * cells);
  let count = 0;
  for (let i = 0; i < hits.length; i += 2) if (Math.floor(((hits[i] ?? 0) / size) * cells) === cell) count += 1;
  return count;
}
