/** Comparing two snapshots, or one with the segment as it is now. */
import type { SnapshotInfo } from '../../src/protocol/keeping.ts';
import { el, setHidden, setText } from '../dom.ts';
import { iconButton, select, setEnabled, setOptions, Job } from '../drawer/controls.ts';
import type { DrawerParts } from '../drawer/parts.ts';
import { formatCount, plural } from '../format.ts';
import { explain, isCancelled } from '../notice.ts';
import { Differences, MAX_ROWS, rowsOf } from './differences.ts';
import { timeOf } from './row.ts';

const LIVE = 'live';

export class Compare {
  readonly element: HTMLElement;
  readonly #parts: DrawerParts;
  readonly #job: Job;
  readonly #left = select('Compare', [], () => this.#picked());
  readonly #right = select('With', [[LIVE, 'Live']], () => this.#picked());
  readonly #again = iconButton('refresh', 'Compare again', () => void this.run());
  readonly #previous = iconButton('arrow-up', 'Previous difference', () => this.step(-1), 'Shift+F7');
  readonly #next = iconButton('arrow-down', 'Next difference', () => this.step(1), 'F7');
  readonly #editor = iconButton('diff-multiple', 'Open in Diff Editor', () => this.#openDiff());
  readonly #message = el('span', { class: 'find-message', attributes: { role: 'status', 'aria-live': 'polite' } });
  readonly #hint = el('p', { class: 'empty dim', text: 'Choose a snapshot to see what has changed since then.' });
  readonly #differences: Differences;
  #found = new Float64Array(0);
  #complete = true;
  #said = { text: '', failed: false };
  #ran = false;

  constructor(parts: DrawerParts) {
    this.#parts = parts;
    this.#job = new Job('Comparing', parts.redraw);
    this.#differences = new Differences(parts, () => this.#tell());
    const bar = el('div', { class: 'compare-bar' }, this.#left, el('span', { class: 'dim', text: 'and' }), this.#right);
    bar.append(this.#again, this.#previous, this.#next, this.#editor, this.#message);
    this.element = el('div', { class: 'compare' }, this.#job.bar, bar, this.#hint, this.#differences.list.element);
    parts.store.subscribe((topic) => {
      // By field is another list than by bytes.
      if (topic === 'type' && this.#ran) this.#showRows(false);
    });
  }

  /** The snapshots that there are now. */
  setList(list: readonly SnapshotInfo[]): void {
    const options = list.map((one) => [one.id, `${one.name || '(no name)'} · ${timeOf(one.time)}`] as const);
    setOptions(this.#left, options);
    setOptions(this.#right, [[LIVE, 'Live'], ...options]);
    if (list.length === 0) this.#clear();
  }

  /** Compares the snapshot with what was chosen to compare with. */
  compareWith(id: string): void {
    if (this.#left.value === id && this.#ran) return;
    this.#left.value = id;
    if (this.#right.value === id) this.#right.value = LIVE;
    void this.run();
  }

  get #both(): { readonly left: string; readonly right: string } {
    return { left: this.#left.value, right: this.#right.value || LIVE };
  }

  draw(): void {
    const { left, right } = this.#both;
    const possible = left !== '' && left !== right;
    setEnabled(this.#again, possible);
    setEnabled(this.#editor, possible);
    const { count } = this.#differences.list;
    setEnabled(this.#previous, count > 0);
    setEnabled(this.#next, count > 0);
    setHidden(this.#hint, this.#ran);
    setHidden(this.#differences.list.element, count === 0);
    setText(this.#message, this.#said.text);
    this.#message.classList.toggle('failed', this.#said.failed);
    if (count > 0) this.#differences.draw();
  }

  /** From the start, as both are now. */
  async run(): Promise<void> {
    const { left, right } = this.#both;
    if (left === '' || left === right) return;
    this.#found = new Float64Array(0);
    this.#complete = true;
    await this.#more(false);
  }

  async #more(continued: boolean): Promise<void> {
    const { left, right } = this.#both;
    const from = continued ? (this.#found.at(-1) ?? 0) : 0;
    this.#said = { text: 'comparing…', failed: false };
    try {
      const answer = await this.#job.run((options) => this.#parts.host.ask('compare', { left, right, from }, options));
      if (!answer) return;
      const joined = new Float64Array(this.#found.length + answer.differences.length);
      joined.set(this.#found);
      joined.set(answer.differences, this.#found.length);
      this.#found = joined;
      this.#complete = answer.complete;
      this.#ran = true;
      this.#showRows(continued);
    } catch (error) {
      this.#said = { text: isCancelled(error) ? 'Cancelled.' : explain(error), failed: !isCancelled(error) };
      this.#ran = true;
    }
    this.#parts.redraw();
  }

  #showRows(continued: boolean): void {
    const { typed, size } = this.#parts.store;
    const { rows, complete } = rowsOf(this.#found, typed, Math.max(size, this.#found.at(-1) ?? 0));
    this.#complete &&= complete;
    this.#differences.show(this.#both, rows, continued);
    this.#tell();
  }

  #tell(): void {
    const { count, chosen } = this.#differences.list;
    const all = plural(count, 'difference');
    const more = this.#complete ? '' : count >= MAX_ROWS ? ', the first ones' : ', and more after them';
    const text = count === 0 ? 'Nothing differs.' : chosen < 0 ? all + more : `${formatCount(chosen + 1)} of ${all}${more}`;
    this.#said = { text, failed: false };
    this.#parts.redraw();
  }

  /** True where there was something to cancel. */
  cancel(): boolean {
    const { running } = this.#job;
    this.#job.cancel();
    return running;
  }

  /** The next difference, or the one before; past the last known one it goes on comparing. */
  step(by: 1 | -1): void {
    const { list } = this.#differences;
    if (list.count === 0)
      return this.#parts.store.setNotice('There is no comparison: take a snapshot, and choose it in the list.');
    const to = list.chosen < 0 ? (by > 0 ? 0 : list.count - 1) : list.chosen + by;
    if (to >= 0 && to < list.count) return list.choose(to);
    if (to < 0 || this.#complete || list.count >= MAX_ROWS) return list.choose(to < 0 ? list.count - 1 : 0);
    void this.#more(true).then(() => list.choose(Math.min(to, list.count - 1)));
  }

  #picked(): void {
    const { left, right } = this.#both;
    if (left !== '' && left === right) {
      this.#said = { text: 'These are the same.', failed: false };
      this.#parts.redraw();
    } else void this.run();
  }

  #openDiff(): void {
    this.#parts.host.ask('openDiff', this.#both).catch((error: unknown) => {
      this.#said = { text: explain(error), failed: true };
      this.#parts.redraw();
    });
  }

  #clear(): void {
    this.#ran = false;
    this.#found = new Float64Array(0);
    this.#said = { text: '', failed: false };
    this.#differences.show({ left: '', right: '' }, [], false);
  }
}
