/** One snapshot in the list: its name, which can be changed in its place, when it was taken, and what it takes. */
import type { SnapshotInfo } from '../../src/protocol/keeping.ts';
import { el, setHidden, setText } from '../dom.ts';
import { formatSize } from '../format.ts';

export interface SnapshotActions {
  readonly rename: (name: string) => void;
  readonly remove: () => void;
  /** The row's own input is closed: the list gets the focus back. */
  readonly done: () => void;
}

/** '12:03:11', with the date where that is another day. */
export function timeOf(time: number, now = Date.now()): string {
  const date = new Date(time);
  const clock = date.toLocaleTimeString('en-GB');
  return date.toDateString() === new Date(now).toDateString() ? clock : `${date.toLocaleDateString('en-CA')} ${clock}`;
}

export class SnapshotRow {
  readonly element: HTMLElement;
  readonly #name = el('span', { class: 'snapshot-name' });
  readonly #facts = el('span', { class: 'snapshot-facts dim' });
  readonly #mark = el('span', { class: 'badge', text: 'changes marked since this' });
  info: SnapshotInfo | undefined;

  constructor() {
    this.element = el('div', { class: 'snapshot' }, this.#name, this.#mark, this.#facts);
  }

  draw(info: SnapshotInfo, baseline: boolean): void {
    this.info = info;
    setText(this.#name, info.name || '(no name)');
    const facts = `${timeOf(info.time)} · ${formatSize(info.size)} · ${formatSize(info.held)} on disk`;
    setText(this.#facts, facts);
    const title = `${info.name}\n${facts}`;
    if (this.element.title !== title) this.element.title = title;
    setHidden(this.#mark, !baseline);
  }
}
