/** Who could not be watched, and why: all of it where nothing was found, else behind one line. */
import type { WritersInfo } from '../../src/protocol/writing.ts';
import { el, setHidden, setText } from '../dom.ts';
import { formatCount } from '../format.ts';
import { missedLine, missedText } from './words.ts';

export class Missed {
  readonly element = el('details', { class: 'missed', attributes: { hidden: '' } });
  readonly #summary = el('summary');
  readonly #list = el('ul');
  #drawn = '';
  #wasEmpty = false;

  constructor() {
    this.element.append(this.#summary, this.#list);
  }

  draw(report: WritersInfo | undefined): void {
    const { missed = [], moreMissed = 0, places = [], failure } = report ?? {};
    const hidden = missed.length === 0 || failure !== undefined;
    setHidden(this.element, hidden);
    if (hidden) return;
    const empty = places.length === 0;
    // Opened where it is the answer; the user's own choice stays otherwise.
    this.element.classList.toggle('answer', empty && report?.state === 'ended');
    if (empty !== this.#wasEmpty) this.element.open = empty;
    this.#wasEmpty = empty;
    const key = JSON.stringify([missed, moreMissed]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    setText(this.#summary, missedText({ missed, moreMissed }));
    const lines = missed.map((one) => el('li', { text: missedLine(one) }));
    if (moreMissed > 0) lines.push(el('li', { class: 'dim', text: `and ${formatCount(moreMissed)} more` }));
    this.#list.replaceChildren(...lines);
  }
}
