/** What is searched for, as the user gives it: kind, text, and what goes with the kind. */
import { NUMBER_TYPES, TEXT_ENCODINGS, type NumberSpec, type NumberType, type SearchSpec } from '../../src/protocol/searching.ts';
import { isOneOf } from '../../src/protocol/check.ts';
import { el, setHidden } from '../dom.ts';
import { Input, select, setOptions, Toggle } from '../drawer/controls.ts';
import { explain } from '../notice.ts';
import type { Store } from '../state/store.ts';
import { KINDS, toSpec, type Kind } from './query.ts';

const KIND_NAMES: readonly (readonly [Kind, string])[] = [
  ['text', 'Text'],
  ['hex', 'Hex bytes'],
  ['number', 'Number'],
  ['regex', 'Regular expression'],
];
const PLACEHOLDERS: Readonly<Record<Kind, string>> = {
  text: 'Text',
  hex: 'de ad ?? ef',
  number: '42, -1, 0x2a, 1.5',
  regex: 'order-[0-9]+',
};
const ENCODINGS = [
  ['utf8', 'UTF-8'],
  ['utf16le', 'UTF-16 LE'],
  ['utf16be', 'UTF-16 BE'],
  ['latin1', 'Latin-1'],
] as const;

export const TYPE_OPTIONS = NUMBER_TYPES.map((type) => [type, type] as const);

export function isNumberType(value: string): value is NumberType {
  return isOneOf(value, NUMBER_TYPES);
}

export class FindForm {
  readonly element: HTMLElement;
  readonly query: Input;
  readonly #store: Store;
  readonly #onChange: () => void;
  readonly #kind = select('What to find', KIND_NAMES, () => this.#kindChanged());
  readonly #encoding = select('Encoding', ENCODINGS, () => this.#changed());
  readonly #type = select('Number type', TYPE_OPTIONS, () => this.#changed());
  readonly #tolerance: Input;
  readonly #matchCase = new Toggle('case-sensitive', 'Match case', () => this.#changed());
  readonly #aligned = new Toggle('symbol-ruler', 'Only at offsets that the size divides', () => this.#changed());

  /** `onChange`: something else is searched for now. */
  constructor(store: Store, onChange: () => void) {
    this.#store = store;
    this.#onChange = onChange;
    this.query = new Input('Find', PLACEHOLDERS.text, () => this.#changed(), this.#matchCase.element, this.#aligned.element);
    this.query.element.classList.add('query');
    this.#tolerance = new Input('Tolerance', '± tolerance', () => this.#changed());
    this.#tolerance.element.classList.add('tolerance');
    this.#type.value = 'u32';
    this.element = el(
      'div',
      { class: 'find-form' },
      this.#kind,
      this.query.element,
      this.#encoding,
      this.#type,
      this.#tolerance.element,
    );
    this.#kindChanged();
  }

  get kind(): Kind {
    return isOneOf(this.#kind.value, KINDS) ? this.#kind.value : 'text';
  }

  get number(): NumberSpec {
    const type = isNumberType(this.#type.value) ? this.#type.value : 'u32';
    return { type, byteOrder: this.#store.byteOrder, aligned: this.#aligned.on };
  }

  /** Another query than the user typed: selected bytes. */
  setHex(text: string): void {
    this.#kind.value = 'hex';
    this.query.value = text;
    this.#kindChanged();
  }

  /** What is searched for; undefined where that cannot be, and then it is said why. */
  spec(): SearchSpec | undefined {
    try {
      const spec = toSpec({
        kind: this.kind,
        text: this.query.value,
        encoding: isOneOf(this.#encoding.value, TEXT_ENCODINGS) ? this.#encoding.value : 'utf8',
        matchCase: this.#matchCase.on,
        number: this.number,
        tolerance: this.#tolerance.value,
      });
      this.query.say('');
      return spec;
    } catch (error) {
      this.query.say(explain(error));
      return undefined;
    }
  }

  /** While it is typed, what is wrong is said only once there is something. */
  #changed(): void {
    if (this.query.value === '') this.query.say('');
    else this.spec();
    this.#onChange();
  }

  #kindChanged(): void {
    const { kind } = this;
    setHidden(this.#matchCase.element, kind !== 'text' && kind !== 'regex');
    setHidden(this.#aligned.element, kind !== 'number');
    setHidden(this.#encoding, kind !== 'text' && kind !== 'regex');
    setOptions(this.#encoding, kind === 'regex' ? ENCODINGS.filter(([one]) => !one.startsWith('utf16')) : ENCODINGS);
    setHidden(this.#type, kind !== 'number');
    setHidden(this.#tolerance.element, kind !== 'number');
    this.query.field.placeholder = PLACEHOLDERS[kind];
    this.#changed();
  }
}
