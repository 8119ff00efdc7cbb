/** Narrowing down where a value is, as memory scanners do it: all places that hold 42, then those of them that changed, … */
import type { Narrowing, NumberSpec } from '../../src/protocol/searching.ts';
import { NARROWINGS } from '../../src/protocol/searching.ts';
import { RequestError } from '../../src/protocol/requester.ts';
import { isOneOf } from '../../src/protocol/check.ts';
import type { Range } from '../../src/protocol/messages.ts';
import { el, setHidden, setText } from '../dom.ts';
import { button, Input, select, setOptions, Toggle, type Job } from '../drawer/controls.ts';
import { VirtualList } from '../drawer/list.ts';
import type { DrawerParts } from '../drawer/parts.ts';
import { formatCount, plural } from '../format.ts';
import { explain, isCancelled } from '../notice.ts';
import { isNumberType, TYPE_OPTIONS } from './form.ts';
import { HitRow } from './hitRow.ts';
import { parseNumber, parseTolerance, sizeOf } from './query.ts';

const FIRST: readonly (readonly [Narrowing, string])[] = [
  ['equals', 'equals'],
  ['between', 'is between'],
  ['any', 'is anything'],
];
const NEXT: readonly (readonly [Narrowing, string])[] = [
  ['equals', 'now equals'],
  ['changed', 'changed'],
  ['unchanged', 'is unchanged'],
  ['greater', 'is greater'],
  ['less', 'is less'],
  ['between', 'is now between'],
];

export class Narrow {
  readonly form: HTMLElement;
  readonly list: VirtualList<HitRow>;
  readonly #parts: DrawerParts;
  readonly #job: Job;
  readonly #type = select('Number type', TYPE_OPTIONS, () => undefined);
  readonly #how = select('Condition', FIRST, () => this.#show());
  readonly #value = new Input('Value to look for', '42', () => this.#value.say(''));
  readonly #upper = new Input('Upper bound', '100', () => this.#upper.say(''));
  readonly #tolerance = new Input('Tolerance of the value', '± tolerance', () => this.#tolerance.say(''));
  readonly #aligned = new Toggle('symbol-ruler', 'Only at offsets that the size divides', () => undefined);
  readonly #step = button('First Scan', () => void this.#run(), false);
  readonly #reset = button('Start Again', () => this.#restart());
  /** What the search was begun with; undefined before the first step. */
  #number: NumberSpec | undefined;
  #offsets: Float64Array = new Float64Array(0);
  #said = { text: '', failed: false };
  #steps = 0;

  constructor(parts: DrawerParts, job: Job) {
    this.#parts = parts;
    this.#job = job;
    this.#type.value = 'u32';
    this.#aligned.on = true;
    this.#upper.element.classList.add('narrow-value');
    this.#value.element.classList.add('narrow-value');
    this.#tolerance.element.classList.add('tolerance');
    this.form = el('div', { class: 'find-form narrow-form' });
    this.form.append(
      this.#type,
      this.#aligned.element,
      this.#how,
      this.#value.element,
      this.#upper.element,
      this.#tolerance.element,
      this.#step,
      this.#reset,
    );
    this.list = new VirtualList({
      name: 'Places',
      make: () => new HitRow(),
      draw: (row, index) => this.#drawRow(row, index),
      onChoose: (index, done) => {
        parts.reveal(this.#offsets[index] ?? 0, sizeOf(this.#spec.type));
        if (done) parts.focusBytes();
      },
      redraw: parts.redraw,
    });
    this.form.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return;
      event.preventDefault();
      void this.#run();
    });
    this.#show();
  }

  get said(): { readonly text: string; readonly failed: boolean } {
    return this.#said;
  }

  /** What to do where no place is listed. */
  get hint(): string {
    if (!this.#number)
      return 'First scan for what the value is now. Then let the program change it, and keep the places that changed with it.';
    return 'No place is left.';
  }

  get #spec(): NumberSpec {
    const type = isNumberType(this.#type.value) ? this.#type.value : 'u32';
    return this.#number ?? { type, byteOrder: this.#parts.store.byteOrder, aligned: this.#aligned.on };
  }

  get #narrowing(): Narrowing {
    return isOneOf(this.#how.value, NARROWINGS) ? this.#how.value : 'equals';
  }

  focus(): void {
    if (this.#value.element.hidden) void this.#step.updateComplete.then(() => this.#step.focus());
    else this.#value.field.focus({ preventScroll: true });
  }

  wanted(): readonly Range[] {
    const length = sizeOf(this.#spec.type);
    return this.list.visible().map((index) => ({ offset: this.#offsets[index] ?? 0, length }));
  }

  draw(now: number): void {
    this.#now = now;
    this.list.draw();
  }
  #now = 0;

  #drawRow(row: HitRow, index: number): void {
    const offset = this.#offsets[index] ?? 0;
    const number = this.#spec;
    row.drawValue(this.#parts.store, offset, number, this.#parts.store.changes.step(offset, sizeOf(number.type), this.#now));
  }

  #show(): void {
    const begun = this.#number !== undefined;
    setOptions(this.#how, begun ? NEXT : FIRST);
    const how = this.#narrowing;
    setHidden(this.#value.element, how !== 'equals' && how !== 'between');
    setHidden(this.#upper.element, how !== 'between');
    setHidden(this.#tolerance.element, how !== 'equals');
    setText(this.#step, begun ? 'Next Scan' : 'First Scan');
    setHidden(this.#reset, !begun);
    this.#type.disabled = begun;
    this.#aligned.element.disabled = begun;
    this.#parts.redraw();
  }

  /** What the inputs give, or undefined, and then it is said what is wrong. */
  #values(
    type: NumberSpec['type'],
  ): { readonly value?: string; readonly upper?: string; readonly tolerance?: string } | undefined {
    const how = this.#narrowing;
    const read = (input: Input, parse: typeof parseNumber): string => {
      try {
        input.say('');
        return parse(input.value, type);
      } catch (error) {
        input.say(explain(error));
        input.field.focus();
        throw error;
      }
    };
    try {
      if (how === 'equals') {
        const near = this.#tolerance.value.trim() === '' ? {} : { tolerance: read(this.#tolerance, parseTolerance) };
        return { value: read(this.#value, parseNumber), ...near };
      }
      return how === 'between' ? { value: read(this.#value, parseNumber), upper: read(this.#upper, parseNumber) } : {};
    } catch {
      return undefined;
    }
  }

  async #run(): Promise<void> {
    const number = this.#spec;
    const values = this.#values(number.type);
    if (!values) return;
    const first = this.#number === undefined;
    try {
      const ask = { first, how: this.#narrowing, number, ...values };
      const found = await this.#job.run((options) => this.#parts.host.ask('narrow', ask, options));
      if (!found) return;
      this.#number = number;
      this.#steps = first ? 1 : this.#steps + 1;
      this.#take(found.count, found.offsets);
    } catch (error) {
      const many = error instanceof RequestError && error.code === 'EOVERFLOW' && error.remedy === undefined;
      const remedy = many ? ' Begin with a value, or with a narrower range.' : '';
      this.#say(isCancelled(error) ? 'Cancelled: the places are as they were.' : explain(error) + remedy, !isCancelled(error));
    }
    this.#show();
  }

  #take(count: number, offsets: Float64Array): void {
    this.#offsets = offsets.slice();
    this.list.setCount(offsets.length);
    const size = sizeOf(this.#spec.type);
    const hits = new Float64Array(offsets.length * 2);
    offsets.forEach((offset, index) => hits.set([offset, size], index * 2));
    this.#parts.store.setHits(hits);
    const shown = count > offsets.length ? `, of which the first ${formatCount(offsets.length)} are listed` : '';
    this.#say(`${plural(count, 'place')} left after ${plural(this.#steps, 'scan')}${shown}`);
  }

  #say(text: string, failed = false): void {
    this.#said = { text, failed };
    this.#parts.redraw();
  }

  #restart(): void {
    this.#number = undefined;
    this.#steps = 0;
    this.#offsets = new Float64Array(0);
    this.list.setCount(0);
    this.#parts.store.setHits(new Float64Array(0));
    this.#say('');
    this.#show();
    this.focus();
    this.#parts.host.ask('endNarrowing', null).catch((error: unknown) => this.#say(explain(error), true));
  }
}
