/** One place in code that writes, and one change that may have had a writer. Names are others': text only, never markup. */
import type { HintInfo, LineInfo, WatchedBytes, WriterInfo } from '../../src/protocol/writing.ts';
import { el, setHidden, setText } from '../dom.ts';
import { formatCount } from '../format.ts';
import { timeOf } from '../snapshots/row.ts';
import { addressText, agoText, fieldText, lineText, rateText, threadText } from './words.ts';

const cell = (name: string): HTMLElement => el('span', { class: `cell ${name}`, attributes: { role: 'gridcell' } });
const part = (name: string): HTMLElement => el('span', { class: name });

function setTitle(element: HTMLElement, title: string): void {
  if (element.title !== title) element.title = title;
}

export interface PlaceState {
  readonly fields: readonly WatchedBytes[];
  /** The host's clock. */
  readonly now: number;
  /** It goes on: times are told as how long ago they were. */
  readonly running: boolean;
}

export class PlaceRow {
  readonly element: HTMLElement;
  readonly #process = cell('process');
  readonly #name = part('process-name');
  readonly #thread = part('thread dim');
  readonly #function = cell('function mono');
  readonly #line = part('line mono');
  readonly #caller = part('caller');
  readonly #callerName = part('caller-name');
  readonly #callerLine = part('caller-line mono');
  readonly #place = cell('place');
  readonly #field = cell('field mono');
  readonly #value = cell('value mono');
  readonly #before = part('before');
  readonly #arrow = el('span', { class: 'codicon codicon-arrow-small-right', attributes: { 'aria-label': 'to' } });
  readonly #after = part('after');
  readonly #rate = cell('rate');
  readonly #count = cell('count');
  readonly #last = cell('last');

  constructor() {
    this.#process.append(this.#name, this.#thread);
    this.#caller.append(this.#callerName, this.#callerLine);
    this.#place.append(this.#line, this.#caller);
    this.#value.append(this.#before, this.#arrow, this.#after);
    const cells = [this.#process, this.#function, this.#place, this.#field, this.#value, this.#rate, this.#count, this.#last];
    this.element = el('div', { class: 'writer' }, ...cells);
  }

  /** Whether the caller's line was pressed, and not the row's own. */
  isCaller(target: EventTarget | null): boolean {
    return target instanceof Node && this.#callerLine.contains(target) && this.#callerLine.classList.contains('link');
  }

  draw(place: WriterInfo, { fields, now, running }: PlaceState): void {
    const { pid, tid, caller, lack, before, after } = place;
    setText(this.#name, `${place.process || '?'} (${pid})`);
    setText(this.#thread, tid === pid ? '' : ` · thread ${tid}`);
    setTitle(this.#process, threadText(place));
    setText(this.#function, place.function ?? '');
    setTitle(this.#function, place.function ?? '');
    this.#drawLine(place);
    this.#drawCaller(caller);
    const field = fields[place.field];
    setText(this.#field, field ? fieldText(field) : '');
    setTitle(this.#field, field ? fieldText(field) : '');
    setText(this.#before, before ?? '');
    setText(this.#after, after ?? '');
    setHidden(this.#arrow, before === undefined || after === undefined);
    setTitle(this.#value, before === undefined && after === undefined ? '' : `${before ?? '?'} → ${after ?? '?'}`);
    setText(this.#rate, rateText(place.rate));
    setText(this.#count, formatCount(place.count));
    const time = timeOf(place.last, now);
    setText(this.#last, running ? agoText(Math.max(0, now - place.last)) : time);
    setTitle(this.#last, `first ${timeOf(place.first, now)}, last ${time}`);
    this.element.classList.toggle('lacking', place.file === undefined && lack !== undefined);
    this.element.classList.toggle('through', place.file === undefined && caller?.file !== undefined);
  }

  #drawCaller(caller: LineInfo | undefined): void {
    setHidden(this.#caller, !caller);
    if (!caller) return;
    const line = lineText(caller);
    const name = caller.function ?? (line ? '' : 'unknown code');
    setText(this.#callerName, `called from ${name}${name && line ? ' at ' : ''}`);
    setText(this.#callerLine, line);
    this.#callerLine.classList.toggle('link', caller.file !== undefined);
    setTitle(this.#caller, `called from ${name}\n${fullLine(caller)}`);
  }

  #drawLine(place: WriterInfo): void {
    const { file, lack, object, instruction } = place;
    setText(this.#line, lineText(place) || addressText(place));
    this.#line.classList.toggle('link', file !== undefined);
    const where = object === undefined ? instruction : `${instruction} in ${object}`;
    setTitle(this.#line, file === undefined ? [where, lack ?? ''].filter((text) => text !== '').join('\n') : fullLine(place));
  }
}

function fullLine({ file, line }: LineInfo): string {
  return file === undefined ? 'line unknown' : line === undefined ? file : `${file}:${line}`;
}

/** A change that was seen, and who ran meanwhile. */
export class HintRow {
  readonly element: HTMLElement;
  readonly #time = cell('time');
  readonly #value = cell('value mono');
  readonly #ran = cell('ran');

  constructor() {
    this.element = el('div', { class: 'hint' }, this.#time, this.#value, this.#ran);
  }

  draw({ time, before, after, ran }: HintInfo, now: number): void {
    setText(this.#time, timeOf(time, now));
    setText(this.#value, `${before} → ${after}`);
    setTitle(this.#value, `${before} → ${after}`);
    setText(this.#ran, ran.length === 0 ? 'nobody that maps it was seen to run' : ran.join(', '));
    setTitle(this.#ran, ran.join('\n'));
  }
}
