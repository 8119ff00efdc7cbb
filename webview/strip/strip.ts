/** The whole segment at the edge of the bytes: what holds memory, what changes, where the view is. Click, drag, wheel and keys scroll. */
import { MAX_CELLS } from '../../src/protocol/limits.ts';
import type { Range } from '../../src/protocol/messages.ts';
import { el, setHidden } from '../dom.ts';
import type { Store } from '../state/store.ts';
import { ThemeColours } from './colours.ts';
import { viewText } from './describe.ts';
import { Notes } from './notes.ts';
import { paint } from './paint.ts';
import { StripPointer } from './pointer.ts';

/** Between two drawings of what cools, ms. */
const COOLING_STEP = 250;
/** A screen reader is told of changes this often at most, ms; of the view's place at once. */
const CALM = 5000;

export interface StripParts {
  /** Bytes that the view shows. */
  readonly view: () => Range;
  /** Scrolls so that `offset` is in the first row. */
  readonly scrollTo: (offset: number) => void;
  /** Takes the wheel's events: the bytes' own scrolling. */
  readonly wheel: HTMLElement;
  readonly redraw: () => void;
}

export class StripView {
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #parts: StripParts;
  readonly #bar: HTMLElement;
  readonly #canvas = el('canvas', { attributes: { 'aria-hidden': 'true' } });
  /** Shows a bitmap: a canvas that is drawn on goes to the compositor with every frame of the page, sixty times a second for five pictures. */
  readonly #shown = this.#canvas.getContext('bitmaprenderer');
  readonly #colours: ThemeColours;
  readonly #pointer: StripPointer;
  #width = 0;
  #height = 0;
  /** Of the screen: how many it is depends on where the strip begins, where CSS has other pixels. */
  #pixels: ResizeObserverSize | undefined;
  /** What is on the canvas. */
  #painted = '';
  #paintedAt = 0;
  #noted = '';
  #hits: Float64Array | undefined;
  #hitsVersion = 0;
  #placed = '';
  #calmUntil = 0;

  constructor(store: Store, parts: StripParts) {
    this.#store = store;
    this.#parts = parts;
    this.#colours = new ThemeColours(() => {
      this.#painted = '';
      parts.redraw();
    });
    const attributes = {
      role: 'slider',
      tabindex: '0',
      'aria-label': 'Overview of the segment',
      'aria-orientation': 'vertical',
      'aria-valuemin': '0',
    };
    const bar = el('div', { class: 'bar', attributes }, this.#canvas, this.#colours.element);
    this.#bar = bar;
    this.#pointer = new StripPointer(bar, store, parts);
    this.element = el('div', { class: 'strip' }, bar, this.#pointer.tip);
    bar.addEventListener('keydown', (event) => this.#key(event));
    bar.addEventListener(
      'wheel',
      (event) => {
        if (event.ctrlKey) return;
        event.preventDefault();
        parts.wheel.dispatchEvent(new WheelEvent('wheel', event));
      },
      { passive: false },
    );
    new ResizeObserver((entries) => {
      this.#measure();
      this.#pixels = entries.at(-1)?.devicePixelContentBoxSize[0];
      parts.redraw();
    }).observe(bar, { box: 'device-pixel-content-box' });
  }

  /** One for each CSS pixel of the strip; 0 while nobody sees it. */
  get cells(): number {
    if (this.element.hidden || document.hidden) return 0;
    return Math.min(MAX_CELLS, Math.floor(this.#height));
  }

  /** ms until it looks different without anything new to come; undefined while it stays as it is. */
  wait(now: number): number | undefined {
    const { heat } = this.#store;
    if (this.element.hidden) return undefined;
    return heat.isCooling(now) ? COOLING_STEP : this.#pointer.wait;
  }

  draw(now: number): void {
    const { showStrip } = this.#store;
    setHidden(this.element, !showStrip);
    if (showStrip && this.#height === 0) this.#measure();
    if (!showStrip || this.#height === 0) return;
    this.#describe(now);
    this.#pointer.draw(now);
    this.#paint(now);
  }

  #measure(): void {
    this.#width = this.#bar.clientWidth;
    this.#height = this.#bar.clientHeight;
  }

  #paint(now: number): void {
    const { heat, size, selection, hits } = this.#store;
    if (hits !== this.#hits) this.#hitsVersion += 1;
    this.#hits = hits;
    const view = this.#parts.view();
    const ratio = window.devicePixelRatio;
    // Nothing was told yet of a strip that was hidden until now.
    const width = this.#pixels?.inlineSize || Math.round(this.#width * ratio);
    const height = this.#pixels?.blockSize || Math.round(this.#height * ratio);
    const { start, end } = selection;
    const isCooling = heat.isCooling(now);
    const key = [width, height, size, heat.version, view.offset, view.length, start, end, this.#hitsVersion, isCooling].join();
    if (key === this.#painted && (!isCooling || now - this.#paintedAt < COOLING_STEP)) return;
    this.#painted = key;
    this.#paintedAt = now;
    if (width === 0 || height === 0) return;
    const contrast = document.body.classList.contains('vscode-high-contrast');
    const notes = new Notes();
    paint(notes, this.#colours.get(), {
      width,
      height,
      ratio,
      size,
      heat,
      view,
      selection,
      hits,
      now,
      contrast,
      still: isStill(),
    });
    this.#show(notes, width, height);
  }

  #show(notes: Notes, width: number, height: number): void {
    const text = `${width} ${height} ${notes.text}`;
    if (text === this.#noted) return;
    this.#noted = text;
    const drawing = new OffscreenCanvas(width, height);
    const context = drawing.getContext('2d');
    if (context) notes.draw(context);
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    this.#shown?.transferFromImageBitmap(drawing.transferToImageBitmap());
  }

  #describe(now: number): void {
    const { size, heat } = this.#store;
    const { offset } = this.#parts.view();
    const placed = [offset, size, heat.held.length > 0, heat.isCooling(now)].join();
    if (placed === this.#placed && now < this.#calmUntil) return;
    this.#placed = placed;
    this.#calmUntil = now + CALM;
    const set = (name: string, value: string): void => {
      if (this.#bar.getAttribute(name) !== value) this.#bar.setAttribute(name, value);
    };
    set('aria-valuemax', String(Math.max(0, size - 1)));
    set('aria-valuenow', String(Math.min(offset, Math.max(0, size - 1))));
    set('aria-valuetext', viewText(offset, size, heat, now));
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    const { size } = this.#store;
    const { offset, length } = this.#parts.view();
    // An arrow is one row of pixels, but never less than what makes the view move.
    const step = Math.max(size / Math.max(1, this.#height), length / 8);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: step,
      ArrowRight: step,
      ArrowUp: -step,
      ArrowLeft: -step,
      PageDown: Math.max(length, size / 16),
      PageUp: -Math.max(length, size / 16),
      Home: -size,
      End: size,
    };
    const by = moves[event.key];
    if (by === undefined) return;
    event.preventDefault();
    this.#parts.scrollTo(Math.min(size, Math.max(0, offset + by)));
  }
}

/** The user wants nothing to move by itself. */
function isStill(): boolean {
  return document.body.classList.contains('vscode-reduce-motion') || matchMedia('(prefers-reduced-motion: reduce)').matches;
}
