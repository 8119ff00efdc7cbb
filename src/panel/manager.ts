/** The open panels. A segment may have several, each with a window of its own. */
import * as vscode from 'vscode';
import type { Segment } from '../../api.d.ts';
import { findSegment, isReference, type Reference } from '../segments/reference.ts';
import { toDisposable } from '../lifecycle.ts';
import { toShmError } from '../native/errors.ts';
import { plainText } from '../protocol/sentences.ts';
import { LockNotices, NOTICE_PAUSE } from './lockNotices.ts';
import { missingSegment } from './missing.ts';
import { SegmentPanel } from './panel.ts';
import { OpenPanels } from './orphans.ts';
import type { PanelParts } from './parts.ts';

const VIEW_TYPE = 'shmscope.segment';

export class PanelManager implements vscode.WebviewPanelSerializer {
  readonly #parts: PanelParts;
  readonly #panels = new Set<SegmentPanel>();
  readonly #serializer: vscode.Disposable;
  readonly #open: OpenPanels;
  readonly #notices: LockNotices;
  /** Since when each panel shows its segment; performance.now(). */
  readonly #opened = new Map<SegmentPanel, number>();
  #ended = false;

  constructor(parts: Omit<PanelParts, 'showLock'>) {
    this.#parts = { ...parts, showLock: (id, offset) => this.showLock(id, offset) };
    this.#notices = new LockNotices({
      locks: parts.locks,
      open: () => new Map([...this.#opened].reverse().map(([{ segment }, since]) => [segment.id, since])),
      now: () => performance.now(),
      wanted: () => vscode.workspace.getConfiguration('shmscope').get<unknown>('locks.notify') !== false,
      ask: async (text) => (await vscode.window.showWarningMessage(plainText(text), 'Show')) === 'Show',
      show: ({ id, offset }) => {
        this.showLock(id, offset).catch((error: unknown) => parts.log(`The lock was not shown: ${toShmError(error).message}`));
      },
      later: (run) => {
        const timer = setTimeout(run, NOTICE_PAUSE);
        return toDisposable(() => clearTimeout(timer));
      },
    });
    this.#serializer = vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, this);
    this.#open = new OpenPanels(parts.state, VIEW_TYPE);
    void this.#replaceLeft();
  }

  /** The panel that has the focus, if one has. */
  get active(): SegmentPanel | undefined {
    return [...this.#panels].find((panel) => panel.active);
  }

  /** The panels of a segment; the one with the focus first, then those that can be seen. */
  of(id: string): SegmentPanel[] {
    const rank = (panel: SegmentPanel): number => (panel.active ? 0 : panel.visible ? 1 : 2);
    return [...this.#panels].filter((panel) => panel.segment.id === id).sort((a, b) => rank(a) - rank(b));
  }

  /** Shows a panel of the segment, and opens one when there is none. `beside`: another one, beside what is open. */
  open(segment: Segment, { beside = false } = {}): SegmentPanel {
    const [open] = beside ? [] : this.of(segment.id);
    if (open) {
      open.reveal();
      return open;
    }
    return this.#create(segment, beside ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active, false);
  }

  /** A panel of the segment with the lock's bytes and the tab Locks; ESTALE for a segment that is gone. */
  async showLock(id: string, offset: number): Promise<void> {
    const panel = this.open(await this.#parts.store.require(id));
    panel.goTo(offset);
    panel.show('locks');
  }

  #create(segment: Segment, viewColumn: vscode.ViewColumn, preserveFocus: boolean): SegmentPanel {
    const where = { viewColumn, preserveFocus };
    const options = { ...this.#options, retainContextWhenHidden: false };
    return this.#add(segment, vscode.window.createWebviewPanel(VIEW_TYPE, segment.name, where, options));
  }

  /** New panels in place of those that an extension host which has ended left behind. */
  async #replaceLeft(): Promise<void> {
    const left = this.#open.left();
    if (left.length === 0) return;
    for (const { reference } of left) this.#keepFile(reference);
    const { segments } = await this.#parts.store.refresh();
    for (const { tab, reference } of left) {
      const segment = findSegment(segments, reference) ?? missingSegment(reference);
      const { viewColumn } = tab.group;
      const closed = await vscode.window.tabGroups.close(tab, true);
      if (closed && segment) this.#create(segment, viewColumn, true);
    }
  }

  /** A file is listed while something maps it, or while it is kept. */
  #keepFile({ kind, name }: Reference): void {
    if (kind === 'file' && name?.startsWith('/')) this.#parts.store.keepFile(name);
  }

  /** Writing is enabled for a segment: in all of its panels. */
  setWriting(segment: Segment, on: boolean): void {
    this.open(segment);
    for (const panel of this.of(segment.id)) panel.setWriting(on);
  }

  /** After a reload of the window: the segment by its id, else the one that has the name now, else the word that it is gone. */
  async deserializeWebviewPanel(view: vscode.WebviewPanel, state: unknown): Promise<void> {
    const reference = savedReference(state);
    if (reference) this.#keepFile(reference);
    let closed = false;
    const closing = view.onDidDispose(() => (closed = true));
    const scan = await this.#parts.store.refresh();
    closing.dispose();
    if (closed) return;
    view.webview.options = this.#options;
    const segment = reference && findSegment(scan.segments, reference);
    const missing = segment ? undefined : reference && missingSegment(reference);
    if (segment) this.#add(segment, view);
    else if (missing) this.#add(missing, view);
    else view.dispose();
  }

  dispose(): void {
    this.#ended = true;
    this.#serializer.dispose();
    this.#notices.dispose();
    for (const panel of [...this.#panels]) panel.dispose();
  }

  /** Of a panel that was made without them the page would be loaded once more. */
  get #options(): vscode.WebviewOptions {
    return { enableScripts: true, localResourceRoots: [this.#parts.dist] };
  }

  #add(segment: Segment, view: vscode.WebviewPanel): SegmentPanel {
    view.iconPath = new vscode.ThemeIcon('symbol-structure');
    if (segment.kind === 'file' && segment.path !== undefined) this.#parts.store.keepFile(segment.path);
    const panel = new SegmentPanel(this.#parts, segment, view);
    this.#panels.add(panel);
    this.#opened.set(panel, performance.now());
    const loaded = panel.onDidLoad(() => {
      this.#opened.set(panel, performance.now());
      this.#remember();
    });
    const closed = panel.onDidClose(() => {
      this.#panels.delete(panel);
      this.#opened.delete(panel);
      closed.dispose();
      loaded.dispose();
      if (!this.#ended) this.#remember();
    });
    this.#remember();
    return panel;
  }

  #remember(): void {
    const open = [...this.#panels].map(({ title, segment: { id, kind, name } }) => ({ title, reference: { id, kind, name } }));
    this.#open
      .save(open)
      .then(undefined, (error: unknown) => console.error('ShmScope: the open panels were not remembered', error));
  }
}

/** What the page kept with its state; it is an unchecked value from a file of VS Code's. */
function savedReference(state: unknown): Reference | undefined {
  if (typeof state !== 'object' || state === null || !('reference' in state) || typeof state.reference !== 'string')
    return undefined;
  try {
    const reference: unknown = JSON.parse(decodeURIComponent(state.reference));
    return isReference(reference) ? reference : undefined;
  } catch {
    return undefined;
  }
}
