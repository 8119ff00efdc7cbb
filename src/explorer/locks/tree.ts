/** The tree of the Locks view. Tells VS Code of no more rows than have changed, and makes only rows that it has asked for. */
import * as vscode from 'vscode';
import type { LocksLook } from '../../locks/face.ts';
import { Pages } from '../pages.ts';
import { itemOf } from './items.ts';
import type { LocksNode, MoreLocksNode, RowNode } from './nodes.ts';
import type { Row } from './row.ts';
import { topRows } from './rows.ts';

/** Rows below one parent at first, and with each `Show more`. */
const PAGE = 100;
/** ms between two looks at counts that move on with each look. */
const SLOW_MS = 3000;

export class LocksTree implements vscode.TreeDataProvider<LocksNode> {
  readonly #changed = new vscode.EventEmitter<LocksNode[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #pages = new Pages(PAGE, PAGE);
  #top: readonly Row[] = [];
  #nodes: LocksNode[] | undefined;
  #slowAt = -Infinity;

  /** How many rows VS Code is told of. `now`: ms of a clock that only goes forward. */
  show(look: LocksLook, now = performance.now()): number {
    this.#top = topRows(look);
    const slow = now - this.#slowAt >= SLOW_MS;
    if (slow) this.#slowAt = now;
    const before = this.#nodes;
    if (!before) {
      this.#changed.fire(undefined);
      return this.#top.length;
    }
    const nodes = this.#below(undefined, before, slow);
    this.#nodes = nodes;
    if (!sameIds(before, nodes)) {
      this.#changed.fire(undefined);
      return nodes.length;
    }
    const told = this.#toldOf(nodes, slow);
    if (told.length > 0) this.#changed.fire(told);
    return told.length;
  }

  /** The next rows below the parent of a `Show more` row; the first of them, for the focus. */
  showMore({ parent }: MoreLocksNode): LocksNode | undefined {
    const before = this.getChildren(parent).length - 1;
    this.#pages.more(parent.rowId);
    this.#changed.fire([parent]);
    return this.getChildren(parent)[before];
  }

  /** The row of a segment, where it has one. */
  ofSegment(id: string): LocksNode | undefined {
    return this.getChildren().find((node) => node.rowId === `/segment:${id}`);
  }

  dispose(): void {
    this.#changed.dispose();
  }

  getChildren(node?: LocksNode): LocksNode[] {
    if (!node) return (this.#nodes = this.#below(undefined, this.#nodes ?? [], true));
    if (node.node === 'moreLocks') return [];
    node.children = this.#below(node, node.children ?? [], true);
    return node.children;
  }

  getParent({ parent }: LocksNode): LocksNode | undefined {
    return parent;
  }

  getTreeItem(node: LocksNode): vscode.TreeItem {
    if (node.node === 'locksRow') faces.set(node, faceOf(node.row));
    return itemOf(node);
  }

  /** Tooltips are made for the one row under the pointer. */
  resolveTreeItem(item: vscode.TreeItem, node: LocksNode): vscode.TreeItem {
    if (node.node === 'locksRow') item.tooltip = node.row.tooltip?.();
    return item;
  }

  /** The rows below a parent as they are now, by the nodes that they had. `slow`: counts that move on are let through, too. */
  #below(parent: RowNode | undefined, before: readonly LocksNode[], slow: boolean): LocksNode[] {
    const id = parent?.rowId ?? '';
    const count = parent ? (parent.row.below?.count ?? 0) : this.#top.length;
    const shown = parent ? this.#pages.shown(id, count) : count;
    const rows = parent ? (parent.row.below?.take(shown) ?? []) : this.#top;
    const known = new Map(before.flatMap((node) => (node.node === 'locksRow' ? [[node.rowId, node] as const] : [])));
    const nodes = new Map<string, LocksNode>();
    for (const row of rows) {
      const own = `${id}/${row.key}`;
      // The tree refuses a second row of one id.
      if (!nodes.has(own)) nodes.set(own, renewed(known.get(own), row, own, parent, slow));
    }
    const left = count - rows.length;
    if (parent && left > 0) nodes.set('more', { node: 'moreLocks', rowId: `${id}/more:${left}`, parent, left });
    return [...nodes.values()];
  }

  /** Rows that look otherwise than VS Code knows, or that have other rows below them, of `nodes` and below. */
  #toldOf(nodes: readonly LocksNode[], slow: boolean): LocksNode[] {
    return nodes.flatMap((node): LocksNode[] => {
      if (node.node === 'moreLocks') return [];
      const face = faceOf(node.row);
      const looksOtherwise = faces.get(node) !== face;
      faces.set(node, face);
      const before = node.children;
      if (!before) return looksOtherwise ? [node] : [];
      const after = this.#below(node, before, slow);
      node.children = after;
      const told = this.#toldOf(after, slow);
      // VS Code asks for what is below a row that it is told of.
      return looksOtherwise || !sameIds(before, after) ? [node] : told;
    });
  }
}

/** What VS Code was told of a row last. */
const faces = new WeakMap<RowNode, string>();

function renewed(known: RowNode | undefined, row: Row, rowId: string, parent: RowNode | undefined, slow: boolean): RowNode {
  if (!known) {
    const node: RowNode = { node: 'locksRow', rowId, parent, row, segment: row.segment, children: undefined };
    faces.set(node, faceOf(row));
    return node;
  }
  known.row = row.slow && !slow ? { ...row, ...countsOf(known.row) } : row;
  known.segment = row.segment;
  return known;
}

/** What a slow row keeps for a while. */
function countsOf({ description, says }: Row): Pick<Row, 'description' | 'says'> {
  return { description, ...(says !== undefined && { says }) };
}

/** All that the row shows by itself; not whether it is open at first, which VS Code asks only once. */
function faceOf({ label, description, icon, says, at, where, below }: Row): string {
  return [label, description, icon.name, icon.color, says, at?.size, where?.file, where?.line, below !== undefined].join('\n');
}

function sameIds(a: readonly LocksNode[], b: readonly LocksNode[]): boolean {
  return a.length === b.length && a.every((node, i) => node.rowId === b[i]?.rowId);
}
