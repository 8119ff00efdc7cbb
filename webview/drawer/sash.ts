/** The upper edge of the drawer: dragged, or moved by the arrow keys, it gives the drawer its height. */
import { el } from '../dom.ts';

/** Room for all readings of the inspector in a page of common width, px. */
export const DEFAULT_HEIGHT = 286;
const SMALLEST = 120;
/** What the drawer leaves to the rest of the page, px. */
const REST = 160;
const STEP = 20;

export class Sash {
  readonly element: HTMLElement;
  readonly #box: HTMLElement;
  readonly #onChange: () => void;
  #height: number;

  /** Sets the height of `box`, px. */
  constructor(box: HTMLElement, height: number, onChange: () => void) {
    this.#box = box;
    this.#height = height;
    this.#onChange = onChange;
    const attributes = {
      role: 'separator',
      tabindex: '0',
      'aria-orientation': 'horizontal',
      'aria-label': 'Resize the drawer',
      'aria-valuemin': String(SMALLEST),
    };
    this.element = el('div', { class: 'sash', attributes });
    this.element.addEventListener('pointerdown', (event) => this.#drag(event));
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.element.addEventListener('dblclick', () => this.set(DEFAULT_HEIGHT));
    window.addEventListener('resize', () => this.#apply());
    this.#apply();
  }

  /** As the user set it; the drawer is lower where the page has no room for that. */
  get height(): number {
    return this.#height;
  }

  get #largest(): number {
    return Math.max(SMALLEST, window.innerHeight - REST);
  }

  set(height: number): void {
    this.#height = Math.round(Math.min(this.#largest, Math.max(SMALLEST, height)));
    this.#apply();
    this.#onChange();
  }

  #apply(): void {
    const shown = Math.min(this.#height, this.#largest);
    this.#box.style.height = `${shown}px`;
    this.element.setAttribute('aria-valuemax', String(this.#largest));
    this.element.setAttribute('aria-valuenow', String(shown));
  }

  #drag(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    const { bottom } = this.#box.getBoundingClientRect();
    const move = (to: PointerEvent): void => this.set(bottom - to.clientY);
    this.element.setPointerCapture(event.pointerId);
    this.element.addEventListener('pointermove', move);
    this.element.addEventListener('lostpointercapture', () => this.element.removeEventListener('pointermove', move), {
      once: true,
    });
  }

  #key(event: KeyboardEvent): void {
    const steps: Readonly<Record<string, number>> = { ArrowUp: STEP, ArrowDown: -STEP, Home: -1e6, End: 1e6 };
    const by = steps[event.key];
    if (by === undefined) return;
    event.preventDefault();
    this.set(this.#height + by);
  }
}
