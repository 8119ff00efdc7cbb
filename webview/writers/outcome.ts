/** What was found: a sentence, the table of places, and where breakpoints cannot be had the table of hints. */
import { withRemedy } from '../../src/protocol/sentences.ts';
import type { HintInfo, LineOf, WriterInfo, WritersInfo } from '../../src/protocol/writing.ts';
import { el, setHidden, setText } from '../dom.ts';
import { Grid, type GridColumn } from './grid.ts';
import { BY_RATE, ordered, turned, type SortKey } from './order.ts';
import { HintRow, PlaceRow } from './row.ts';
import { headline } from './words.ts';

const SORTED: readonly (readonly [SortKey, string])[] = [
  ['process', 'Process'],
  ['function', 'Function'],
  ['place', 'Line'],
];
const NUMBERS: readonly (readonly [SortKey, string])[] = [
  ['rate', 'Rate'],
  ['count', 'Count'],
  ['last', 'Last'],
];
const HINT = 'A hint, no proof: breakpoints cannot be had here.';

export class Outcome {
  readonly said = el('p', { class: 'writers-said', attributes: { role: 'status', 'aria-live': 'polite' } });
  readonly elements: readonly HTMLElement[];
  readonly #failure = el('div', { class: 'writers-failure', attributes: { hidden: '' } });
  readonly #failureText = el('p', { class: 'failure-text' });
  readonly #hintLabel = el('h2', { class: 'hint-label', text: HINT });
  readonly #places: Grid<WriterInfo, PlaceRow>;
  readonly #hints: Grid<HintInfo, HintRow>;
  readonly #rows = new Map<HTMLElement, PlaceRow>();
  readonly #redraw: () => void;
  #sorting = BY_RATE;
  #order: readonly number[] = [];
  #report: WritersInfo | undefined;
  #clock = 0;

  /** `onOpen`: the line of a place, or of its caller, is to be shown; `focus` where the user goes on there. */
  constructor(redraw: () => void, onOpen: (place: WriterInfo, of: LineOf, focus: boolean) => void) {
    this.#redraw = redraw;
    const head = ([name, title]: readonly [SortKey, string]): GridColumn => ({ name, title, onSort: () => this.#sort(name) });
    this.#places = new Grid<WriterInfo, PlaceRow>({
      name: 'Writers',
      columns: [...SORTED.map(head), { name: 'field', title: 'Field' }, { name: 'value', title: 'Value' }, ...NUMBERS.map(head)],
      make: () => this.#makeRow(),
      draw: (row, place) => {
        const { fields = [], state } = this.#report ?? {};
        row.draw(place, { fields, now: this.#clock, running: state !== 'ended' });
      },
      keyOf: ({ id }) => id,
      onOpen: (place, event) => this.#open(place, event, onOpen),
      redraw,
    });
    this.#hints = new Grid<HintInfo, HintRow>({
      name: 'Changes and who ran',
      columns: [
        { name: 'time', title: 'Time' },
        { name: 'value', title: 'Change' },
        { name: 'ran', title: 'Ran in between' },
      ],
      make: () => new HintRow(),
      draw: (row, hint) => row.draw(hint, this.#clock),
      keyOf: (hint) => this.#report?.hint?.indexOf(hint) ?? -1,
      onOpen: () => undefined,
      redraw,
    });
    this.#failure.append(this.#failureText, this.#hintLabel);
    this.#places.setSorted(this.#sorting.key, this.#sorting.descending);
    this.elements = [this.#failure, this.#places.element, this.#hints.element];
  }

  get hasRows(): boolean {
    return this.#places.count > 0;
  }

  focus(): void {
    this.#places.focus();
  }

  /** `clock`: the host's. */
  draw(report: WritersInfo | undefined, clock: number): void {
    this.#clock = clock;
    const fresh = report !== this.#report;
    this.#report = report;
    const said = report ? headline(report) : '';
    setText(this.said, said);
    setHidden(this.said, said === '');
    // What changes twice a second is not read out; how it began and how it ended is.
    this.said.setAttribute('aria-live', report?.state === 'running' && report.places.length > 0 ? 'off' : 'polite');
    this.#drawFailure(report);
    if (fresh) this.#arrange();
    const { places = [], fields = [] } = report ?? {};
    setHidden(this.#places.element, places.length === 0);
    this.#places.element.classList.toggle('one-field', fields.length < 2);
    this.#places.element.classList.toggle('no-values', !places.some(({ before, after }) => (before ?? after) !== undefined));
    this.#places.draw();
    this.#hints.draw();
  }

  #drawFailure(report: WritersInfo | undefined): void {
    const failure = report?.failure;
    const hints = report?.hint ?? [];
    setHidden(this.#failure, !failure && hints.length === 0);
    setText(this.#failureText, failure ? withRemedy(failure.message, failure.remedy) : '');
    setHidden(this.#failureText, !failure);
    setText(this.#hintLabel, hints.length > 0 ? HINT : `${HINT} Changes of it are listed here, with who ran meanwhile.`);
    setHidden(this.#hintLabel, report?.hint === undefined);
    setHidden(this.#hints.element, hints.length === 0);
  }

  /** Rows stay where they are while the pointer is over them. */
  #arrange(): void {
    const places = ordered(this.#report?.places ?? [], this.#sorting, this.#places.isHovered ? this.#order : undefined);
    this.#order = places.map(({ id }) => id);
    this.#places.setItems(places);
    this.#hints.setItems(this.#report?.hint ?? []);
  }

  #sort(key: SortKey): void {
    this.#sorting = turned(this.#sorting, key);
    this.#places.setSorted(key, this.#sorting.descending);
    this.#order = [];
    this.#arrange();
    this.#redraw();
  }

  #makeRow(): PlaceRow {
    const row = new PlaceRow();
    this.#rows.set(row.element, row);
    return row;
  }

  /** Own code first: the caller's line, and that of the library by a press on it or with Shift; where one has no file, the other. */
  #open(
    place: WriterInfo,
    event: MouseEvent | KeyboardEvent,
    onOpen: (place: WriterInfo, of: LineOf, focus: boolean) => void,
  ): void {
    const { target } = event;
    const element = target instanceof Element ? target.closest<HTMLElement>('.writer') : null;
    const library = element ? this.#rows.get(element)?.isLibrary(target) === true : event.shiftKey;
    const of = place.caller?.file === undefined || (library && place.file !== undefined) ? 'own' : 'caller';
    if ((of === 'own' ? place : place.caller)?.file === undefined) return;
    onOpen(place, of, event.type !== 'click');
  }
}
