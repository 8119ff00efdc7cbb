/** shmscope.snapshot and shmscope.removeSnapshot: what a segment holds now, kept for later. */
import * as vscode from 'vscode';
import type { Segment } from '../../api.d.ts';
import type { SnapshotRecord } from '../keep/record.ts';
import { infoOf } from '../keep/record.ts';
import { shmError } from '../native/errors.ts';
import type { SnapshotInfo } from '../protocol/keeping.ts';
import { sizeText } from '../segments/names.ts';
import { segmentLabel } from '../segments/texts.ts';
import { askChoice, askText, plainText, type Choice } from './ask.ts';
import type { CommandContext } from './context.ts';
import { withProgress } from './progress.ts';
import type { Command } from './register.ts';
import { targetSegment } from './target.ts';

/** By `executeCommand` it takes { name } and gives { id, name, time, size, held }. */
export const snapshot: Command = async (context, invocation): Promise<SnapshotInfo | undefined> => {
  const segment = await targetSegment(context, invocation, 'Take a snapshot of which segment?');
  if (!segment) return undefined;
  const name = await snapshotNameOf(invocation.programmatic, invocation.options['name']);
  if (name === undefined) return undefined;
  const { store, sources, snapshots } = context;
  const choice = context.shownType(segment);
  const title = plainText(`Taking a snapshot of ${segmentLabel(segment)}`);
  const record = await withProgress(invocation.programmatic, title, (watched) =>
    store.using(segment.id, () => snapshots.take(segment, () => sources.open(segment, false), { name, choice, ...watched })),
  );
  if (!invocation.programmatic)
    void vscode.window.setStatusBarMessage(plainText(`Snapshot "${record.name}" takes ${sizeText(record.held)}`), 5000);
  return infoOf(record);
};

/** By `executeCommand` it takes { snapshot: id }. */
export const removeSnapshot: Command = async (context, invocation) => {
  const segment = await targetSegment(context, invocation, 'Remove a snapshot of which segment?');
  if (!segment) return;
  const given = invocation.options['snapshot'];
  if (typeof given === 'string') return context.snapshots.remove(given);
  if (invocation.programmatic) throw shmError('EINVAL', 'removeSnapshot takes { snapshot } with its id.');
  const picked = await askChoice('Remove which snapshot?', await snapshotChoices(context, segment));
  if (picked !== undefined) await context.snapshots.remove(picked);
};

/** What can be picked: its id, by name, time and size. ENOENT where there is none. */
export async function snapshotChoices({ snapshots }: CommandContext, segment: Segment): Promise<Choice<string>[]> {
  const list = await snapshots.list(segment);
  if (list.length === 0)
    throw shmError('ENOENT', `No snapshot of ${segmentLabel(segment)} is kept.`, {
      remedy: 'Take one with "Shared Memory: Take Snapshot…".',
    });
  return list.map((record) => ({ label: plainText(record.name), description: description(record), value: record.id }));
}

function description({ time, size, held }: SnapshotRecord): string {
  const taken = new Date(time).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
  return `${taken} · ${sizeText(size)}${held < size / 2 ? ` · holds ${sizeText(held)}` : ''}`;
}

async function snapshotNameOf(programmatic: boolean, given: unknown): Promise<string | undefined> {
  if (typeof given === 'string') return given;
  if (given !== undefined) throw shmError('EINVAL', 'name is a text.');
  if (programmatic) return '';
  return askText(
    { prompt: 'Name of the snapshot; empty for the time of day', placeHolder: 'before the restart' },
    (text) => text,
  );
}
