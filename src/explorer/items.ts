/** How a node of the tree looks. */
import * as vscode from 'vscode';
import type { LayoutConflict, Segment } from '../../api.d.ts';
import type { Scan } from '../segments/scan.ts';
import { countText, marks, plural, segmentDescription, segmentLabel, semaphoreName } from '../segments/texts.ts';
import type { LockMark } from './locks/marks.ts';
import { describeGroup, groupTooltip } from './groups.ts';
import type { GroupNode, HiddenNode, HolderNode, MappingNode, MoreNode, Node, ReadOnlyNode, SegmentNode } from './nodes.ts';
import { parentKey } from './nodes.ts';
import { holderDescription, mappingDescription, mappingTooltip, segmentTooltip } from './tooltips.ts';
import { mapperCount } from '../segments/views.ts';

export interface Surroundings {
  readonly scan: Scan | undefined;
  readonly filtered: boolean;
  /** What is known of a segment's mappers that lay out a type differently. */
  readonly conflictsOf: (segment: Segment) => readonly LayoutConflict[];
  /** What is known of its locks. */
  readonly locksOf: (segment: Segment) => LockMark | undefined;
}

/** A lock in it is broken, or will never be free. */
const BROKEN = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
const LEFT_TO_RIGHT = '\u200e';
const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

export function itemOf(node: Node, around: Surroundings): vscode.TreeItem {
  switch (node.node) {
    case 'group':
      return groupItem(node, around);
    case 'segment':
      return segmentItem(node, around);
    case 'mapping':
      return mappingItem(node);
    case 'holder':
      return holderItem(node);
    case 'more':
      return moreItem(node);
    case 'readOnly':
      return readOnlyItem(node);
    default:
      return hiddenItem(node);
  }
}

/** Plain text; undefined where the row says all. */
export function tooltipOf(node: Node, around: Surroundings): string | undefined {
  if (node.node === 'segment')
    return [
      segmentTooltip(node.segment, mayHide(node.segment, around), around.conflictsOf(node.segment)),
      ...(around.locksOf(node.segment)?.lines ?? []),
    ].join('\n');
  if (node.node === 'mapping') return mappingTooltip(node.mapping);
  if (node.node === 'group') return around.scan && groupTooltip(node.listed, around.scan);
  if (node.node === 'hidden') return [`${node.note.text}.`, ...node.note.remedies].join('\n');
  if (node.node === 'readOnly')
    return 'Files that processes only read through their shared mappings: locale archives, font caches and the like.';
  return undefined;
}

function mayHide(segment: Segment, { scan }: Surroundings): boolean {
  return scan?.mayHideMappers(segment) ?? false;
}

function groupItem({ group, listed }: GroupNode, { scan, filtered }: Surroundings): vscode.TreeItem {
  // A row of another id takes the state that it is given: with a filter, what is found is to be seen.
  const opened = filtered && !group.open;
  const item = new vscode.TreeItem(group.label, group.open || opened ? Expanded : Collapsed);
  item.id = `group:${group.id}${opened ? ':filtered' : ''}`;
  item.contextValue = `group.${group.id}`;
  if (!scan) return item;
  const description = describeGroup(listed, scan, filtered);
  item.description = description;
  item.accessibilityInformation = { label: `${group.label}, ${description}` };
  return item;
}

function segmentItem(node: SegmentNode, around: Surroundings): vscode.TreeItem {
  const { segment } = node;
  const inConflict = around.conflictsOf(segment).length > 0;
  const locks = around.locksOf(segment);
  const hasMappers = mapperCount(segment) > 0 || segment.holders.length > 0;
  const item = new vscode.TreeItem(segmentLabel(segment), hasMappers ? Collapsed : None);
  const description = [
    segmentDescription(segment, mayHide(segment, around)),
    ...(inConflict ? ['layout conflict'] : []),
    ...(locks?.text ? [locks.text] : []),
  ].join(' · ');
  item.id = segment.id;
  // A name that is read from right to left would draw the size into itself.
  item.description = LEFT_TO_RIGHT + description;
  item.contextValue = `segment.${segment.kind}${segment.unlinked ? '.unlinked' : ''}`;
  item.iconPath = locks?.severe ? BROKEN : segmentIcon(segment, inConflict);
  item.accessibilityInformation = { label: `${segment.kind} segment ${segment.name}, ${description}` };
  item.command = { command: 'shmscope.open', title: 'Open', arguments: [node] };
  return item;
}

/** Its weightiest mark, else what it is, else whether anybody uses it. */
function segmentIcon(segment: Segment, inConflict: boolean): vscode.ThemeIcon {
  const warning = new vscode.ThemeColor('list.warningForeground');
  const [mark] = marks(segment);
  if (mark === 'no access') return new vscode.ThemeIcon('lock');
  if (mark === 'unlinked' || mark === 'marked for removal') return new vscode.ThemeIcon('debug-disconnect', warning);
  if (inConflict || (mark !== undefined && mark !== 'locked in memory')) return new vscode.ThemeIcon('warning', warning);
  const alive = mapperCount(segment) > 0 || (segment.sysv?.attachCount ?? 0) > 0;
  const color = alive ? new vscode.ThemeColor('charts.green') : undefined;
  return new vscode.ThemeIcon(kindIcon(segment) ?? (alive ? 'circle-filled' : 'circle-outline'), color);
}

function kindIcon(segment: Segment): string | undefined {
  if (semaphoreName(segment) !== undefined) return 'symbol-event';
  const backing = segment.backing;
  if (backing === 'hugetlbfs') return 'layers';
  return backing === 'device' ? 'circuit-board' : undefined;
}

function mappingItem({ segment, mapping }: MappingNode): vscode.TreeItem {
  const item = new vscode.TreeItem(mapping.process, None);
  item.id = `${segment.id} ${mapping.pid} ${mapping.address}`;
  item.description = LEFT_TO_RIGHT + mappingDescription(mapping);
  item.contextValue = 'mapping';
  item.iconPath = new vscode.ThemeIcon('server-process');
  return item;
}

function holderItem({ segment, holder }: HolderNode): vscode.TreeItem {
  const item = new vscode.TreeItem(holder.process, None);
  item.id = `${segment.id} ${holder.pid} fd ${holder.fd}`;
  item.description = LEFT_TO_RIGHT + holderDescription(holder);
  item.contextValue = 'holder';
  item.iconPath = new vscode.ThemeIcon('plug');
  return item;
}

function moreItem(node: MoreNode): vscode.TreeItem {
  const item = new vscode.TreeItem(`Show more (${countText(node.left)} left)…`, None);
  item.id = `more:${parentKey(node.parent)}`;
  item.contextValue = 'more';
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.command = { command: 'shmscope.showMore', title: 'Show More', arguments: [node] };
  return item;
}

function readOnlyItem({ files, shown }: ReadOnlyNode): vscode.TreeItem {
  const counted = plural(files, 'read-only file');
  const text = shown ? `Hide ${counted}` : `${counted} ${files === 1 ? 'is' : 'are'} hidden`;
  const item = new vscode.TreeItem(text, None);
  item.id = 'readOnly';
  item.contextValue = 'readOnly';
  item.iconPath = new vscode.ThemeIcon(shown ? 'eye-closed' : 'eye');
  item.command = {
    command: 'shmscope.showReadOnlyFiles',
    title: shown ? 'Hide' : 'Show',
    arguments: [undefined, { show: !shown }],
  };
  item.accessibilityInformation = { label: shown ? text : `${text}. Show them.` };
  return item;
}

function hiddenItem({ note }: HiddenNode): vscode.TreeItem {
  const item = new vscode.TreeItem('');
  item.id = 'hidden';
  item.description = note.text;
  item.iconPath = new vscode.ThemeIcon('info');
  item.accessibilityInformation = { label: [`${note.text}.`, ...note.remedies].join(' ') };
  return item;
}
