/** shmscope.cleanOrphans: removes what nothing maps or holds any more, after a question. */
import * as vscode from 'vscode';
import type { Segment } from '../../api.d.ts';
import type { GroupNode } from '../explorer/nodes.ts';
import { shmError } from '../native/errors.ts';
import { sizeText } from '../segments/names.ts';
import { orphansOf, removeOrphans, type Cleaned, type IsUnused, type Kept } from '../segments/orphans.ts';
import type { Scan } from '../segments/scan.ts';
import { findSegment, isReference, type Reference } from '../segments/reference.ts';
import { ageText, bornAt, plural, segmentLabel } from '../segments/texts.ts';
import { ownerName } from '../segments/users.ts';
import { confirm, plainText } from './ask.ts';
import type { CommandContext, Invocation } from './context.ts';
import type { Command } from './register.ts';
import { targetSegment } from './target.ts';
import { mapperCount } from '../segments/views.ts';

const NAMED = 10;

/**
 * By `executeCommand` it takes a segment, an array of them, or undefined for all orphans, and { confirm: false } to ask nothing. Gives
 * { removed: ids, kept: { id, name, reason }[] }; undefined where the user says no.
 */
export const cleanOrphans: Command = async (context, invocation): Promise<Cleaned | undefined> => {
  context.requireTrust();
  const { programmatic } = invocation;
  if (!programmatic) return askAndClean(context, invocation, () => true);
  const { segments, gone } = await given(context, invocation, await context.store.refresh());
  return clean(context, invocation, segments, gone);
};

/** From the menu of a group. The title of the view hands over the row with the focus, which says nothing of what is meant. */
export const cleanGroup: Command = async (context, invocation): Promise<Cleaned | undefined> => {
  context.requireTrust();
  const { target } = invocation;
  if (!isGroup(target)) throw shmError('EINVAL', 'cleanGroup is for a group of the explorer; cleanOrphans takes segments.');
  return askAndClean(context, invocation, ({ kind }) => target.group.kinds.includes(kind));
};

async function askAndClean(
  context: CommandContext,
  invocation: Invocation,
  isMeant: (segment: Segment) => boolean,
): Promise<Cleaned | undefined> {
  const scan = await context.store.refresh();
  const orphans = (await orphansOf(scan, asks(context))).filter(isMeant);
  if (orphans.length === 0) {
    void vscode.window.showInformationMessage(nothingText(scan));
    return undefined;
  }
  const chosen = await choose(orphans);
  if (!chosen || chosen.length === 0) return undefined;
  const cleaned = await clean(context, invocation, chosen, []);
  if (cleaned) tell(cleaned, chosen);
  return cleaned;
}

function asks({ operations }: CommandContext): IsUnused {
  return (segment) => operations.isUnused(segment);
}

interface Given {
  readonly segments: readonly Segment[];
  /** Those of an array that are there no more. */
  readonly gone: readonly Kept[];
}

/** One segment that is not there is an error; in an array it is one that stays. */
async function given(context: CommandContext, invocation: Invocation, scan: Scan): Promise<Given> {
  const { target } = invocation;
  if (target === undefined) return { segments: await orphansOf(scan, asks(context)), gone: [] };
  if (!Array.isArray(target)) {
    const segment = await targetSegment(context, invocation, '');
    return { segments: segment ? [segment] : [], gone: [] };
  }
  const references: readonly unknown[] = target;
  if (!references.every(isReference)) throw shmError('EINVAL', 'Each segment is given as { id } or { kind, name }.');
  const found = new Map<string, Segment>();
  const gone: Kept[] = [];
  for (const reference of references) {
    const segment = find(scan, reference);
    if (segment) found.set(segment.id, segment);
    else gone.push({ id: reference.id ?? '', name: reference.name ?? '', reason: 'It is gone already.' });
  }
  return { segments: [...found.values()], gone };
}

/** An id means that object, not another that has its name now. */
function find({ segments }: Scan, { id, ...named }: Reference): Segment | undefined {
  return id === undefined ? findSegment(segments, named) : segments.find((segment) => segment.id === id);
}

function isGroup(target: unknown): target is GroupNode {
  return typeof target === 'object' && target !== null && 'node' in target && target.node === 'group';
}

function nothingText(scan: Scan): string {
  const unclear = scan.segments.filter((segment) => scan.mayHideMappers(segment) && mapperCount(segment) === 0).length;
  const note = unclear > 0 ? ` ${plural(unclear, 'object')} may be mapped by processes that you may not look into.` : '';
  return `There is nothing to clean up: something maps or holds every segment, or it holds no memory.${note}`;
}

async function choose(orphans: readonly Segment[]): Promise<Segment[] | undefined> {
  const items = orphans.map((segment) => ({
    label: plainText(segment.name || segmentLabel(segment)),
    description: plainText(orphanDescription(segment)),
    segment,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Clean Up Orphaned Segments',
    placeHolder: 'Nothing maps these or holds them open; the oldest first. Choose which to remove',
    canPickMany: true,
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  return picked?.map(({ segment }) => segment);
}

function orphanDescription(segment: Segment): string {
  const born = bornAt(segment);
  const alive = segment.sysv?.creatorAlive;
  return [
    ...(segment.sysv ? [`shmid ${segment.sysv.shmid}`] : []),
    sizeText(segment.residentBytes ?? segment.size),
    ...(born === undefined ? [] : [ageText(Date.now() - born)]),
    ownerName(segment.uid),
    ...(alive === undefined ? [] : [alive ? 'its creator lives' : 'its creator has ended']),
  ].join(' · ');
}

/** Asks, and removes what is still orphaned. */
async function clean(
  context: CommandContext,
  invocation: Invocation,
  segments: readonly Segment[],
  gone: readonly Kept[],
): Promise<Cleaned | undefined> {
  if (segments.length > 0 && !(await confirm(invocation, questionText(segments), detailText(segments), 'Remove')))
    return undefined;
  const { store, operations } = context;
  const title = `Removing ${plural(segments.length, 'orphaned segment')}`;
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  const work = (progress?: vscode.Progress<{ message?: string; increment?: number }>, token?: vscode.CancellationToken) =>
    removeOrphans({
      segments,
      refresh: () => store.refresh({ thorough: true }),
      isUnused: asks(context),
      unlink: (id) => operations.unlinkUnused(id),
      onNext: (done) => progress?.report({ message: `${done} of ${segments.length}`, increment: 100 / segments.length }),
      cancelled: () => token?.isCancellationRequested ?? false,
    });
  const cleaned = invocation.programmatic ? await work() : await vscode.window.withProgress(options, work);
  return { removed: cleaned.removed, kept: [...gone, ...cleaned.kept] };
}

function questionText(segments: readonly Segment[]): string {
  return `Remove ${plural(segments.length, 'orphaned segment')} with ${sizeText(memoryOf(segments))} of memory?`;
}

function detailText(segments: readonly Segment[]): string {
  const names = segments.slice(0, NAMED).map((segment) => segment.name || segmentLabel(segment));
  const more = segments.length > NAMED ? [`and ${segments.length - NAMED} more`] : [];
  const warning =
    'An orphan may be waiting for its program to come back: what it holds is lost at once, and cannot be brought back. Each is removed only if nothing maps or holds it at that moment.';
  return [...names, ...more, '', warning].join('\n');
}

function memoryOf(segments: readonly Segment[]): number {
  return segments.reduce((all, segment) => all + (segment.residentBytes ?? segment.size), 0);
}

function tell({ removed, kept }: Cleaned, segments: readonly Segment[]): void {
  const ids = new Set(removed);
  const freed = sizeText(memoryOf(segments.filter((segment) => ids.has(segment.id))));
  const went = `${plural(removed.length, 'orphaned segment')} removed, ${freed} freed.`;
  if (kept.length === 0) {
    void vscode.window.showInformationMessage(went);
    return;
  }
  const shown = kept.slice(0, NAMED).map(({ name, reason }) => `${name}: ${reason}`);
  const more = kept.length > NAMED ? [`and ${kept.length - NAMED} more.`] : [];
  void vscode.window.showWarningMessage(plainText([went, `${kept.length} stayed.`, ...shown, ...more].join(' ')));
}
