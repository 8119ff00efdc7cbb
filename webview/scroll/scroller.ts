/**
 * Scrolling by whole rows, exact for any number of them: the position is an integer top row, not a pixel, since Chromium
 * clamps an element at 33,554,428 px without a word.
 */
import { el } from '../dom.ts';

const MIN_THUMB = 24;
/** While the track is held, a page follows so often, ms; the second one a little later. */
const REPEAT = 60;
const REPEAT_AFTER = 350;

export class Scroller {
  readonly element: HTMLElement;
  readonly #thumb: HTMLElement;
  readonly #viewport: HTMLElement;
  readonly #onChange: () => void;
  #count = 0;
  #top = 0;
  #height = 0;
  #rowHeight = 20;
  #rest = 0;

  /** Scrolls what is in `viewport`; `name` is what the scrollbar is called, `onChange` is told of every move and resize. */
  constructor(viewport: HTMLElement, name: string, onChange: () => void) {
    this.#viewport = viewport;
    this.#onChange = onChange;
    this.#thumb = el('div', { class: 'thumb' });
    const attributes = { role: 'scrollbar', 'aria-orientation': 'vertical', 'aria-label': name, 'aria-controls': viewport.id };
    this.element = el('div', { class: 'scrollbar', attributes }, this.#thumb);
    viewport.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    this.element.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    this.element.addEventListener('pointerdown', (event) => this.#press(event));
    new ResizeObserver(() => this.#resize()).observe(viewport);
  }

  get top(): number {
    return this.#top;
  }

  /** Rows that are wholly visible, at least one. */
  get page(): number {
    return Math.max(1, Math.floor(this.#height / this.#rowHeight));
  }

  /** Rows that have room, the cut one at the end included, whether there are as many or not. */
  get room(): number {
    return Math.ceil(this.#height / this.#rowHeight);
  }

  /** Rows to draw. */
  get visible(): number {
    return Math.max(0, Math.min(this.#count - this.#top, this.room));
  }

  get #last(): number {
    return Math.max(0, this.#count - this.page);
  }

  setRowHeight(pixels: number): void {
    this.#rowHeight = pixels;
    this.#show();
  }

  setCount(count: number): void {
    if (count === this.#count) return;
    this.#count = count;
    this.scrollTo(this.#top);
    this.#show();
  }

  scrollTo(row: number): void {
    const top = Math.min(this.#last, Math.max(0, Math.round(row)));
    if (top === this.#top) return;
    this.#top = top;
    this.#show();
    this.#onChange();
  }

  /** Scrolls no further than it must for `row` to be wholly visible; `middle` puts a row that was not in the middle. */
  reveal(row: number, middle = false): void {
    const inside = row >= this.#top && row < this.#top + this.page;
    if (inside) return;
    if (middle) this.scrollTo(row - Math.floor(this.page / 2));
    else this.scrollTo(row < this.#top ? row : row - this.page + 1);
  }

  /** Takes the viewport's height as it is laid out now; by itself it learns of it a frame later. */
  measure(): void {
    this.#resize();
  }

  #resize(): void {
    this.#height = this.#viewport.clientHeight;
    this.scrollTo(this.#top);
    this.#show();
    this.#onChange();
  }

  #wheel(event: WheelEvent): void {
    if (event.ctrlKey || event.deltaY === 0) return;
    event.preventDefault();
    const unit =
      event.deltaMode === WheelEvent.DOM_DELTA_PIXEL
        ? 1 / this.#rowHeight
        : event.deltaMode === WheelEvent.DOM_DELTA_LINE
          ? 1
          : this.page;
    this.#rest += event.deltaY * unit * (event.altKey ? 5 : 1);
    const rows = Math.trunc(this.#rest);
    this.#rest -= rows;
    if (rows !== 0) this.scrollTo(this.#top + rows);
  }

  #geometry(): { readonly track: number; readonly thumb: number } {
    const track = this.element.clientHeight;
    return { track, thumb: Math.min(track, Math.max(MIN_THUMB, (track * this.page) / Math.max(1, this.#count))) };
  }

  #show(): void {
    const { track, thumb } = this.#geometry();
    const fits = this.#count <= this.page;
    this.element.classList.toggle('idle', fits);
    this.#thumb.style.height = `${thumb}px`;
    this.#thumb.style.transform = `translateY(${fits ? 0 : (this.#top / this.#last) * (track - thumb)}px)`;
    this.element.setAttribute('aria-valuemin', '0');
    this.element.setAttribute('aria-valuemax', String(this.#last));
    this.element.setAttribute('aria-valuenow', String(this.#top));
  }

  /** The thumb is dragged; the track goes by pages towards the pointer while it is held, and with shift jumps to the place itself. */
  #press(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    if (event.target === this.#thumb) this.#drag(event, event.clientY - this.#thumb.getBoundingClientRect().top);
    else if (event.shiftKey) {
      const half = this.#geometry().thumb / 2;
      this.#dragTo(event.clientY, half);
      this.#drag(event, half);
    } else this.#page(event);
  }

  /** `grip`: pixels from the top of the thumb to the pointer. */
  #dragTo(clientY: number, grip: number): void {
    const { track, thumb } = this.#geometry();
    const top = this.element.getBoundingClientRect().top;
    if (track > thumb) this.scrollTo(((clientY - top - grip) / (track - thumb)) * this.#last);
  }

  #drag(event: PointerEvent, grip: number): void {
    const move = (to: PointerEvent): void => this.#dragTo(to.clientY, grip);
    const stop = (): void => {
      this.#thumb.removeEventListener('pointermove', move);
      this.element.classList.remove('dragging');
    };
    this.#thumb.setPointerCapture(event.pointerId);
    this.element.classList.add('dragging');
    this.#thumb.addEventListener('pointermove', move);
    this.#thumb.addEventListener('lostpointercapture', stop, { once: true });
  }

  #page(event: PointerEvent): void {
    let clientY = event.clientY;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const isUp = clientY < this.#thumb.getBoundingClientRect().top;
    const step = (wait: number): void => {
      const thumb = this.#thumb.getBoundingClientRect();
      if (isUp ? clientY >= thumb.top : clientY <= thumb.bottom) return;
      this.scrollTo(this.#top + (isUp ? -this.page : this.page));
      timer = setTimeout(step, wait, REPEAT);
    };
    const move = (to: PointerEvent): void => void (clientY = to.clientY);
    const stop = (): void => {
      clearTimeout(timer);
      this.element.removeEventListener('pointermove', move);
    };
    this.element.setPointerCapture(event.pointerId);
    this.element.addEventListener('pointermove', move);
    this.element.addEventListener('lostpointercapture', stop, { once: true });
    step(REPEAT_AFTER);
  }
}
