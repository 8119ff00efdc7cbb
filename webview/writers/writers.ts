/** The tab Writers: which code of which process stores to a field, while it happens. */
import { VscodeProgressBar } from '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import type { Range } from '../../src/protocol/messages.ts';
import type { LineOf, WatchedBytes, WriterInfo, WritersInfo } from '../../src/protocol/writing.ts';
import { HALF_BEAT, beatOf } from '../beat.ts';
import { el, setHidden, setText } from '../dom.ts';
import type { DrawerParts, Tab } from '../drawer/parts.ts';
import type { MenuItem } from '../menu/menu.ts';
import { explain } from '../notice.ts';
import type { WritersState } from '../state/persisted.ts';
import { USUAL_MS, WritersForm } from './form.ts';
import { Missed } from './missed.ts';
import { Outcome } from './outcome.ts';
import { watchableSelection, type Watchable } from './watchable.ts';
import { durationText } from './words.ts';

const GONE = 'The segment is gone: nobody writes to it any more.';

export class Writers implements Tab {
  readonly element: HTMLElement;
  readonly #parts: DrawerParts;
  readonly #form: WritersForm;
  readonly #outcome: Outcome;
  readonly #missed = new Missed();
  readonly #bar = new VscodeProgressBar();
  readonly #problem = el('p', { class: 'writers-problem', attributes: { role: 'alert', hidden: '' } });
  readonly #hint = el('p', { class: 'empty dim' });
  /** Opens the tab. */
  readonly #show: () => void;
  /** What is shown of the report: digits that change five times a second cannot be read. */
  #report: WritersInfo | undefined;
  #beat = -1;

  constructor(parts: DrawerParts, saved: WritersState, show: () => void) {
    this.#parts = parts;
    this.#show = show;
    this.#form = new WritersForm(saved, {
      onStart: () => void this.#start(this.#form.fields, this.#form.state),
      onStop: () => void this.#ask(parts.host.ask('stopWriters', null)),
      onExport: () => void this.#ask(parts.host.ask('exportWriters', null)),
      onChange: parts.redraw,
    });
    this.#outcome = new Outcome(parts.redraw, (place, of, focus) => this.#open(place, of, focus));
    this.#bar.setAttribute('aria-label', 'Finding writers');
    this.element = el('div', { class: 'writers' }, this.#bar, this.#form.element, this.#problem, this.#hint);
    this.element.append(this.#outcome.said, this.#missed.element, ...this.#outcome.elements);
    this.element.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      event.preventDefault();
      parts.focusBytes();
    });
  }

  /** What a reload keeps. */
  get state(): WritersState {
    return this.#form.state;
  }

  get isMoving(): boolean {
    const { writers } = this.#parts.store;
    return writers !== undefined && writers.state !== 'ended';
  }

  wanted(): readonly Range[] {
    return [];
  }

  focus(): void {
    if (this.#outcome.hasRows) this.#outcome.focus();
    else this.#form.focus();
  }

  /** What a menu offers for a field, or for the bytes that are selected. */
  items(watchable: Watchable): readonly MenuItem[] {
    const disabled = 'field' in watchable ? this.#refusal : watchable.why;
    const adding = this.#form.refusal(watchable);
    const start = (reads: boolean) => (): void => {
      if (!('field' in watchable)) return;
      this.#show();
      void this.#start([watchable.field], { ms: USUAL_MS, reads });
    };
    const add = (): void => {
      if ('field' in watchable) this.#form.add(watchable.field);
      this.#show();
    };
    return [
      { label: 'Find Writers', separated: true, disabled, run: start(false) },
      { label: 'Find Writers and Readers', disabled, run: start(true) },
      { label: 'Add to Watched Fields', disabled: adding, run: add },
    ];
  }

  /** As `items`, of what is selected. */
  itemsOfSelection(): readonly MenuItem[] {
    return this.items(this.#selected);
  }

  get #selected(): Watchable {
    const { store, chosen } = this.#parts;
    return watchableSelection(store.selection, chosen(), store.size);
  }

  get #refusal(): string | undefined {
    const { phase } = this.#parts.store.status;
    if (phase === 'gone') return GONE;
    return phase === 'loading' ? 'The segment is not there yet.' : undefined;
  }

  draw(now: number): void {
    const { store } = this.#parts;
    const running = store.writers !== undefined && store.writers.state !== 'ended';
    const beat = beatOf(now, HALF_BEAT * 2);
    if (store.writers?.state !== this.#report?.state || beat !== this.#beat || !running) this.#report = store.writers;
    this.#beat = beat;
    const report = this.#report;
    const clock = store.hostTime(now);
    const selected = this.#selected;
    const left = report ? Math.max(0, report.endsAt - clock) : 0;
    this.#form.draw({
      selected,
      running: running ? report?.fields : undefined,
      left: report?.state === 'starting' ? '' : `${durationText(Math.ceil(left / 1000) * 1000)} left`,
      refusal: this.#refusal,
      canExport: report !== undefined && report.state !== 'starting',
    });
    this.#drawBar(report, clock);
    const hint = running ? '' : this.#hintText(selected, report !== undefined);
    setText(this.#hint, hint);
    setHidden(this.#hint, hint === '');
    this.#missed.draw(report);
    this.#outcome.draw(report, clock);
  }

  #drawBar(report: WritersInfo | undefined, clock: number): void {
    const running = report !== undefined && report.state !== 'ended';
    this.#bar.classList.toggle('idle', !running);
    if (!running) return;
    const whole = report.endsAt - report.startedAt;
    this.#bar.indeterminate = report.state === 'starting' || whole <= 0;
    this.#bar.value = Math.round((100 * Math.min(whole, Math.max(0, clock - report.startedAt))) / Math.max(1, whole));
  }

  /** What helps before it begins; of an old report only what stands in the way of a new one. */
  #hintText(selected: Watchable, hasReport: boolean): string {
    if (this.#refusal !== undefined) return this.#refusal;
    if (this.#form.state.fields.length === 0) {
      if ('why' in selected) return selected.why;
      if (selected.note !== undefined) return selected.note;
    }
    if (hasReport) return '';
    const { segment } = this.#parts.store;
    if (segment && !segment.mappers.some(({ protection, shared }) => shared && protection.includes('w')))
      return 'Nobody maps this segment writable now. Who does while it is watched is watched, too.';
    return 'Tells which line of which process stores to this, by breakpoint registers of the CPU: nobody is stopped.';
  }

  async #start(fields: readonly WatchedBytes[], { ms, reads }: Omit<WritersState, 'fields'>): Promise<void> {
    if (fields.length === 0) return;
    const { byteOrder } = this.#parts.store;
    const order = byteOrder === 'little' ? {} : { byteOrder };
    await this.#ask(this.#parts.host.ask('findWriters', { fields, ms, reads, ...order }));
  }

  #open(place: WriterInfo, of: LineOf, focus: boolean): void {
    void this.#ask(this.#parts.host.ask('openLine', { place: place.id, of, focus }));
  }

  async #ask(answer: Promise<unknown>): Promise<void> {
    this.#say('');
    try {
      await answer;
    } catch (error) {
      this.#say(explain(error));
    }
  }

  #say(problem: string): void {
    setText(this.#problem, problem);
    setHidden(this.#problem, problem === '');
    this.#parts.redraw();
  }
}
