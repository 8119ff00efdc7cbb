/** The tab Find: searching the segment, and narrowing down where a value is. */
import type { Hit, SearchSpec } from '../../src/protocol/searching.ts';
import type { Range } from '../../src/protocol/messages.ts';
import { el, setHidden, setText } from '../dom.ts';
import { button, iconButton, Job, setEnabled } from '../drawer/controls.ts';
import { VirtualList } from '../drawer/list.ts';
import type { DrawerParts, Tab } from '../drawer/parts.ts';
import { formatCount, plural } from '../format.ts';
import { explain, isCancelled } from '../notice.ts';
import { FindForm } from './form.ts';
import { HitRow, SHOWN } from './hitRow.ts';
import { Narrow } from './narrow.ts';
import { queryOf } from './query.ts';

type Mode = 'find' | 'narrow';
const NO_HITS: Float64Array = new Float64Array(0);

export class Find implements Tab {
  readonly element: HTMLElement;
  readonly #parts: DrawerParts;
  readonly #form: FindForm;
  readonly #job: Job;
  readonly #narrow: Narrow;
  readonly #list: VirtualList<HitRow>;
  readonly #message = el('span', { class: 'find-message', attributes: { role: 'status', 'aria-live': 'polite' } });
  readonly #empty = el('p', { class: 'empty dim' });
  readonly #search: HTMLElement;
  readonly #modes: Readonly<Record<Mode, HTMLButtonElement>>;
  readonly #stop;
  #mode: Mode = 'find';
  #hits: Float64Array = NO_HITS;
  /** What `find` found last: the next one is behind it. */
  #last: Hit | undefined;
  #said = '';
  #failed = false;

  constructor(parts: DrawerParts) {
    this.#parts = parts;
    this.#job = new Job('Searching', parts.redraw);
    this.#form = new FindForm(parts.store, () => this.#changed());
    this.#narrow = new Narrow(parts, this.#job);
    this.#list = new VirtualList({
      name: 'Hits',
      make: () => new HitRow(),
      draw: (row, index) => row.drawBytes(parts.store, this.#hits[index * 2] ?? 0, this.#hits[index * 2 + 1] ?? 0),
      onChoose: (index, done) => this.#choose(index, done),
      redraw: parts.redraw,
    });
    this.#stop = iconButton('debug-stop', 'Cancel', () => this.#job.cancel(), 'Escape');
    this.#modes = { find: this.#modeButton('find', 'Find'), narrow: this.#modeButton('narrow', 'Narrow') };
    const modes = el('div', { class: 'modes', attributes: { role: 'radiogroup', 'aria-label': 'Mode' } });
    modes.append(this.#modes.find, this.#modes.narrow);
    modes.addEventListener('keydown', (event) => this.#modeKey(event));
    this.#search = el(
      'div',
      { class: 'find-search' },
      this.#form.element,
      iconButton('arrow-up', 'Previous', () => void this.findNext(true), 'Shift+F3'),
      iconButton('arrow-down', 'Next', () => void this.findNext(false), 'F3'),
      button('Find All', () => void this.findAll()),
    );
    const bar = el('div', { class: 'find-bar' }, modes, this.#search, this.#narrow.form, this.#stop, this.#message);
    this.element = el('div', { class: 'find' }, this.#job.bar, bar, this.#empty, this.#list.element, this.#narrow.list.element);
    this.#form.query.field.addEventListener('keydown', (event) => this.#inputKey(event));
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.#setMode('find');
  }

  /** There is something to be searched for. */
  get ready(): boolean {
    return this.#form.spec() !== undefined;
  }

  /** Opened by Ctrl+F: short selected bytes are what is searched for. */
  seed(): void {
    const { selection, snapshot } = this.#parts.store;
    const { start, end } = selection;
    const query = end - start <= 32 ? queryOf(snapshot?.slice(start, end - start) ?? new Uint8Array(0)) : undefined;
    this.#setMode('find');
    if (query === undefined || this.#isLast(start, end)) return;
    this.#form.setHex(query);
    this.#last = { offset: start, length: end - start };
  }

  focus(): void {
    if (this.#mode === 'narrow') return this.#narrow.focus();
    this.#form.query.field.focus({ preventScroll: true });
    this.#form.query.field.select();
  }

  wanted(): readonly Range[] {
    if (this.#mode === 'narrow') return this.#narrow.wanted();
    return this.#list.visible().map((index) => ({ offset: this.#hits[index * 2] ?? 0, length: SHOWN }));
  }

  draw(now: number): void {
    const { phase } = this.#parts.store.status;
    // Who is quick has it open before the segment is live: what becomes inert loses the cursor.
    const searchable = phase === 'live' || phase === 'loading';
    setEnabled(this.#stop, this.#job.running);
    setHidden(this.#stop, !this.#job.running);
    this.#search.inert = !searchable;
    this.#narrow.form.inert = !searchable;
    const narrowing = this.#mode === 'narrow';
    const said = narrowing ? this.#narrow.said : { text: this.#said, failed: this.#failed };
    const percent = this.#job.done === undefined ? '' : ` ${Math.floor(this.#job.done * 100)} %`;
    const progress = `searching…${percent}${this.#job.found > 0 ? ` · ${formatCount(this.#job.found)} found` : ''}`;
    setText(this.#message, this.#job.running ? progress : said.text);
    // Only the outcome is announced, not every percent.
    this.#message.setAttribute('aria-busy', String(this.#job.running));
    this.#message.classList.toggle('failed', said.failed && !this.#job.running);
    setHidden(this.#list.element, narrowing || this.#list.count === 0);
    setHidden(this.#narrow.list.element, !narrowing || this.#narrow.list.count === 0);
    const empty =
      this.#list.count === 0 && !narrowing ? EMPTY_FIND : this.#narrow.list.count === 0 && narrowing ? this.#narrow.hint : '';
    setText(this.#empty, searchable ? empty : empty && 'The segment cannot be read now, so it cannot be searched.');
    setHidden(this.#empty, empty === '');
    if (narrowing) this.#narrow.draw(now);
    else this.#list.draw();
  }

  /** The nearest hit behind the last one, or before it; past the end it begins again at the start. */
  async findNext(backward: boolean): Promise<void> {
    this.#setMode('find');
    const spec = this.#form.spec();
    if (!spec) return this.focus();
    const { selection, size } = this.#parts.store;
    const behind = this.#isLast(selection.start, selection.end) ? 1 : 0;
    const from = backward ? selection.start : selection.start + behind;
    try {
      const found = await this.#job.run(async (options) => {
        const hit = await this.#parts.host.ask('find', { spec, from, backward }, options);
        if (hit || options.signal.aborted) return { hit, wrapped: false };
        const again = await this.#parts.host.ask('find', { spec, from: backward ? size : 0, backward }, options);
        return { hit: again, wrapped: true };
      });
      if (found) this.#show(found.hit, found.wrapped, backward);
    } catch (error) {
      this.#fail(error);
    }
  }

  async findAll(): Promise<void> {
    const spec = this.#form.spec();
    if (!spec) return this.focus();
    try {
      const found = await this.#job.run((options) => this.#askAll(spec, options));
      if (found) this.#showAll(found.hits, found.complete, found.cancelled);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #askAll(
    spec: SearchSpec,
    options: { readonly signal: AbortSignal; readonly onProgress: (done: number, found: number) => void },
  ): Promise<{ readonly hits: Float64Array; readonly complete: boolean; readonly cancelled: boolean }> {
    const { hits, complete } = await this.#parts.host.ask('findAll', { spec }, options);
    return { hits, complete, cancelled: options.signal.aborted };
  }

  #show(hit: Hit | null, wrapped: boolean, backward: boolean): void {
    this.#last = hit ?? undefined;
    if (!hit) return this.#say('Nothing found.', true);
    this.#parts.reveal(hit.offset, hit.length);
    this.#list.mark(this.#indexOf(hit.offset));
    const place = this.#list.chosen < 0 ? '' : `${formatCount(this.#list.chosen + 1)} of ${formatCount(this.#list.count)}`;
    const edge = backward ? 'continued from the end' : 'continued from the start';
    this.#say([place, wrapped ? edge : ''].filter((part) => part !== '').join(' · ') || 'Found.');
  }

  #showAll(hits: Float64Array, complete: boolean, cancelled: boolean): void {
    this.#hits = hits;
    this.#parts.store.setHits(hits);
    this.#list.setCount(hits.length / 2);
    const count = plural(hits.length / 2, 'hit');
    if (hits.length === 0) this.#say(cancelled ? 'Cancelled: nothing found so far.' : 'Nothing found.', !cancelled);
    else if (cancelled) this.#say(`${count}, then cancelled: there may be more.`);
    else this.#say(complete ? count : `${count}, the first ones: there are more, find something longer.`);
  }

  #fail(error: unknown): void {
    this.#say(isCancelled(error) ? 'Cancelled.' : explain(error), !isCancelled(error));
  }

  #say(text: string, failed = false): void {
    this.#said = text;
    this.#failed = failed;
    // By F3 one searches while the drawer is closed, too.
    if (text !== '' && !this.element.checkVisibility()) this.#parts.store.setNotice(text);
    this.#parts.redraw();
  }

  /** The hits are of another query now. */
  #changed(): void {
    this.#last = undefined;
    if (this.#hits.length > 0) {
      this.#hits = NO_HITS;
      this.#parts.store.setHits(NO_HITS);
      this.#list.setCount(0);
    }
    this.#say('');
  }

  #isLast(start: number, end: number): boolean {
    return this.#last !== undefined && this.#last.offset === start && this.#last.offset + this.#last.length === end;
  }

  /** Which row shows the hit at `offset`, or -1. */
  #indexOf(offset: number): number {
    let low = 0;
    let high = this.#hits.length / 2;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#hits[middle * 2] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return this.#hits[low * 2] === offset ? low : -1;
  }

  #choose(index: number, done: boolean): void {
    const offset = this.#hits[index * 2] ?? 0;
    const length = this.#hits[index * 2 + 1] ?? 1;
    this.#last = { offset, length };
    this.#parts.reveal(offset, length);
    this.#say(`${formatCount(index + 1)} of ${formatCount(this.#list.count)}`);
    if (done) this.#parts.focusBytes();
  }

  #modeButton(mode: Mode, text: string): HTMLButtonElement {
    const element = el('button', { class: 'mode', text, attributes: { type: 'button', role: 'radio' } });
    element.addEventListener('click', () => this.#setMode(mode));
    return element;
  }

  #modeKey(event: KeyboardEvent): void {
    if (!event.key.startsWith('Arrow')) return;
    event.preventDefault();
    this.#setMode(this.#mode === 'find' ? 'narrow' : 'find');
    this.#modes[this.#mode].focus();
  }

  #setMode(mode: Mode): void {
    this.#mode = mode;
    for (const [name, element] of Object.entries(this.#modes)) {
      element.setAttribute('aria-checked', String(name === mode));
      element.tabIndex = name === mode ? 0 : -1;
    }
    setHidden(this.#search, mode !== 'find');
    setHidden(this.#narrow.form, mode !== 'narrow');
    this.#parts.redraw();
  }

  #inputKey(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault();
    if (event.ctrlKey || event.altKey) void this.findAll();
    else void this.findNext(event.shiftKey);
  }

  /** Escape ends a search that runs; else it leads back to the bytes. */
  #key(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    if (this.#job.running) this.#job.cancel();
    else this.#parts.focusBytes();
  }
}

const EMPTY_FIND =
  'Enter finds the next place, Shift+Enter the one before; Find All lists every one and marks them in the bytes.';
