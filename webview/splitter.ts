/** The bar between fields and bytes; dragged, or moved by the arrow keys. */
import { el } from './dom.ts';

const STEP = 0.02;
const SMALLEST = 0.15;

export class Splitter {
  readonly element: HTMLElement;
  readonly #box: HTMLElement;
  readonly #onChange: (share: number) => void;
  #share: number;

  /** Sets `--share` on `box`: the part of it that the first pane takes. */
  constructor(box: HTMLElement, share: number, onChange: (share: number) => void) {
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
    this.#share = share;
    this.set(share);
    this.element.addEventListener('pointerdown', (event) => this.#drag(event));
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.element.addEventListener('dblclick', () => this.set(0.45));
  }

  get share(): number {
    return this.#share;
  }

  set(share: number): void {
    this.#share = Math.min(1 - SMALLEST, Math.max(SMALLEST, share));
    this.#box.style.setProperty('--share', String(this.#share));
    this.element.setAttribute('aria-valuenow', String(Math.round(this.#share * 100)));
    this.element.setAttribute('aria-orientation', this.#isStacked() ? 'horizontal' : 'vertical');
    this.#onChange(this.#share);
  }

  #isStacked(): boolean {
    return getComputedStyle(this.#box).flexDirection === 'column';
  }

  #drag(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    const box = this.#box.getBoundingClientRect();
    const move = (to: PointerEvent): void =>
      this.set(this.#isStacked() ? (to.clientY - box.top) / box.height : (to.clientX - box.left) / box.width);
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
    this.set(this.#share + (back ? -STEP : STEP));
  }
}
