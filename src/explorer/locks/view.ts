/** The Locks view in the side bar: follows the locks of all segments while it is visible. */
import * as vscode from 'vscode';
import { Disposables } from '../../lifecycle.ts';
import type { LocksLook, LocksModel } from '../../locks/face.ts';
import { toShmError } from '../../native/errors.ts';
import { withRemedy } from '../../protocol/sentences.ts';
import type { LockMarks } from './marks.ts';
import type { LocksNode, MoreLocksNode } from './nodes.ts';
import { badgeText } from '../../locks/viewTexts.ts';
import { LocksTree } from './tree.ts';

const VIEW_ID = 'shmscope.locks';
/** VS Code waits for 200 ms without a change before it draws the next one. */
const REST_MS = 320;
/** Each row that it is told of costs VS Code as many ms of rest more: what a storm of changes may take is bounded. */
const REST_PER_ROW_MS = 20;
const REST_MOST_MS = 2000;

/** What the view needs of VS Code's own. */
type View = Pick<vscode.TreeView<LocksNode>, 'visible' | 'onDidChangeVisibility' | 'reveal' | 'message' | 'badge' | 'dispose'>;
type MakeView = (options: vscode.TreeViewOptions<LocksNode>) => View;

export class LocksView {
  readonly #disposables = new Disposables();
  readonly #model: LocksModel;
  readonly #marks: LockMarks;
  readonly #tree: LocksTree;
  readonly #view: View;
  #following: vscode.Disposable | undefined;
  #looking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #restUntil = 0;

  constructor(model: LocksModel, marks: LockMarks, make: MakeView = (options) => vscode.window.createTreeView(VIEW_ID, options)) {
    this.#model = model;
    this.#marks = marks;
    this.#tree = this.#disposables.add(new LocksTree());
    this.#view = this.#disposables.add(make({ treeDataProvider: this.#tree, showCollapseAll: true }));
    this.#disposables.add(this.#view.onDidChangeVisibility(({ visible }) => this.#follow(visible)));
    this.#disposables.add({ dispose: () => this.#follow(false) });
    this.#disposables.add(model.onDidChange(() => (this.#following ? this.#showSoon() : this.update())));
    this.#follow(this.#view.visible);
  }

  /** One whole look, which the view shows; where it fails, the view says why. Calls that come meanwhile share it. */
  async refresh(): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  /** Brings the view to the front, with the row of a segment where it has one; false where it has none. */
  async show(id?: string): Promise<boolean> {
    await vscode.commands.executeCommand(`${VIEW_ID}.focus`);
    if (id === undefined) return true;
    await this.refresh();
    const node = this.#tree.ofSegment(id);
    if (node) await this.#view.reveal(node, { select: true, focus: true, expand: true });
    return node !== undefined;
  }

  async showMore(node: MoreLocksNode): Promise<void> {
    const first = this.#tree.showMore(node);
    if (first) await this.#view.reveal(first, { select: true, focus: true });
  }

  /** Marks and badge as the model knows them now: for who follows it while the view is not visible. */
  update(): void {
    this.#marks.update();
    const findings = this.#model.last?.findings ?? [];
    const errors = findings.filter(({ severity, locks }) => severity === 'error' && locks.some(({ id }) => this.#model.of(id)));
    const count = errors.length;
    if ((this.#view.badge?.value ?? 0) === count) return;
    this.#view.badge = count === 0 ? undefined : { value: count, tooltip: badgeText(count) };
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  async #look(): Promise<void> {
    await vscode.window.withProgress({ location: { viewId: VIEW_ID } }, async () => {
      try {
        this.#show(await this.#model.look());
        this.#tell('');
        // Only now is an empty tree the truth, and the welcome text in place.
        await vscode.commands.executeCommand('setContext', 'shmscope.locksLooked', true);
      } catch (error) {
        const { message, remedy } = toShmError(error);
        this.#tell(withRemedy(message, remedy));
      }
    });
  }

  #follow(visible: boolean): void {
    if (visible === (this.#following !== undefined)) return;
    this.#following?.dispose();
    this.#following = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // What nobody follows any longer is not known any longer.
    if (!visible) return this.update();
    this.#following = this.#model.follow();
    if (this.#model.last) this.#show(this.#model.last);
    void this.refresh();
  }

  #showSoon(): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#tell('');
        if (this.#model.last) this.#show(this.#model.last);
      },
      Math.max(0, this.#restUntil - performance.now()),
    );
  }

  #show(look: LocksLook): void {
    const told = this.#tree.show(look);
    this.#restUntil = performance.now() + Math.min(REST_MOST_MS, REST_MS + told * REST_PER_ROW_MS);
    this.update();
  }

  #tell(message: string): void {
    if ((this.#view.message ?? '') !== message) this.#view.message = message;
  }
}
