/** The tab Snapshots: what is kept of the segment, and what has changed since. */
import { chooseMarks } from '../header/changesMenu.ts';
import type { SnapshotInfo } from '../../src/protocol/keeping.ts';
import type { Range } from '../../src/protocol/messages.ts';
import { el, setHidden, setText } from '../dom.ts';
import { button, iconButton, Input, Job, setEnabled } from '../drawer/controls.ts';
import { VirtualList } from '../drawer/list.ts';
import type { DrawerParts, Tab } from '../drawer/parts.ts';
import { explain, isCancelled } from '../notice.ts';
import { Compare } from './compare.ts';
import { SnapshotRow, timeOf } from './row.ts';

const EMPTY = 'A snapshot keeps what the segment holds at one moment, to see later what has changed.';
const NOTHING = 'There is nothing to be kept now: the segment cannot be read.';
/** Characters of a name, as the protocol bounds it. */
const LONGEST_NAME = 200;

export class Snapshots implements Tab {
  readonly element: HTMLElement;
  readonly #parts: DrawerParts;
  readonly #job: Job;
  readonly #compare: Compare;
  readonly #list: VirtualList<SnapshotRow>;
  readonly #name = new Input('Name of the snapshot', '', () => this.#name.say(''));
  readonly #take: ReturnType<typeof button>;
  readonly #stop = iconButton('debug-stop', 'Cancel', () => this.#job.cancel(), 'Escape');
  readonly #rename = new Input('New name', '', () => undefined);
  readonly #confirm: HTMLElement;
  readonly #confirmText = el('span');
  readonly #remove: ReturnType<typeof button>;
  readonly #message = el('span', { class: 'find-message', attributes: { role: 'status', 'aria-live': 'polite' } });
  readonly #empty = el('p', { class: 'empty dim', text: EMPTY });
  readonly #actions: readonly ReturnType<typeof iconButton>[];
  readonly #mark = iconButton('record', 'Mark changes since this', () => this.#toggleBaseline());
  #known: readonly SnapshotInfo[] = [];
  #said = { text: '', failed: false };
  #renaming: string | undefined;
  #removing: string | undefined;

  constructor(parts: DrawerParts) {
    this.#parts = parts;
    this.#job = new Job('Snapshots', parts.redraw);
    this.#compare = new Compare(parts);
    this.#take = button('Take Snapshot', () => void this.#takeNow(), false);
    this.#list = new VirtualList({
      name: 'Snapshots',
      make: () => new SnapshotRow(),
      draw: (row, index) => this.#drawRow(row, index),
      onChoose: (_, done) => this.#chosen(done),
      redraw: parts.redraw,
    });
    this.#actions = [
      this.#mark,
      iconButton('edit', 'Rename', () => this.#startRename(), 'F2'),
      iconButton('trash', 'Delete', () => this.#startRemove(), 'Delete'),
    ];
    this.#remove = button('Delete', () => void this.#removeNow(), false);
    const keep = button('Keep', () => this.#endAsking());
    this.#confirm = el('div', { class: 'confirm', attributes: { role: 'group', 'aria-label': 'Delete this snapshot?' } });
    this.#confirm.append(this.#confirmText, this.#remove, keep);
    const bar = el('div', { class: 'snapshots-bar' }, this.#name.element, this.#take, this.#stop, ...this.#actions);
    const rename = this.#rename.element;
    rename.classList.add('rename');
    const kept = el('div', { class: 'kept' }, bar, this.#message, rename, this.#confirm, this.#empty, this.#list.element);
    this.element = el(
      'div',
      { class: 'snapshots' },
      this.#job.bar,
      el('div', { class: 'snapshots-panes' }, kept, this.#compare.element),
    );
    setHidden(rename, true);
    setHidden(this.#confirm, true);
    this.#listen();
  }

  #listen(): void {
    this.#name.field.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !event.isComposing) void this.#takeNow();
    });
    this.#rename.field.addEventListener('keydown', (event) => this.#renameKey(event));
    this.#list.element.addEventListener('keydown', (event) => {
      if (event.key === 'F2') this.#startRename();
      else if (event.key === 'Delete') this.#startRemove();
      else return;
      event.preventDefault();
    });
    this.#confirm.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      this.#endAsking();
    });
    this.element.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      event.preventDefault();
      if (this.#job.running) this.#job.cancel();
      else if (!this.#compare.cancel()) this.#parts.focusBytes();
    });
  }

  wanted(): readonly Range[] {
    return [];
  }

  focus(): void {
    if (this.#known.length > 0) this.#list.focus();
    else this.#name.field.focus({ preventScroll: true });
  }

  /** F7 and Shift+F7 of the page. */
  step(by: 1 | -1): void {
    this.#compare.step(by);
  }

  draw(): void {
    const { store } = this.#parts;
    if (this.#known !== store.snapshots) this.#takeList(store.snapshots);
    const chosen = this.#current;
    const busy = this.#job.running;
    this.#name.field.placeholder = `Snapshot ${timeOf(Date.now())}`;
    this.#take.disabled = busy || !this.#canTake;
    this.#take.title = this.#canTake ? 'Keep what the segment holds now' : NOTHING;
    setHidden(this.#stop, !busy);
    for (const action of this.#actions) setEnabled(action, chosen !== undefined && !busy);
    const marked = chosen !== undefined && store.changes.mode === chosen.id;
    const label = marked ? 'Mark changes since the frame before again' : 'Mark changes since this';
    if (this.#mark.label !== label) {
      this.#mark.label = label;
      this.#mark.title = label;
      this.#mark.icon = marked ? 'stop-circle' : 'record';
    }
    const percent = this.#job.done === undefined ? '' : ` ${Math.floor(this.#job.done * 100)} %`;
    const failed = this.#said.failed && !busy;
    this.#message.setAttribute('aria-busy', String(busy));
    setText(this.#message, busy ? `working…${percent}` : this.#said.text);
    this.#message.classList.toggle('failed', failed);
    setHidden(this.#message, !busy && this.#said.text === '');
    setHidden(this.#empty, this.#known.length > 0);
    setHidden(this.#list.element, this.#known.length === 0);
    setHidden(this.#compare.element, this.#known.length === 0);
    this.#list.draw();
    this.#compare.draw();
  }

  #drawRow(row: SnapshotRow, index: number): void {
    const info = this.#known[index];
    if (info) row.draw(info, this.#parts.store.changes.mode === info.id);
  }

  /** The host reads the segment for it, so the page need not have its first bytes. */
  get #canTake(): boolean {
    const { phase } = this.#parts.store.status;
    return phase === 'live' || phase === 'loading';
  }

  get #current(): SnapshotInfo | undefined {
    return this.#known[this.#list.chosen];
  }

  /** The list as the host has it; the chosen one stays chosen. */
  #takeList(list: readonly SnapshotInfo[]): void {
    const id = this.#current?.id;
    this.#known = list;
    this.#list.setCount(list.length, true);
    this.#list.mark(list.findIndex((one) => one.id === id));
    this.#compare.setList(list);
    if (!list.some((one) => one.id === this.#removing || one.id === this.#renaming)) this.#endAsking(false);
  }

  #chosen(done: boolean): void {
    this.#endAsking(false);
    this.#say('');
    const id = this.#current?.id;
    if (id === undefined) return;
    if (done) this.#parts.focusBytes();
    else this.#compare.compareWith(id);
  }

  async #takeNow(): Promise<void> {
    if (this.#job.running) return;
    if (!this.#canTake) return this.#say(NOTHING, true);
    // The button is disabled while this lasts, and the focus has to stay where Escape is heard.
    this.#name.field.focus({ preventScroll: true });
    const name = (this.#name.value.trim() || `Snapshot ${timeOf(Date.now())}`).slice(0, LONGEST_NAME);
    try {
      const info = await this.#job.run((options) => this.#parts.host.ask('takeSnapshot', { name }, options));
      if (!info) return;
      this.#name.value = '';
      this.#say(`"${info.name}" was taken.`);
    } catch (error) {
      this.#say(isCancelled(error) ? 'Cancelled: nothing was kept.' : `Not taken: ${explain(error)}`, !isCancelled(error));
    }
  }

  #startRename(): void {
    const info = this.#current;
    if (!info) return;
    this.#endAsking(false);
    this.#renaming = info.id;
    this.#rename.value = info.name;
    this.#rename.field.maxLength = LONGEST_NAME;
    setHidden(this.#rename.element, false);
    this.#rename.field.focus();
    this.#rename.field.select();
  }

  #renameKey(event: KeyboardEvent): void {
    if (event.isComposing || (event.key !== 'Enter' && event.key !== 'Escape')) return;
    event.preventDefault();
    const id = this.#renaming;
    const name = this.#rename.value.trim();
    this.#endAsking();
    if (event.key === 'Escape' || id === undefined || name === '') return;
    this.#parts.host
      .ask('renameSnapshot', { id, name })
      .catch((error: unknown) => this.#say(`Not renamed: ${explain(error)}`, true));
  }

  #startRemove(): void {
    const info = this.#current;
    if (!info) return;
    this.#endAsking(false);
    this.#removing = info.id;
    setText(this.#confirmText, `Delete "${info.name}" for good?`);
    setHidden(this.#confirm, false);
    void this.#remove.updateComplete.then(() => this.#remove.focus());
  }

  async #removeNow(): Promise<void> {
    const id = this.#removing;
    this.#endAsking();
    if (id === undefined) return;
    try {
      await this.#parts.host.ask('removeSnapshot', { id });
      this.#say('');
    } catch (error) {
      this.#say(`Not deleted: ${explain(error)}`, true);
    }
  }

  #endAsking(refocus = true): void {
    this.#renaming = undefined;
    this.#removing = undefined;
    setHidden(this.#rename.element, true);
    setHidden(this.#confirm, true);
    if (refocus) this.#list.focus();
  }

  #toggleBaseline(): void {
    const info = this.#current;
    if (!info) return;
    const { store, host } = this.#parts;
    chooseMarks(store, host, store.changes.mode === info.id ? 'frame' : info.id);
  }

  #say(text: string, failed = false): void {
    this.#said = { text, failed };
    this.#parts.redraw();
  }
}
