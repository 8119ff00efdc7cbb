/** The view in the side bar: shows the tree, and follows the machine while it is visible. */
import * as vscode from 'vscode';
import { Disposables } from '../lifecycle.ts';
import { toShmError } from '../native/errors.ts';
import { withRemedy } from '../protocol/sentences.ts';
import type { SegmentStore } from '../segments/store.ts';
import { SegmentTree, type Node } from './tree.ts';

export const VIEW_ID = 'shmscope.segments';

export class Explorer {
  readonly #disposables = new Disposables();
  readonly #tree = this.#disposables.add(new SegmentTree());
  readonly #view: vscode.TreeView<Node>;
  readonly #store: SegmentStore;
  #following: vscode.Disposable | undefined;

  constructor(store: SegmentStore) {
    this.#store = store;
    this.#view = this.#disposables.add(
      vscode.window.createTreeView(VIEW_ID, { treeDataProvider: this.#tree, showCollapseAll: true }),
    );
    this.#disposables.add(this.#view.onDidChangeVisibility(({ visible }) => this.#follow(visible)));
    this.#disposables.add({ dispose: () => this.#follow(false) });
    this.#follow(this.#view.visible);
  }

  /** Scans and shows the result, or in the view itself why there is none. */
  async refresh(): Promise<void> {
    await vscode.window.withProgress({ location: { viewId: VIEW_ID } }, async () => {
      try {
        await this.#store.refresh();
        this.#show();
        // Only now is an empty tree the truth, and the welcome text in place.
        await vscode.commands.executeCommand('setContext', 'shmscope.scanned', true);
      } catch (error) {
        const { message, remedy } = toShmError(error);
        this.#view.message = withRemedy(message, remedy);
      }
    });
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #follow(visible: boolean): void {
    if (visible === (this.#following !== undefined)) return;
    this.#following?.dispose();
    this.#following = visible ? this.#store.onDidChange(() => this.#show()) : undefined;
    if (visible) void this.refresh();
  }

  #show(): void {
    const scan = this.#store.last;
    if (!scan) return;
    if (this.#view.message) this.#view.message = '';
    this.#tree.show(scan);
  }
}
