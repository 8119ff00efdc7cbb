/** How a row of the Locks view looks. */
import * as vscode from 'vscode';
import { countText } from '../../segments/texts.ts';
import type { LocksNode, MoreLocksNode, RowNode } from './nodes.ts';
import type { Icon } from './row.ts';

const LEFT_TO_RIGHT = '\u200e';
const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

export function itemOf(node: LocksNode): vscode.TreeItem {
  return node.node === 'moreLocks' ? moreItem(node) : rowItem(node);
}

function rowItem(node: RowNode): vscode.TreeItem {
  const { row, rowId } = node;
  const item = new vscode.TreeItem(row.label, row.below ? (row.open ? Expanded : Collapsed) : None);
  item.id = rowId;
  // A name that is read from right to left would draw the rest into itself.
  item.description = LEFT_TO_RIGHT + row.description;
  item.contextValue = contextOf(node);
  item.iconPath = iconOf(row.icon);
  item.accessibilityInformation = { label: row.says ?? [row.label, row.description].filter((part) => part !== '').join(', ') };
  const command = commandOf(node);
  if (command) item.command = command;
  return item;
}

/** 'lock.at', 'waiter.line': what it is, whether it has a place in a segment, and whether a line of code. */
function contextOf({ row }: RowNode): string {
  return `${row.kind}${row.at ? '.at' : ''}${row.where?.file === undefined ? '' : '.line'}`;
}

function iconOf({ name, color }: Icon): vscode.ThemeIcon {
  return new vscode.ThemeIcon(name, color === undefined ? undefined : new vscode.ThemeColor(color));
}

/** A click leads to where the row is about. */
function commandOf(node: RowNode): vscode.Command | undefined {
  const { row } = node;
  if (row.at) return { command: 'shmscope.openLock', title: 'Open', arguments: [node] };
  if (row.kind === 'segment') return { command: 'shmscope.open', title: 'Open', arguments: [node] };
  if (row.where?.file !== undefined) return { command: 'shmscope.openLine', title: 'Open Line', arguments: [node] };
  return undefined;
}

function moreItem(node: MoreLocksNode): vscode.TreeItem {
  const item = new vscode.TreeItem(`Show more (${countText(node.left)} left)…`, None);
  item.id = node.rowId;
  item.contextValue = 'more';
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.command = { command: 'shmscope.showMore', title: 'Show More', arguments: [node] };
  return item;
}
