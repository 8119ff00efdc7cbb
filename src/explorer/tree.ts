/** The tree: groups, segments, mappers. Tells VS Code of no more rows than have changed. */
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Segment } from '../../api.d.ts';
import type { Scan } from '../segments/scan.ts';
import { mapperCount } from '../segments/views.ts';
import type { Conflicts } from '../types/conflicts.ts';
import { describeGroup, GROUPS, type Group, type GroupId } from './groups.ts';
import type { HiddenNote } from './hidden.ts';
import { itemOf, tooltipOf, type Surroundings } from './items.ts';
import type { Listed } from './listing.ts';
import type { LockMarks } from './locks/marks.ts';
import { parentKey, type GroupNode, type HiddenNode, type MoreNode, type Node, type SegmentNode } from './nodes.ts';
import { Pages } from './pages.ts';

/** What the tree shows. */
export interface Shown {
  readonly scan: Scan;
  readonly groups: readonly Listed[];
  readonly note: HiddenNote | undefined;
  /** A filter is on: groups without a match are left out. */
  readonly filtered: boolean;
  readonly showReadOnly: boolean;
}

/** Below this the rows themselves are told of; above, their group. */
const ROWS_TOLD = 50;
/** A tooltip waits no longer for what it could tell. */
const TOOLTIP_MS = 300;

export class SegmentTree implements vscode.TreeDataProvider<Node> {
  readonly #conflicts: Conflicts;
  readonly #marks: Pick<LockMarks, 'known'> | undefined;
  readonly #changed = new vscode.EventEmitter<Node[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #pages = new Pages();
  readonly #groups = new Map<GroupId, GroupNode>();
  #hidden: HiddenNode | undefined;
  #segments = new Map<string, SegmentNode>();
  #shown: Shown | undefined;
  /** What was told of the groups last. */
  #top = '';
  #faces = new Map<GroupId, string>();

  constructor(conflicts: Conflicts, marks?: Pick<LockMarks, 'known'>) {
    this.#conflicts = conflicts;
    this.#marks = marks;
  }

  /** `changed`: ids of the segments that differ from those shown before; undefined when that is not known. */
  show(shown: Shown, changed?: ReadonlySet<string>): void {
    this.#shown = shown;
    for (const listed of shown.groups) this.#groupNode(listed.group, listed).listed = listed;
    this.#keepSegments();
    const noted = this.#note(shown.note);
    const top = this.#topLevel();
    const told = this.#changes(top, changed);
    const before = this.#top;
    this.#top = top.map((node) => (node.node === 'group' ? this.#groupKey(node.group) : node.node)).join();
    if (!changed || before !== this.#top) this.#changed.fire(undefined);
    else if (told.length > 0 || noted.length > 0) this.#changed.fire([...told, ...noted]);
  }

  /** The next rows below the parent of a `Show more` row; the first of them, for the focus. */
  showMore({ parent }: MoreNode): Node | undefined {
    const before = this.getChildren(parent).length - 1;
    this.#pages.more(parentKey(parent));
    this.#keepSegments();
    this.#changes(this.#topLevel(), new Set());
    this.#changed.fire([parent]);
    return this.getChildren(parent)[before];
  }

  /** Back to the first rows of each group, as after another filter. */
  resetPages(): void {
    this.#pages.reset();
  }

  dispose(): void {
    this.#changed.dispose();
  }

  getChildren(node?: Node): Node[] {
    if (!this.#shown) return [];
    if (!node) return this.#topLevel();
    if (node.node === 'group') return this.#rowsOf(node, this.#shown);
    return node.node === 'segment' ? this.#mappersOf(node) : [];
  }

  getParent(node: Node): Node | undefined {
    if (node.node === 'mapping' || node.node === 'holder') return this.#segments.get(node.segment.id);
    if (node.node === 'more' || node.node === 'readOnly') return node.parent;
    if (node.node !== 'segment') return undefined;
    const group = GROUPS.find(({ kinds }) => kinds.includes(node.segment.kind));
    return group && this.#groups.get(group.id);
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return itemOf(node, this.#surroundings());
  }

  /** Tooltips are long, and made for the one row under the pointer, for which the mappers' layouts are compared then. */
  async resolveTreeItem(item: vscode.TreeItem, node: Node, token: vscode.CancellationToken): Promise<vscode.TreeItem> {
    if (node.node === 'segment' && mapperCount(node.segment) > 1) await this.#lookAt(node.segment, token);
    item.tooltip = tooltipOf(node, this.#surroundings());
    return item;
  }

  /** Debug info that is not known yet may take long: the tooltip comes without it then, and the row is marked later. */
  async #lookAt(segment: Segment, token: vscode.CancellationToken): Promise<void> {
    const looking = new AbortController();
    const cancelled = token.onCancellationRequested(() => looking.abort());
    const looked = this.#conflicts.look(segment, looking.signal).catch(() => undefined);
    void looked.then(() => void cancelled.dispose());
    await Promise.race([looked, pause(TOOLTIP_MS)]);
  }

  #surroundings(): Surroundings {
    const conflictsOf = (segment: Segment) => this.#conflicts.known(segment);
    const locksOf = (segment: Segment) => this.#marks?.known(segment);
    return { scan: this.#shown?.scan, filtered: this.#shown?.filtered ?? false, conflictsOf, locksOf };
  }

  #topLevel(): Node[] {
    const shown = this.#shown;
    if (!shown || shown.scan.segments.length === 0) return [];
    const groups = [...this.#groups.values()].filter(
      ({ listed }) => !shown.filtered || listed.rows.length > 0 || listed.readOnly > 0,
    );
    return this.#hidden && groups.length > 0 ? [...groups, this.#hidden] : groups;
  }

  #rowsOf(node: GroupNode, { showReadOnly }: Shown): Node[] {
    const { rows, readOnly } = node.listed;
    const segments = this.#page(node).flatMap(({ id }) => this.#segments.get(id) ?? []);
    const left = rows.length - segments.length;
    return [
      ...segments,
      ...(left > 0 ? [{ node: 'more', parent: node, left } as const] : []),
      ...(readOnly > 0 ? [{ node: 'readOnly', parent: node, files: readOnly, shown: showReadOnly } as const] : []),
    ];
  }

  #mappersOf(node: SegmentNode): Node[] {
    const { segment } = node;
    const all = [
      ...segment.mappings.map((mapping): Node => ({ node: 'mapping', segment, mapping })),
      ...segment.holders.map((holder): Node => ({ node: 'holder', segment, holder })),
    ];
    const count = this.#pages.shown(segment.id, all.length);
    return count < all.length ? [...all.slice(0, count), { node: 'more', parent: node, left: all.length - count }] : all;
  }

  #page({ group, listed }: GroupNode): readonly Segment[] {
    return listed.rows.slice(0, this.#pages.shown(group.id, listed.rows.length));
  }

  #groupNode(group: Group, listed: Listed): GroupNode {
    const node = this.#groups.get(group.id) ?? { node: 'group', group, listed };
    this.#groups.set(group.id, node);
    return node;
  }

  /** One node for each row that is shown, the same as before where there was one. */
  #keepSegments(): void {
    const before = this.#segments;
    this.#segments = new Map();
    for (const group of this.#groups.values()) {
      for (const segment of this.#page(group)) {
        const node = before.get(segment.id) ?? { node: 'segment', segment };
        node.segment = segment;
        this.#segments.set(segment.id, node);
      }
    }
  }

  /** Groups whose rows or description differ, and of the others the changed rows. Keeps what it has compared with for the next time. */
  #changes(top: readonly Node[], changed: ReadonlySet<string> | undefined): Node[] {
    return top.flatMap((node): Node[] => {
      if (node.node !== 'group') return [];
      const face = this.#face(node);
      const before = this.#faces.get(node.group.id);
      this.#faces.set(node.group.id, face);
      const rows = this.#page(node).flatMap(({ id }) => (changed?.has(id) ? (this.#segments.get(id) ?? []) : []));
      return face !== before || rows.length > ROWS_TOLD ? [node] : rows;
    });
  }

  #face(node: GroupNode): string {
    const { scan, filtered, showReadOnly } = this.#shown ?? {};
    const { rows, readOnly } = node.listed;
    const ids = this.#page(node).map(({ id }) => id);
    const description = scan && describeGroup(node.listed, scan, filtered ?? false);
    return [description, rows.length, readOnly, showReadOnly, ...ids].join('\n');
  }

  #groupKey(group: Group): string {
    return `${group.id}${this.#shown?.filtered ? '?' : ''}`;
  }

  #note(note: HiddenNote | undefined): Node[] {
    const before = this.#hidden?.note;
    if (!note) this.#hidden = undefined;
    else if (this.#hidden) this.#hidden.note = note;
    else this.#hidden = { node: 'hidden', note };
    return this.#hidden && before && before.text !== note?.text ? [this.#hidden] : [];
  }
}
