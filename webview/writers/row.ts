/** One place in code that writes, and one change that may have had a writer. Names are others': text only, never markup. */
import type { HintInfo, LineInfo, WatchedBytes, WriterInfo } from '../../src/protocol/writing.ts';
import { el, setHidden, setText } from '../dom.ts';
import { formatCount } from '../format.ts';
import { timeOf } from '../snapshots/row.ts';
import { isThrough, userLine, viaText } from './userLine.ts';
import { addressText, agoText, fieldText, libraryText, lineText, rateText, rowName, threadText } from './words.ts';

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
  readonly #functionName = part('function-name');
  readonly #via = part('via');
  readonly #line = part('line mono');
  readonly #library = part('library mono');
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
    this.#function.append(this.#functionName, this.#via);
    this.#place.append(this.#line, this.#library);
    this.#value.append(this.#before, this.#arrow, this.#after);
    const cells = [this.#process, this.#function, this.#place, this.#field, this.#value, this.#rate, this.#count, this.#last];
    this.element = el('div', { class: 'writer' }, ...cells);
  }

  /** Whether the library's own line was pressed, and not the one that called it. */
  isLibrary(target: EventTarget | null): boolean {
    return target instanceof Node && this.#library.contains(target);
  }

  draw(place: WriterInfo, { fields, now, running }: PlaceState): void {
    const { pid, tid, lack, before, after } = place;
    setText(this.#name, `${place.process || '?'} (${pid})`);
    setText(this.#thread, tid === pid ? '' : ` · thread ${tid}`);
    setTitle(this.#process, threadText(place));
    this.#drawFunction(place);
    this.#drawLine(place);
    const field = fields[place.field];
    const fieldName = field ? fieldText(field) : '';
    setText(this.#field, fieldName);
    setTitle(this.#field, fieldName);
    setText(this.#before, before ?? '');
    setText(this.#after, after ?? '');
    setHidden(this.#arrow, before === undefined || after === undefined);
    setTitle(this.#value, before === undefined && after === undefined ? '' : `${before ?? '?'} → ${after ?? '?'}`);
    const [rate, count, time] = [rateText(place.rate), formatCount(place.count), timeOf(place.last, now)];
    const last = running ? agoText(Math.max(0, now - place.last)) : time;
    setText(this.#rate, rate);
    setText(this.#count, count);
    setText(this.#last, last);
    setTitle(this.#last, `first ${timeOf(place.first, now)}, last ${time}`);
    const change = [before, after].filter((text) => text !== undefined).join(' to ');
    this.#setName(rowName(place, [fields.length > 1 ? fieldName : '', change, rate, count, last]));
    this.element.classList.toggle('lacking', place.file === undefined && lack !== undefined);
    this.element.classList.toggle('through', isThrough(place));
  }

  /** Its cells in the order in which they are told, which is not that in which they stand. */
  #setName(name: string): void {
    if (this.element.ariaLabel !== name) this.element.ariaLabel = name;
  }

  #drawFunction(place: WriterInfo): void {
    const name = userLine(place).function ?? '';
    const via = viaText(place);
    setText(this.#functionName, name);
    setText(this.#via, via && ` via ${via}`);
    setTitle(this.#function, via ? `${name}\nvia ${via}` : name);
  }

  #drawLine(place: WriterInfo): void {
    const line = userLine(place);
    const library = libraryText(place);
    const through = isThrough(place);
    const text = lineText(line) || (through ? '' : addressText(place));
    setText(this.#line, text);
    setHidden(this.#line, text === '');
    this.#line.classList.toggle('link', line.file !== undefined);
    setTitle(this.#line, through ? `${fullLine(line)}\nvia ${viaText(place)}: ${storeText(place)}` : storeText(place));
    setText(this.#library, library);
    setHidden(this.#library, library === '');
    this.#library.classList.toggle('link', place.file !== undefined);
    setTitle(this.#library, through ? storeText(place) : '');
  }
}

/** All that is known of where the store was made. */
function storeText({ file, line, lack, object, instruction }: WriterInfo): string {
  if (file !== undefined) return fullLine({ file, ...(line === undefined ? {} : { line }) });
  const where = object === undefined ? instruction : `${instruction} in ${object}`;
  return lack === undefined ? where : `${where}\n${lack}`;
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
