/** The bar between fields and bytes; dragged, or moved by the arrow keys. A double click gives it back to the layout. */
import { el } from './dom.ts';

const STEP = 0.02;
const SMALLEST = 0.15;

export class Splitter {
  readonly element: HTMLElement;
  readonly #box: HTMLElement;
  readonly #onChange: () => void;
  #share: number | undefined;

  /** Sets `--share` on `box`: the part of it that the first pane takes; undefined leaves that to the style sheet. */
  constructor(box: HTMLElement, share: number | undefined, onChange: () => void) {
    this.#box = box;
    this.#onChange = onChange;
    const attributes = {
      role: 'separator',
      tabindex: '0',
      'aria-label': 'Resize fields and bytes',
      'aria-valuemin': '15',
      'aria-valuemax': '85',
    };
    this.element = el('div', { class: 'splitter', attributes });
    this.#set(share);
    new ResizeObserver(() => this.#describe()).observe(box);
    this.element.addEventListener('pointerdown', (event) => this.#drag(event));
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.element.addEventListener('dblclick', () => this.#set(undefined));
  }

  /** Undefined until the user moves it. */
  get share(): number | undefined {
    return this.#share;
  }

  #set(share: number | undefined): void {
    this.#share = share === undefined ? undefined : Math.min(1 - SMALLEST, Math.max(SMALLEST, share));
    if (this.#share === undefined) this.#box.style.removeProperty('--share');
    else this.#box.style.setProperty('--share', `${this.#share * 100}%`);
    this.#describe();
    this.#onChange();
  }

  #isStacked(): boolean {
    return getComputedStyle(this.#box).flexDirection === 'column';
  }

  #shareAt(clientX: number, clientY: number): number {
    const box = this.#box.getBoundingClientRect();
    return this.#isStacked() ? (clientY - box.top) / box.height : (clientX - box.left) / box.width;
  }

  #current(): number {
    const { left, top } = this.element.getBoundingClientRect();
    return this.#share ?? this.#shareAt(left, top);
  }

  #describe(): void {
    if (!this.element.isConnected) return;
    this.element.setAttribute('aria-valuenow', String(Math.round(this.#current() * 100)));
    this.element.setAttribute('aria-orientation', this.#isStacked() ? 'horizontal' : 'vertical');
  }

  #drag(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    const move = (to: PointerEvent): void => this.#set(this.#shareAt(to.clientX, to.clientY));
    this.element.setPointerCapture(event.pointerId);
    this.element.addEventListener('pointermove', move);
    this.element.addEventListener('lostpointercapture', () => this.element.removeEventListener('pointermove', move), {
      once: true,
    });
  }

  #key(event: KeyboardEvent): void {
    const back = event.key === 'ArrowLeft' || event.key === 'ArrowUp';
    if (!back && event.key !== 'ArrowRight' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    this.#set(this.#current() + (back ? -STEP : STEP));
  }
}
