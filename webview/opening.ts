/**
 * What is on the screen with the page's first frame: the bytes in their place. All else is built after it (page.ts), in the room that is kept
 * for it: a frame that VS Code shows only when it is loaded should not wait for menus.
 */
import type { Range } from '../src/protocol/messages.ts';
import { BytesView } from './bytes/bytes.ts';
import { el } from './dom.ts';
import type { Host, Pushed } from './host.ts';
import { Splitter } from './splitter.ts';
import { readPersisted, type Persisted } from './state/persisted.ts';
import { Store } from './state/store.ts';

/** Characters that are measured for the width of one. */
const SAMPLE = 100;
/** The page is built so long after the first frame at the latest. */
const IDLE_MS = 100;

declare global {
  interface Window {
    /** From the first script to the second one. */
    shmscopeOpening?: Opening;
  }
}

/** What the page does for the parts that were there before it. */
export interface Whole {
  readonly redraw: () => void;
  readonly onPick: () => void;
  /** What is marked while the pointer rests on a byte. */
  readonly rangeAt: (offset: number) => Range;
}

export class Opening {
  readonly host: Host;
  readonly store = new Store();
  readonly saved: Persisted;
  readonly bytes: BytesView;
  readonly splitter: Splitter;
  readonly left = el('div', { class: 'left' });
  /** Room, until the page has what comes there. */
  readonly slots = {
    header: el('header', { class: 'header' }),
    strip: el('div', { class: 'strip' }),
    footer: el('footer', { class: 'footer' }),
  };
  /** CSS pixels of a row. */
  rowHeight = 20;
  readonly #root: HTMLElement;
  #whole: Whole | undefined;
  #restored = false;

  constructor(host: Host, root: HTMLElement) {
    this.host = host;
    this.saved = readPersisted(host.saved());
    this.bytes = new BytesView(this.store, host, {
      redraw: () => this.#redraw(),
      onPick: () => this.#whole?.onPick(),
      rangeAt: (offset) => this.#whole?.rangeAt(offset) ?? { offset, length: 1 },
    });
    const columns = el('div', { class: 'columns' });
    this.splitter = new Splitter(columns, this.saved.share, () => this.#redraw());
    const right = el('div', { class: 'right' }, this.bytes.element, this.slots.strip);
    columns.append(this.left, this.splitter.element, right);
    this.#root = root;
    root.ariaBusy = 'true';
    root.replaceChildren(this.slots.header, columns, this.slots.footer);
    const { encoding, byteOrder, showStrip, announce, onlyIfUnchanged, look } = this.saved;
    this.store.setSettings({ encoding, byteOrder, showStrip, announce, onlyIfUnchanged, look });
    this.measure();
    host.save(this.saved);
    host.ready();
    this.#ask();
    for (const message of host.first())
      if (message.type !== 'reply' && message.type !== 'progress') takeState(this.store, message);
    this.bytes.scroller.measure();
    this.#draw();
  }

  /** Calls back after the frame that shows what there is now: VS Code shows a page when it is loaded. */
  whenShown(call: () => void): void {
    const next = (): void => void requestAnimationFrame(() => requestIdleCallback(call, { timeout: IDLE_MS }));
    if (document.readyState === 'complete') next();
    else window.addEventListener('load', next, { once: true });
  }

  /** The page is built, and draws from now on. */
  handOver(whole: Whole): void {
    this.#whole = whole;
    this.#root.ariaBusy = null;
  }

  /** A row is as high as its text needs: the editor's font is the user's choice. */
  measure(): void {
    const sample = el('span', { class: 'mono sample', text: '0'.repeat(SAMPLE) });
    document.body.append(sample);
    const { width } = sample.getBoundingClientRect();
    const height = Math.max(20, Math.round(Number.parseFloat(getComputedStyle(sample).fontSize) * 1.5));
    sample.remove();
    this.rowHeight = height;
    setVariable('--row', `${height}px`);
    setVariable('--ch', `${width / SAMPLE}px`);
    this.bytes.restyle(height);
  }

  /** Once there is something to be seen: the selection and the row that were kept. Whether it was done now or before. */
  restore(): boolean {
    if (this.#restored || this.store.size === 0) return this.#restored;
    this.#restored = true;
    const { start, end, topRow, rowBytes } = this.saved;
    this.store.select({ start, end, caret: start });
    this.bytes.restore(topRow, rowBytes);
    return true;
  }

  #redraw(): void {
    if (this.#whole) this.#whole.redraw();
    else requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    if (this.#whole) return;
    this.restore();
    this.bytes.draw(performance.now());
  }

  /** What will be in view, as far as the window's height tells: asked for before anything is laid out. */
  #ask(): void {
    const { topRow, rowBytes } = this.saved;
    const rows = Math.ceil(window.innerHeight / this.rowHeight);
    this.host.view({ ranges: [{ offset: topRow * rowBytes, length: rows * rowBytes }], guards: [], cells: 0 });
  }
}

/** Takes in what tells of the segment itself; false: the message tells of something else. */
export function takeState(store: Store, message: Pushed): boolean {
  if (message.type === 'segment') {
    store.setSegment(message.segment);
    if (message.status) store.setStatus(message.status);
  } else if (message.type === 'status') store.setStatus(message.status);
  else if (message.type === 'frame') store.setFrame(message.frame, performance.now());
  else return false;
  return true;
}

/** Only where it differs: every change of the style attribute is taken for another theme. */
function setVariable(name: string, value: string): void {
  const { style } = document.documentElement;
  if (style.getPropertyValue(name) !== value) style.setProperty(name, value);
}
