/** Commands of the rows of the Locks view: openLock, openLine, copyLock, refreshLocks. */
import * as vscode from 'vscode';
import type { LocksNode, MoreLocksNode, RowNode } from '../explorer/locks/nodes.ts';
import { shmError } from '../native/errors.ts';
import { openLine as openSource } from '../files/openLine.ts';
import type { Command } from './register.ts';

export const openLock: Command = async ({ store, panels }, { target }) => {
  const place = isLocksRow(target) ? target.row.at : undefined;
  if (!place) throw noRow('openLock');
  const segment = await store.require(place.id);
  panels.open(segment).goTo(place.offset, place.size);
};

export const openLine: Command = async (_context, { target }) => {
  const line = isLocksRow(target) ? target.row.where : undefined;
  if (!line) throw noRow('openLine');
  await openSource(line, { focus: true, beside: false });
};

export const copyLock: Command = async (_context, { target }) => {
  if (!isLocksRow(target)) throw noRow('copyLock');
  await vscode.env.clipboard.writeText(textOf(target));
};

export const refreshLocks: Command = async ({ locksView }) => locksView.refresh();

export function isMoreLocks(target: unknown): target is MoreLocksNode {
  return hasTag(target, 'moreLocks');
}

function isLocksRow(target: unknown): target is RowNode {
  return hasTag(target, 'locksRow') && typeof target === 'object' && target !== null && 'row' in target;
}

function hasTag(target: unknown, tag: LocksNode['node']): boolean {
  return typeof target === 'object' && target !== null && 'node' in target && target.node === tag;
}

/** All that a row says. */
function textOf({ row }: RowNode): string {
  const line = [row.label, row.description].filter((part) => part !== '').join(' · ');
  const more = row.tooltip?.();
  return more === undefined ? line : `${line}\n${more}`;
}

function noRow(command: string): Error {
  return shmError('EINVAL', `${command} is for a row of the Locks view.`);
}
