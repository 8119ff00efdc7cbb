/** The rows of a tree grid over a type: nothing is kept for a part that is not opened, so arrays may have any length. */
import type { TypeLayout } from '../../api.d.ts';
import { isExpandable, isStructure, partAt, partCount, partHolding, partSize, stepEnds, type Member } from './members.ts';
import { isCharArray } from './leaf.ts';
import { memberPath } from './value.ts';

export interface FieldRow {
  /** 'orders[3].price'; '' for a root that is no struct or union. */
  readonly path: string;
  /** Unique in the tree, and stable as long as the type is: the path. */
  readonly key: string;
  /** The last step of the path: 'price', '[3]'. */
  readonly name: string;
  /** 0 for the top rows. */
  readonly depth: number;
  /** Bytes from the start of the segment; of a bit-field, the byte that holds its first bit. */
  readonly offset: number;
  /** Bytes that the row's value takes. */
  readonly size: number;
  readonly type: TypeLayout;
  /** Bit-field: its first bit, counted from `offset` (0 to 7), and its width; ready for decodeLeaf and encodeLeaf. */
  readonly bitOffset?: number;
  readonly bitWidth?: number;
  readonly expandable: boolean;
  readonly expanded: boolean;
  /** Parts, opened or not. */
  readonly childCount: number;
  /** Position among its siblings, from 0. */
  readonly position: number;
  /** Siblings, itself included. */
  readonly siblings: number;
  /** Path of the row above it in the tree; absent for the top rows. */
  readonly parent?: string;
  /** No member: bytes or bits that none takes, between two or at the end. */
  readonly gap?: 'hole' | 'padding';
}

/** A part that was opened at some time; while it is closed, what was opened in it is remembered. */
interface Node {
  readonly type: TypeLayout;
  readonly offset: number;
  readonly path: string;
  readonly parent: Node | undefined;
  readonly index: number;
  readonly opened: Map<number, Node>;
  expanded: boolean;
  /** Opened children in order, with the rows of theirs that come before; rebuilt after a change. */
  order: readonly { readonly node: Node; readonly before: number }[] | undefined;
  rows: number;
}

export class FieldTree {
  readonly #root: Node;
  readonly #type: TypeLayout;
  #size: number;
  /** The root is shown as one row: it is no struct or union. */
  readonly #rootRow: boolean;
  readonly #gaps: boolean;

  /**
   * `base`: offset of the type in the segment; `size`: bytes of the segment, which bounds flexible array members; `gaps`: holes and padding
   * are rows too.
   */
  constructor(type: TypeLayout, base = 0, size: number = base + type.size, gaps = false) {
    this.#gaps = gaps;
    this.#type = type;
    this.#size = size;
    this.#rootRow = !isStructure(type);
    this.#root = makeNode(type, base, '', undefined, 0);
    this.#root.expanded = !this.#rootRow;
  }

  get type(): TypeLayout {
    return this.#type;
  }

  get rowCount(): number {
    return (this.#rootRow ? 1 : 0) + this.#rowsIn(this.#root);
  }

  /** The segment has another size now: flexible array members have other counts. */
  resize(size: number): void {
    if (size === this.#size) return;
    this.#size = size;
    const forget = (node: Node): void => {
      node.order = undefined;
      node.opened.forEach(forget);
    };
    forget(this.#root);
  }

  /** Row `index` from the top, or undefined where there is none. Cost: depth * log(opened rows). */
  rowAt(index: number): FieldRow | undefined {
    if (index < 0 || index >= this.rowCount) return undefined;
    if (this.#rootRow && index === 0) return this.#rootAsRow();
    let node = this.#root;
    let rest = index - (this.#rootRow ? 1 : 0);
    for (let depth = this.#rootRow ? 1 : 0; ; depth++) {
      this.#rowsIn(node);
      const order = node.order ?? [];
      const found = lastAtOrBefore(order, (one) => one.node.index + one.before, rest);
      const child = found < 0 ? undefined : order[found];
      if (child === undefined) return this.#row(node, rest, depth);
      const into = rest - child.node.index - child.before;
      if (into === 0) return this.#row(node, child.node.index, depth);
      if (into > child.node.rows) return this.#row(node, rest - child.before - child.node.rows, depth);
      node = child.node;
      rest = into - 1;
    }
  }

  /** Where the row with this path is, or -1 where it is not shown or does not exist. */
  indexOf(path: string): number {
    if (path === '') return this.#rootRow ? 0 : -1;
    const place = this.#resolve(path, false);
    return place === undefined || !shown(place.node) ? -1 : this.#indexIn(place.node, place.index);
  }

  /** The row of a path, shown or not; undefined where the type has no such part. */
  find(path: string): FieldRow | undefined {
    if (path === '') return this.#rootRow ? this.#rootAsRow() : undefined;
    const place = this.#resolve(path, true);
    if (!place) return undefined;
    let depth = this.#rootRow ? 1 : 0;
    for (let at = place.node.parent; at !== undefined; at = at.parent) depth++;
    return this.#row(place.node, place.index, depth);
  }

  /** Opens or closes a row; returns whether it is open now. A path that cannot be opened stays as it is. */
  toggle(path: string, open?: boolean): boolean {
    const node = this.#nodeFor(path);
    if (node === undefined) return false;
    const expanded = open ?? !node.expanded;
    if (expanded !== node.expanded) {
      node.expanded = expanded;
      invalidate(node);
    }
    return expanded;
  }

  /** Paths of the rows that are open, those inside closed rows too; `restore` takes them back. */
  expandedPaths(): string[] {
    const paths: string[] = [];
    const visit = (node: Node): void => {
      if (node.expanded && (node !== this.#root || this.#rootRow)) paths.push(node.path);
      node.opened.forEach(visit);
    };
    visit(this.#root);
    return paths;
  }

  restore(paths: Iterable<string>): void {
    for (const path of paths) this.toggle(path, true);
  }

  /** Opens what hides the innermost value that holds the byte at `offset`; returns its row, or -1. Char arrays stay closed. */
  expandTo(offset: number): number {
    let node = this.#root;
    if (this.#rootRow && !this.#canEnter(node.type, node.offset)) return this.rowOfOffset(offset);
    for (;;) {
      const index = partHolding(node.type, offset - node.offset, node.offset, this.#size, this.#gaps);
      if (index === undefined) return node === this.#root ? -1 : this.rowOfOffset(offset);
      if (!node.expanded) {
        node.expanded = true;
        invalidate(node);
      }
      const part = partAt(node.type, index, this.#gaps);
      if (part === undefined || !this.#canEnter(part.type, node.offset + part.offset)) return this.#indexIn(node, index);
      node = this.#child(node, index, part);
    }
  }

  /** The deepest row shown whose bytes hold `offset`; of a union's members the first. -1 where none does. */
  rowOfOffset(offset: number): number {
    let node = this.#root;
    let best =
      this.#rootRow && offset >= node.offset && offset < node.offset + partSize(asMember(node.type), node.offset, this.#size)
        ? 0
        : -1;
    while (node.expanded) {
      const index = partHolding(node.type, offset - node.offset, node.offset, this.#size, this.#gaps);
      if (index === undefined) return best;
      best = this.#indexIn(node, index);
      const next = node.opened.get(index);
      if (next === undefined) return best;
      node = next;
    }
    return best;
  }

  #canEnter(type: TypeLayout, offset: number): boolean {
    return !isCharArray(type) && isExpandable(type, offset, this.#size);
  }

  /** Rows inside an opened node (itself not counted). */
  #rowsIn(node: Node): number {
    if (!node.expanded) return 0;
    if (node.order !== undefined) return node.rows;
    const count = partCount(node.type, node.offset, this.#size, this.#gaps);
    const order: { node: Node; before: number }[] = [];
    let before = 0;
    for (const child of [...node.opened.values()].sort((a, b) => a.index - b.index)) {
      if (!child.expanded || child.index >= count) continue;
      order.push({ node: child, before });
      before += this.#rowsIn(child);
    }
    node.order = order;
    node.rows = count + before;
    return node.rows;
  }

  #row(node: Node, index: number, depth: number): FieldRow | undefined {
    const part = partAt(node.type, index, this.#gaps);
    if (part === undefined) return undefined;
    const offset = node.offset + part.offset;
    const path = partPath(node, part);
    const bits = part.bitWidth === undefined ? {} : { bitOffset: part.bitOffset ?? 0, bitWidth: part.bitWidth };
    return {
      path,
      key: path,
      name: part.name,
      depth,
      offset,
      size: partSize(part, offset, this.#size),
      type: part.type,
      ...bits,
      expandable: isExpandable(part.type, offset, this.#size),
      expanded: node.opened.get(index)?.expanded ?? false,
      childCount: partCount(part.type, offset, this.#size, this.#gaps),
      position: index,
      siblings: partCount(node.type, node.offset, this.#size, this.#gaps),
      ...(node === this.#root && !this.#rootRow ? {} : { parent: node.path }),
      ...(part.gap === undefined ? {} : { gap: part.gap }),
    };
  }

  #rootAsRow(): FieldRow {
    const { type, offset, expanded } = this.#root;
    const childCount = partCount(type, offset, this.#size, this.#gaps);
    const expandable = isExpandable(type, offset, this.#size);
    const size = partSize(asMember(type), offset, this.#size);
    return {
      path: '',
      key: '',
      name: type.name,
      depth: 0,
      offset,
      size,
      type,
      expandable,
      expanded,
      childCount,
      position: 0,
      siblings: 1,
    };
  }

  #indexIn(node: Node, index: number): number {
    let row = -1;
    for (let at: Node | undefined = node, child = index; at !== undefined; child = at.index, at = at.parent) {
      this.#rowsIn(at);
      const order = at.order ?? [];
      const found = order[lastAtOrBefore(order, (one) => one.node.index, child - 1)];
      row += 1 + child + (found === undefined ? 0 : found.before + found.node.rows);
    }
    return row + (this.#rootRow ? 1 : 0);
  }

  /** The part that a path names: the node that holds it, and its index there. */
  #resolve(path: string, make: boolean): { node: Node; index: number } | undefined {
    let node = this.#root;
    for (let from = 0; ;) {
      const step = stepEnds(node.type, path, from, this.#gaps);
      if (step === undefined || step.index >= partCount(node.type, node.offset, this.#size, this.#gaps)) return undefined;
      if (step.end === path.length) return { node, index: step.index };
      const part = partAt(node.type, step.index, this.#gaps);
      if (part === undefined || !isExpandable(part.type, node.offset + part.offset, this.#size)) return undefined;
      const next = make ? this.#child(node, step.index, part) : node.opened.get(step.index);
      if (next === undefined) return undefined;
      node = next;
      from = step.end;
    }
  }

  #nodeFor(path: string): Node | undefined {
    if (path === '')
      return this.#rootRow && isExpandable(this.#root.type, this.#root.offset, this.#size) ? this.#root : undefined;
    const place = this.#resolve(path, true);
    const part = place && partAt(place.node.type, place.index, this.#gaps);
    if (!place || !part || !isExpandable(part.type, place.node.offset + part.offset, this.#size)) return undefined;
    return this.#child(place.node, place.index, part);
  }

  #child(node: Node, index: number, part: Member): Node {
    const known = node.opened.get(index);
    if (known !== undefined) return known;
    const child = makeNode(part.type, node.offset + part.offset, partPath(node, part), node, index);
    node.opened.set(index, child);
    return child;
  }
}

function makeNode(type: TypeLayout, offset: number, path: string, parent: Node | undefined, index: number): Node {
  return { type, offset, path, parent, index, opened: new Map(), expanded: false, order: undefined, rows: 0 };
}

function partPath(node: Node, part: Member): string {
  return node.type.kind === 'array' ? node.path + part.name : memberPath(node.path, part.name);
}

function asMember(type: TypeLayout): Member {
  return { name: '', offset: 0, type };
}

function shown(node: Node): boolean {
  for (let at: Node | undefined = node; at !== undefined; at = at.parent) if (!at.expanded) return false;
  return true;
}

function invalidate(node: Node): void {
  for (let at: Node | undefined = node; at !== undefined; at = at.parent) at.order = undefined;
}

/** Index of the last item whose key is at most `limit`, or -1; the keys ascend. */
function lastAtOrBefore<T>(items: readonly T[], key: (item: T) => number, limit: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && key(item) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
