/** What a row of the tree stands for. VS Code knows a row by its object, so the same object stays for as long as its row is shown. */
import type { Holder, Mapping, Segment } from '../../api.d.ts';
import type { Group } from './groups.ts';
import type { HiddenNote } from './hidden.ts';
import type { Listed } from './listing.ts';

export interface GroupNode {
  readonly node: 'group';
  readonly group: Group;
  listed: Listed;
}

export interface SegmentNode {
  readonly node: 'segment';
  /** As the last scan saw it. */
  segment: Segment;
}

export interface MappingNode {
  readonly node: 'mapping';
  readonly segment: Segment;
  readonly mapping: Mapping;
}

export interface HolderNode {
  readonly node: 'holder';
  readonly segment: Segment;
  readonly holder: Holder;
}

/** The row that shows more rows below the same parent. */
export interface MoreNode {
  readonly node: 'more';
  readonly parent: GroupNode | SegmentNode;
  readonly left: number;
}

export interface ReadOnlyNode {
  readonly node: 'readOnly';
  readonly parent: GroupNode;
  readonly files: number;
  readonly shown: boolean;
}

export interface HiddenNode {
  readonly node: 'hidden';
  note: HiddenNote;
}

export type Node = GroupNode | SegmentNode | MappingNode | HolderNode | MoreNode | ReadOnlyNode | HiddenNode;

/** The key under which it is kept how many rows a parent shows. */
export function parentKey(parent: GroupNode | SegmentNode): string {
  return parent.node === 'group' ? parent.group.id : parent.segment.id;
}
