/** The open panels: one for each segment. */
import * as vscode from 'vscode';
import type { Segment } from '../../api.d.ts';
import { findSegment, isReference, type Reference } from '../segments/reference.ts';
import { SegmentPanel } from './panel.ts';
import type { PanelParts } from './parts.ts';

const VIEW_TYPE = 'shmscope.segment';

export class PanelManager implements vscode.WebviewPanelSerializer {
  readonly #parts: PanelParts;
  readonly #panels = new Set<SegmentPanel>();
  readonly #serializer: vscode.Disposable;

  constructor(parts: PanelParts) {
    this.#parts = parts;
    this.#serializer = vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, this);
  }

  /** The panel that has the focus, if one has. */
  get active(): SegmentPanel | undefined {
    return [...this.#panels].find((panel) => panel.active);
  }

  get(id: string): SegmentPanel | undefined {
    return [...this.#panels].find((panel) => panel.segment.id === id);
  }

  /** Shows the panel of a segment, and opens it when there is none. */
  open(segment: Segment): SegmentPanel {
    const open = this.get(segment.id);
    if (open) {
      open.reveal();
      return open;
    }
    const options = { viewColumn: vscode.ViewColumn.Active, preserveFocus: false };
    const view = vscode.window.createWebviewPanel(VIEW_TYPE, segment.name, options, { retainContextWhenHidden: false });
    return this.#add(segment, view);
  }

  /** After a reload of the window: the segment by its id, else the one that has the name now. */
  async deserializeWebviewPanel(view: vscode.WebviewPanel, state: unknown): Promise<void> {
    const reference = savedReference(state);
    if (reference?.kind === 'file' && reference.name?.startsWith('/')) this.#parts.store.keepFile(reference.name);
    let closed = false;
    const closing = view.onDidDispose(() => (closed = true));
    const scan = await this.#parts.store.refresh();
    closing.dispose();
    if (closed) return;
    const segment = reference && findSegment(scan.segments, reference);
    if (segment) this.#add(segment, view);
    else view.dispose();
  }

  dispose(): void {
    this.#serializer.dispose();
    for (const panel of [...this.#panels]) panel.dispose();
  }

  #add(segment: Segment, view: vscode.WebviewPanel): SegmentPanel {
    view.webview.options = { enableScripts: true, localResourceRoots: [this.#parts.dist] };
    view.iconPath = new vscode.ThemeIcon('symbol-structure');
    if (segment.kind === 'file' && segment.path !== undefined) this.#parts.store.keepFile(segment.path);
    const panel = new SegmentPanel(this.#parts, segment, view);
    this.#panels.add(panel);
    const closed = panel.onDidClose(() => {
      this.#panels.delete(panel);
      closed.dispose();
    });
    return panel;
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
