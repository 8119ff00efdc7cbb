/** The tree: groups, segments, mappers. */
import * as vscode from 'vscode';
import type { Mapping, Segment } from '../../api.d.ts';
import { inOrder } from '../segments/order.ts';
import type { Scan } from '../segments/scan.ts';
import { describeGroup, GROUPS, hiddenNote, type Group, type HiddenNote } from './groups.ts';
import {
  mapperCount,
  mappingDescription,
  mappingTooltip,
  marks,
  segmentDescription,
  segmentLabel,
  segmentTooltip,
} from '../segments/texts.ts';

const LEFT_TO_RIGHT = '\u200e';

export type Node =
  | { readonly node: 'group'; readonly group: Group }
  | { readonly node: 'segment'; readonly segment: Segment }
  | { readonly node: 'mapping'; readonly segment: Segment; readonly mapping: Mapping }
  | { readonly node: 'hidden'; readonly note: HiddenNote };

export class SegmentTree implements vscode.TreeDataProvider<Node> {
  readonly #changed = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  #scan: Scan | undefined;

  show(scan: Scan): void {
    this.#scan = scan;
    this.#changed.fire(undefined);
  }

  dispose(): void {
    this.#changed.dispose();
  }

  getChildren(node?: Node): Node[] {
    const scan = this.#scan;
    if (!scan) return [];
    if (!node) return topLevel(scan);
    if (node.node === 'group') return inOrder(scan.segments, node.group.kind).map((segment) => ({ node: 'segment', segment }));
    if (node.node === 'segment')
      return node.segment.mappings.map((mapping) => ({ node: 'mapping', segment: node.segment, mapping }));
    return [];
  }

  getParent(node: Node): Node | undefined {
    if (node.node === 'mapping') return { node: 'segment', segment: node.segment };
    const group = node.node === 'segment' ? GROUPS.find((candidate) => candidate.kind === node.segment.kind) : undefined;
    return group ? { node: 'group', group } : undefined;
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.node === 'group') return this.#groupItem(node.group);
    if (node.node === 'hidden') return hiddenItem(node.note);
    if (node.node === 'mapping') return mappingItem(node.segment, node.mapping);
    return segmentItem(node.segment, this.#scan?.mayHideMappers(node.segment) ?? false);
  }

  #groupItem(group: Group): vscode.TreeItem {
    const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(group.label, group.kind === 'file' ? Collapsed : Expanded);
    item.id = `group:${group.kind}`;
    item.contextValue = `group.${group.kind}`;
    if (this.#scan) item.description = describeGroup(group.kind, this.#scan);
    return item;
  }
}

function topLevel(scan: Scan): Node[] {
  if (scan.segments.length === 0) return [];
  const note = hiddenNote(scan.hidden, process.geteuid?.() === 0);
  const groups = GROUPS.map((group): Node => ({ node: 'group', group }));
  return note ? [...groups, { node: 'hidden', note }] : groups;
}

function hiddenItem({ text, remedy }: HiddenNote): vscode.TreeItem {
  const item = new vscode.TreeItem('');
  item.id = 'hidden';
  item.description = text;
  item.tooltip = `${text}. ${remedy}`;
  item.iconPath = new vscode.ThemeIcon('info');
  item.accessibilityInformation = { label: `${text}. ${remedy}` };
  return item;
}

function segmentItem(segment: Segment, mayHide: boolean): vscode.TreeItem {
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(segmentLabel(segment), segment.mappings.length > 0 ? Collapsed : None);
  item.id = segment.id;
  // A name that is read from right to left would draw the size into itself.
  item.description = LEFT_TO_RIGHT + segmentDescription(segment, mayHide);
  item.tooltip = segmentTooltip(segment);
  item.contextValue = `segment.${segment.kind}${segment.unlinked ? '.unlinked' : ''}`;
  item.iconPath = segmentIcon(segment);
  item.accessibilityInformation = { label: `${segment.kind} segment ${segment.name}, ${segmentDescription(segment, mayHide)}` };
  item.command = { command: 'shmscope.open', title: 'Open', arguments: [{ node: 'segment', segment }] };
  return item;
}

function segmentIcon(segment: Segment): vscode.ThemeIcon {
  const [mark] = marks(segment);
  if (mark === 'no access') return new vscode.ThemeIcon('lock');
  if (mark === 'unlinked' || mark === 'marked for removal')
    return new vscode.ThemeIcon('debug-disconnect', new vscode.ThemeColor('list.warningForeground'));
  if (mark !== undefined && mark !== 'locked in memory')
    return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  const alive = mapperCount(segment) > 0 || (segment.sysv?.attachCount ?? 0) > 0;
  return new vscode.ThemeIcon(
    alive ? 'circle-filled' : 'circle-outline',
    alive ? new vscode.ThemeColor('charts.green') : undefined,
  );
}

function mappingItem(segment: Segment, mapping: Mapping): vscode.TreeItem {
  const item = new vscode.TreeItem(mapping.process, vscode.TreeItemCollapsibleState.None);
  item.id = `${segment.id} ${mapping.pid} ${mapping.address}`;
  item.description = mappingDescription(mapping);
  item.tooltip = mappingTooltip(mapping);
  item.contextValue = 'mapping';
  item.iconPath = new vscode.ThemeIcon('server-process');
  return item;
}
