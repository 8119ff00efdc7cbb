/** The page as a whole: hands messages to the store, draws what changed once per animation frame, asks for what is visible. */
import type { FieldRow } from '../src/decode/tree.ts';
import { Alarm } from './alarm.ts';
import { Announcer } from './announcer.ts';
import { MAX_VIEW_BYTES } from '../src/protocol/limits.ts';
import type { LockInfo } from '../src/protocol/locking.ts';
import type { Guard, Range } from '../src/protocol/messages.ts';
import { BytesView } from './bytes/bytes.ts';
import { watchTheme } from './bytes/palette.ts';
import { listenForCopy } from './clipboard.ts';
import { el, setHidden } from './dom.ts';
import type { Drawer } from './drawer/drawer.ts';
import { makeDrawer } from './drawer/make.ts';
import { copySelection } from './edit/copy.ts';
import { FieldsView } from './fields/fields.ts';
import { valueOf } from './fields/value.ts';
import { Footer } from './footer/footer.ts';
import { Banners } from './header/banners.ts';
import { troubledLock } from './header/lockBanners.ts';
import { Header } from './header/header.ts';
import type { Host, Pushed } from './host.ts';
import { Splitter } from './splitter.ts';
import { explain } from './notice.ts';
import { chooseMarks } from './header/changesMenu.ts';
import { STEPS, FADE } from './state/changes.ts';
import { MAX_EXPANDED, readPersisted, type Persisted } from './state/persisted.ts';
import { mergeRanges, sameRanges } from './state/ranges.ts';
import { Store } from './state/store.ts';
import { StripView } from './strip/strip.ts';
import { watchableRow } from './writers/watchable.ts';
import type { Writers } from './writers/writers.ts';
import { TypeEditor } from './typeEditor/typeEditor.ts';

/** After the last action, ms. */
const SAVE_DELAY = 300;
/** Characters that are measured for the width of one. */
const SAMPLE = 100;
/** Bytes of a field that are marked when one of them is hovered. */
const LARGEST_HOVER = 256;

export class Page {
  readonly #host: Host;
  readonly #store = new Store();
  readonly #header: Header;
  readonly #banners: Banners;
  readonly #fields: FieldsView;
  readonly #bytes: BytesView;
  readonly #footer: Footer;
  readonly #strip: StripView;
  readonly #editor: TypeEditor;
  readonly #splitter: Splitter;
  readonly #drawer: Drawer;
  /** Opens Find with the selected bytes as what is searched for. */
  readonly #findSelected: () => void;
  /** Opens Locks with one of them chosen. */
  readonly #showLock: (lock: LockInfo) => void;
  readonly #writers: Writers;
  readonly #saved: Persisted;
  #asked: readonly Range[] | undefined;
  #cells = 0;
  #askedGuards: readonly Guard[] = [];
  #counted = 0;
  #rowHeight = 20;
  /** The state that was saved last. */
  #kept = '';
  #editing = false;
  #scheduled = false;
  #restored = false;
  #typed = false;
  readonly #next = new Alarm(() => this.#schedule());
  #saveTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host, root: HTMLElement) {
    this.#host = host;
    this.#saved = readPersisted(host.saved());
    const redraw = (): void => this.#schedule();
    this.#header = new Header(this.#store, host, {
      onFind: () => this.#findSelected(),
    });
    this.#banners = new Banners(this.#store, host, (tab) => {
      const lock = tab === 'locks' ? troubledLock(this.#store.locks) : undefined;
      if (lock) this.#showLock(lock);
      else this.#drawer.show(tab);
    });
    this.#fields = new FieldsView(this.#store, host, this.#saved.fields, {
      onChange: redraw,
      onPick: (row) => this.#pickField(row),
      onFollow: (offset) => this.#follow(offset),
      onLock: (lock) => this.#showLock(lock),
      onWhere: (offset, { tid }) => this.#openWhere(offset, tid),
      writerItems: (row) => this.#writers.items(watchableRow(row, this.#store.size)),
    });
    this.#bytes = new BytesView(this.#store, host, {
      redraw,
      onPick: () => this.#pickBytes(),
      rangeAt: (offset) => this.#hovered(offset),
    });
    this.#editor = new TypeEditor(this.#store, host, () => this.#showEditor(false));
    this.#footer = new Footer(this.#store, (tab) => this.#drawer.toggle(tab));
    const { scroller } = this.#bytes;
    this.#strip = new StripView(this.#store, {
      view: () => ({ offset: scroller.top * this.#bytes.columns, length: scroller.page * this.#bytes.columns }),
      scrollTo: (offset) => scroller.scrollTo(offset / this.#bytes.columns),
      wheel: scroller.element,
      redraw,
    });
    const announcer = new Announcer(this.#store, () => this.#chosen());
    const columns = el('div', { class: 'columns' });
    this.#splitter = new Splitter(columns, this.#saved.share, redraw);
    const left = el('div', { class: 'left' }, this.#editor.element, this.#fields.element);
    const right = el('div', { class: 'right' }, this.#bytes.element, this.#strip.element);
    columns.append(left, this.#splitter.element, right);
    const reveal = (offset: number, length: number): void => this.#reveal(offset, length);
    const chosen = (): FieldRow | undefined => this.#fields.chosen(this.#store.selection);
    const { drawer, toasts, findSelected, showLock, writers } = makeDrawer(
      { store: this.#store, host, redraw, reveal, focusBytes: () => this.#bytes.focus(), chosen },
      this.#saved,
      { bytes: this.#bytes.element, offsetAt: (x, y) => this.#bytes.offsetAt(x, y) },
    );
    this.#drawer = drawer;
    this.#findSelected = findSelected;
    this.#showLock = showLock;
    this.#writers = writers;
    root.replaceChildren(
      this.#header.element,
      this.#banners.element,
      columns,
      this.#drawer.element,
      toasts,
      this.#footer.element,
      announcer.element,
    );
    root.ariaBusy = null;
    this.#measure();
    watchTheme(() => {
      this.#measure();
      redraw();
    });
    const { encoding, byteOrder, showStrip, announce, onlyIfUnchanged, look } = this.#saved;
    this.#store.setSettings({ encoding, byteOrder, showStrip, announce, onlyIfUnchanged, look });
    this.#store.subscribe((topic) => {
      if (topic === 'type') this.#typeChanged();
      redraw();
    });
    this.#typeChanged();
    listenForCopy(this.#store, this.#fields.element, this.#bytes.element, (asText) => {
      void copySelection(this.#store, host, asText ? 'text' : 'hex');
    });
    host.listen((message) => this.#take(message));
    host.listenForSilence((silent) => this.#store.setSilent(silent));
    host.save(this.#saved);
    host.ready();
    this.#askFirst();
    this.#drawFirst();
    if (this.#saved.marks !== 'frame') chooseMarks(this.#store, host, this.#saved.marks);
    // No frame is drawn while the page is not seen.
    document.addEventListener('visibilitychange', () => this.#ask());
  }

  #take(message: Pushed): void {
    if (message.type === 'segment') {
      this.#store.setSegment(message.segment);
      if (message.status) this.#store.setStatus(message.status);
    } else if (message.type === 'status') this.#store.setStatus(message.status);
    else if (message.type === 'layout') this.#store.setType(message.layout, message.problem);
    else if (message.type === 'types') this.#store.setTypes(message.types);
    else if (message.type === 'goTo') this.#goTo(message.offset, message.length);
    else if (message.type === 'strip') this.#store.setStrip(message.strip, performance.now());
    else if (message.type === 'baseline') this.#store.setBaselineBytes(message);
    else if (message.type === 'snapshots') this.#store.setSnapshots(message.list);
    else if (message.type === 'locks') this.#store.setLocks(message.locks);
    else if (message.type === 'writers') this.#store.setWriters(message.report, performance.now());
    else if (message.type === 'editType') this.#showEditor(true);
    else if (message.type === 'show' && message.tab === 'find') this.#findSelected();
    else if (message.type === 'show') this.#drawer.show(message.tab);
    else if (message.type === 'frame') this.#store.setFrame(message.frame, performance.now());
  }

  /** A row is as high as its text needs: the editor's font is the user's choice. */
  #measure(): void {
    const sample = el('span', { class: 'mono sample', text: '0'.repeat(SAMPLE) });
    document.body.append(sample);
    const { width } = sample.getBoundingClientRect();
    const height = Math.max(20, Math.round(Number.parseFloat(getComputedStyle(sample).fontSize) * 1.5));
    sample.remove();
    this.#rowHeight = height;
    setVariable('--row', `${height}px`);
    setVariable('--ch', `${width / SAMPLE}px`);
    this.#bytes.restyle(height);
    this.#fields.scroller.setRowHeight(height);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#draw(performance.now());
    });
  }

  #draw(now: number): void {
    if (!this.#restored && this.#store.size > 0) this.#restore();
    const { status, silent } = this.#store;
    document.body.classList.toggle('stale', silent || ['gone', 'unreadable', 'attach'].includes(status.phase));
    document.body.classList.toggle('writing', this.#store.canEdit);
    this.#header.draw(now);
    this.#banners.draw();
    if (!this.#fields.element.hidden) this.#fields.draw(now);
    this.#bytes.draw(now);
    this.#strip.draw(now);
    this.#drawer.draw(now);
    this.#footer.draw(now, this.#fields.pathOf(this.#store.selection));
    if (this.#store.changes.count > this.#counted) this.#header.rate.drawn();
    this.#counted = this.#store.changes.count;
    this.#host.drawn();
    this.#ask();
    this.#drawLater(now);
    this.#saveLater();
  }

  /** One alarm for all marks that fade, and for the words and digits that go by the clock; none when all stands still. */
  #drawLater(now: number): void {
    const fading = this.#store.changes.isFading(now);
    const cooling = this.#strip.wait(now);
    const heldBack = this.#footer.wait(now);
    const moves =
      fading ||
      (cooling ?? heldBack) !== undefined ||
      this.#header.isMoving(now) ||
      this.#drawer.isMoving ||
      this.#store.notice !== undefined;
    this.#next.set(moves ? now + (fading ? FADE / STEPS : (heldBack ?? cooling ?? 1000)) : Infinity);
  }

  /** Without waiting for a frame of the browser's: what came with the document is on the screen with the page's first one. */
  #drawFirst(): void {
    for (const message of this.#host.first()) if (message.type !== 'reply' && message.type !== 'progress') this.#take(message);
    this.#bytes.scroller.measure();
    this.#fields.scroller.measure();
    this.#draw(performance.now());
  }

  /** What will be in view, as far as the window's height tells: asked for before anything is laid out. */
  #askFirst(): void {
    const { topRow, rowBytes } = this.#saved;
    const rows = Math.ceil(window.innerHeight / this.#rowHeight);
    this.#host.view({ ranges: [{ offset: topRow * rowBytes, length: rows * rowBytes }], guards: [], cells: 0 });
  }

  #ask(): void {
    const wanted = [
      ...this.#bytes.wanted(),
      ...(this.#fields.element.hidden ? [] : this.#fields.wanted()),
      ...this.#drawer.wanted(),
    ];
    const { guards } = this.#store;
    const ranges = mergeRanges(wanted, MAX_VIEW_BYTES - guards.reduce((sum, guard) => sum + guard.length, 0));
    const { cells } = this.#strip;
    const same = guards === this.#askedGuards && cells === this.#cells;
    if (same && this.#asked && sameRanges(ranges, this.#asked)) return;
    this.#askedGuards = guards;
    this.#asked = ranges;
    this.#cells = cells;
    this.#host.view({ ranges, guards, cells });
  }

  /** What is selected, as a screen reader is told of it. */
  #chosen(): { readonly name: string; readonly value: string | undefined } | undefined {
    const { selection } = this.#store;
    const row = this.#fields.rowOf(selection.start);
    if (!row || row.path !== this.#fields.pathOf(selection)) return undefined;
    return { name: row.path, value: valueOf(row, this.#store)?.text };
  }

  #goTo(offset: number, length = 1): void {
    this.#reveal(offset, length);
    this.#bytes.focus();
  }

  /** Selects bytes and shows them in both views; the focus stays where it is. */
  #reveal(offset: number, length: number): void {
    this.#store.select({ start: offset, end: offset + length, caret: offset });
    this.#bytes.reveal(this.#store.selection.caret, true);
    this.#pickBytes();
  }

  /** A pointer leads here: the bytes are shown, and the field that begins there is chosen. The focus stays in the fields. */
  #follow(offset: number): void {
    this.#store.select({ start: offset, end: offset + 1, caret: offset });
    this.#pickBytes();
    const { path } = this.#store.selection;
    const row = this.#fields.rowOf(offset);
    if (row && row.path === path && row.offset === offset) this.#pickField(row);
    this.#bytes.reveal(offset, true);
  }

  /** The field around a byte, where it is one that fits the eye; else the byte. */
  #hovered(offset: number): Range {
    const row = this.#fields.rowOf(offset);
    return row && row.size > 0 && row.size <= LARGEST_HOVER ? { offset: row.offset, length: row.size } : { offset, length: 1 };
  }

  #openWhere(offset: number, tid: number | undefined): void {
    if (tid === undefined) return;
    const failed = (error: unknown): void => this.#store.setNotice(explain(error));
    this.#host.ask('openWhere', { offset, tid }).catch(failed);
  }

  /** Bytes were selected: the field that holds them is shown and chosen too. */
  #pickBytes(): void {
    const { start, end, caret } = this.#store.selection;
    const path = this.#fields.openAt(caret);
    this.#store.select({ start, end, caret, ...(path === undefined ? {} : { path }) });
  }

  #pickField(row: FieldRow): void {
    if (row.offset >= this.#store.size) {
      this.#store.select({ ...this.#store.selection, path: row.path });
      this.#store.setNotice(`${row.path || row.name} lies past the end of the segment.`);
      return;
    }
    this.#store.select({ start: row.offset, end: row.offset + Math.max(1, row.size), caret: row.offset, path: row.path });
    this.#bytes.reveal(row.offset, true);
  }

  #typeChanged(): void {
    this.#fields.reset(this.#typed ? this.#fields.expandedPaths() : this.#saved.expanded);
    this.#typed ||= this.#store.typed !== undefined;
    this.#nameSelection();
    this.#showEditor(false);
  }

  /** Without a type the editor stands in the place of the fields. */
  #showEditor(open: boolean): void {
    this.#editing = open || !this.#store.typed;
    setHidden(this.#editor.element, !this.#editing);
    setHidden(this.#fields.element, this.#editing);
    if (this.#editing) this.#editor.open(open);
    this.#schedule();
  }

  #restore(): void {
    this.#restored = true;
    const { start, end, topRow, rowBytes, fieldRow } = this.#saved;
    this.#store.select({ start, end, caret: start });
    this.#bytes.restore(topRow, rowBytes);
    this.#fields.scroller.scrollTo(fieldRow);
    this.#nameSelection();
  }

  /** The selection's field in the tree as it is now, where the selection begins with one. */
  #nameSelection(): void {
    const { start, end, caret } = this.#store.selection;
    const row = this.#fields.rowOf(start);
    const path = row?.offset === start ? row.path : undefined;
    this.#store.select({ start, end, caret, ...(path === undefined ? {} : { path }) });
  }

  #saveLater(): void {
    if (!this.#restored || this.#saveTimer !== undefined) return;
    this.#saveTimer = setTimeout(() => {
      this.#saveTimer = undefined;
      this.#save();
    }, SAVE_DELAY);
  }

  #save(): void {
    const { selection, encoding, byteOrder, look, showStrip, announce, baseline } = this.#store;
    const state: Persisted = {
      topRow: this.#bytes.scroller.top,
      rowBytes: this.#bytes.columns,
      fieldRow: this.#fields.scroller.top,
      expanded: this.#typed ? this.#fields.expandedPaths().slice(0, MAX_EXPANDED) : this.#saved.expanded,
      ...(this.#splitter.share === undefined ? {} : { share: this.#splitter.share }),
      encoding,
      byteOrder,
      marks: baseline,
      showStrip,
      announce,
      look,
      start: selection.start,
      end: selection.end,
      drawer: this.#drawer.state,
      fields: this.#fields.options,
      onlyIfUnchanged: this.#store.onlyIfUnchanged,
      writers: this.#writers.state,
    };
    const text = JSON.stringify(state);
    if (text !== this.#kept) this.#host.save(state);
    this.#kept = text;
  }
}

/** Only where it differs: every change of the style attribute is taken for another theme. */
function setVariable(name: string, value: string): void {
  const { style } = document.documentElement;
  if (style.getPropertyValue(name) !== value) style.setProperty(name, value);
}
