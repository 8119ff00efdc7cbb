/** The view in the side bar: shows the tree, and follows the machine while it is visible. */
import * as vscode from 'vscode';
import { Disposables } from '../lifecycle.ts';
import { toShmError } from '../native/errors.ts';
import { withRemedy } from '../protocol/sentences.ts';
import { parseFilter } from '../segments/filter.ts';
import { isSortBy, type SortBy } from '../segments/order.ts';
import type { Scan } from '../segments/scan.ts';
import type { SegmentStore } from '../segments/store.ts';
import type { Conflicts } from '../types/conflicts.ts';
import { countText } from '../segments/texts.ts';
import { hiddenNote } from './hidden.ts';
import type { LockMarks } from './locks/marks.ts';
import { Listing, processCounts, type Choices, type Listed } from './listing.ts';
import type { MoreNode, Node } from './nodes.ts';
import { SegmentTree } from './tree.ts';

export const VIEW_ID = 'shmscope.segments';
const SORT_KEY = 'explorer.sortBy';
/** VS Code waits for 200 ms without a change before it draws the next one: a program that resizes its object without end must leave them. */
const REST_MS = 320;
/** Who types has these for the next key: a change of the machine's right before it would put its answer off for those 200 ms. */
const TYPING_MS = 800;

/** How many segments the filter lets through. */
export interface Counts {
  readonly shown: number;
  readonly total: number;
}

export class Explorer {
  readonly #disposables = new Disposables();
  readonly #tree: SegmentTree;
  readonly #view: vscode.TreeView<Node>;
  readonly #store: SegmentStore;
  readonly #memory: vscode.Memento | undefined;
  readonly #listing = new Listing();
  #choices: Choices;
  #counts: Counts = { shown: 0, total: 0 };
  #following: vscode.Disposable | undefined;
  /** Ids of segments that changed since they were shown; undefined when changes may have been missed. */
  #changed: Set<string> | undefined;
  #updating: Promise<void> | undefined;
  #again = false;
  #shownAt = 0;
  #typedAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #failure = '';

  /** `memory` keeps the order from one window to the next. */
  constructor(store: SegmentStore, { conflicts, marks }: { conflicts: Conflicts; marks: LockMarks }, memory?: vscode.Memento) {
    this.#store = store;
    this.#tree = this.#disposables.add(new SegmentTree(conflicts, marks));
    this.#disposables.add(
      conflicts.onDidChange((id) => {
        this.#changed?.add(id);
        if (this.#following) this.#updateSoon();
      }),
    );
    this.#disposables.add(
      marks.onDidChange((ids) => {
        for (const id of ids) this.#changed?.add(id);
        if (this.#following) this.#updateSoon();
      }),
    );
    this.#memory = memory;
    const sortBy: unknown = memory?.get(SORT_KEY);
    this.#choices = { filter: parseFilter(''), sortBy: isSortBy(sortBy) ? sortBy : 'name', showReadOnly: false };
    this.#view = this.#disposables.add(
      vscode.window.createTreeView(VIEW_ID, { treeDataProvider: this.#tree, showCollapseAll: true }),
    );
    this.#disposables.add(this.#view.onDidChangeVisibility(({ visible }) => this.#follow(visible)));
    this.#disposables.add({ dispose: () => this.#follow(false) });
    this.#follow(this.#view.visible);
  }

  get filter(): string {
    return this.#choices.filter.text;
  }

  get sortBy(): SortBy {
    return this.#choices.sortBy;
  }

  get showsReadOnly(): boolean {
    return this.#choices.showReadOnly;
  }

  /** Scans and shows the result, or in the view itself why there is none. */
  async refresh(): Promise<void> {
    await vscode.window.withProgress({ location: { viewId: VIEW_ID } }, async () => {
      try {
        await this.#store.refresh();
        this.#failure = '';
        await this.#update();
        // Only now is an empty tree the truth, and the welcome text in place.
        await setContext('scanned', true);
      } catch (error) {
        const { message, remedy } = toShmError(error);
        this.#failure = withRemedy(message, remedy);
        this.#tellState();
      }
    });
  }

  /** Shows what matches; EINVAL, and the filter stays as it was, where the text is none. '' shows all. */
  async setFilter(text: string): Promise<Counts> {
    const filter = parseFilter(text);
    if (filter.text !== this.#choices.filter.text) {
      this.#choices = { ...this.#choices, filter };
      this.#typedAt = performance.now();
      this.#tree.resetPages();
      void setContext('filtered', !filter.empty);
    }
    await this.#scanned();
    await this.#update();
    return this.#counts;
  }

  async setSort(sortBy: SortBy): Promise<void> {
    this.#choices = { ...this.#choices, sortBy };
    this.#tree.resetPages();
    await this.#memory?.update(SORT_KEY, sortBy);
    await this.#update();
  }

  async setReadOnly(showReadOnly: boolean): Promise<void> {
    this.#choices = { ...this.#choices, showReadOnly };
    void setContext('readOnlyShown', showReadOnly);
    await this.#update();
  }

  async showMore(node: MoreNode): Promise<void> {
    const first = this.#tree.showMore(node);
    if (first) await this.#view.reveal(first, { select: true, focus: true });
  }

  /** The names of all processes that share memory now, with the number of segments of each. */
  async processes(): Promise<[name: string, segments: number][]> {
    return processCounts((await this.#scanned()).segments);
  }

  /** Brings the view to the front. */
  async focus(): Promise<void> {
    await vscode.commands.executeCommand(`${VIEW_ID}.focus`);
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  async #scanned(): Promise<Scan> {
    return this.#store.last ?? this.#store.refresh();
  }

  #follow(visible: boolean): void {
    if (visible === (this.#following !== undefined)) return;
    this.#following?.dispose();
    this.#following = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#changed = undefined;
    if (!visible) return;
    this.#following = this.#store.onDidChange(({ changed }) => {
      this.#failure = '';
      for (const { id } of changed) this.#changed?.add(id);
      this.#updateSoon();
    });
    void this.refresh();
  }

  /** Shows the last scan by the choices of now. Calls that come meanwhile are answered by one more round. */
  #update(): Promise<void> {
    this.#again = true;
    this.#updating ??= this.#rounds();
    return this.#updating;
  }

  async #rounds(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false;
        await this.#show();
      }
    } finally {
      this.#updating = undefined;
    }
  }

  /** What the machine does, at once or a little after the last time; what the user does is shown without this, with all that is known then. */
  #updateSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#wait() > 0) this.#updateSoon();
      else void this.#update();
    }, this.#wait());
  }

  /** In ms. */
  #wait(): number {
    return Math.max(0, Math.max(this.#shownAt + REST_MS, this.#typedAt + TYPING_MS) - performance.now());
  }

  async #show(): Promise<void> {
    const scan = this.#store.last;
    if (!scan) return;
    this.#shownAt = performance.now();
    const changed = this.#changed;
    this.#changed = this.#following && new Set();
    const choices = this.#choices;
    const groups = await this.#listing.list(scan, choices);
    this.#counts = countAll(groups);
    const filtered = !choices.filter.empty;
    this.#tree.show({ scan, groups, note: hiddenNote(scan.hidden), filtered, showReadOnly: choices.showReadOnly }, changed);
    // After the tree: VS Code passes on one change at once, and the next ones 200 ms later.
    this.#tellState();
  }

  #tellState(): void {
    const { filter } = this.#choices;
    const { shown, total } = this.#counts;
    // Without a match the welcome text says so, which VS Code shows only where there is no message.
    const filtering = filter.empty || shown === 0 ? '' : `Filter: ${filter.text} · ${countText(shown)} of ${countText(total)}`;
    const message = this.#failure || filtering;
    if ((this.#view.message ?? '') !== message) this.#view.message = message;
    const description = filter.empty ? '' : `${countText(shown)} of ${countText(total)}`;
    if ((this.#view.description ?? '') !== description) this.#view.description = description;
  }
}

function countAll(groups: readonly Listed[]): Counts {
  const sum = (count: (listed: Listed) => number): number => groups.reduce((all, listed) => all + count(listed), 0);
  return { shown: sum(({ rows }) => rows.length), total: sum(({ all }) => all) };
}

function setContext(key: string, value: boolean): Thenable<unknown> {
  return vscode.commands.executeCommand('setContext', `shmscope.${key}`, value);
}
