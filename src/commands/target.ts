/** Which segment a command is about. */
import * as vscode from 'vscode';
import type { Segment } from '../../api.d.ts';
import { shmError } from '../native/errors.ts';
import { sortSegments } from '../segments/order.ts';
import { forEachPaced, Pace } from '../segments/pace.ts';
import { findSegment, isReference, keyOf } from '../segments/reference.ts';
import { briefDescription, segmentLabel } from '../segments/texts.ts';
import { plainText } from './ask.ts';
import type { CommandContext, Invocation } from './context.ts';

const KINDS = ['posix', 'sysv', 'memfd', 'anonymous', 'file'] as const;

/** What the explorer hands a command: a node of its tree, for the commands in its title the one with the focus. */
export function isNode(target: unknown): boolean {
  return typeof target === 'object' && target !== null && 'node' in target;
}

/** The id of the segment that a node of the explorer shows. */
export function nodeSegmentId(target: unknown): string | undefined {
  if (typeof target !== 'object' || target === null || !('node' in target) || !('segment' in target)) return undefined;
  const { segment } = target;
  return typeof segment === 'object' && segment !== null && 'id' in segment && typeof segment.id === 'string'
    ? segment.id
    : undefined;
}

/** As `targetSegment`, and where the arguments name none the user picks, whichever panel has the focus. */
export async function pickedSegment(
  context: CommandContext,
  invocation: Invocation,
  prompt: string,
): Promise<Segment | undefined> {
  const { target, programmatic } = invocation;
  return target === undefined && !programmatic ? pickSegment(context, prompt) : targetSegment(context, invocation, prompt);
}

/**
 * The segment that the arguments name; else the one of the panel that has the focus; else the one the user picks. Undefined when the
 * user picks none. ENOENT when a name leads nowhere, ESTALE when an id does.
 */
export async function targetSegment(
  context: CommandContext,
  { target, programmatic }: Invocation,
  prompt: string,
): Promise<Segment | undefined> {
  const id = nodeSegmentId(target);
  if (id !== undefined) return context.store.require(id);
  if (isReference(target)) {
    // An id means that object, not another that has its name now.
    if (target.id !== undefined) return context.store.require(target.id);
    if (target.kind === 'sysv' && keyOf(target.name ?? '') === 0)
      throw shmError('EINVAL', 'IPC_PRIVATE names no segment: give its { id }.');
    const { segments } = await context.store.refresh();
    const found = findSegment(segments, target);
    if (found) return found;
    throw shmError('ENOENT', `There is no segment ${target.name ?? ''} of kind ${target.kind ?? ''}.`);
  }
  if (programmatic) throw shmError('EINVAL', 'A segment is given as { id } or { kind, name }.');
  return context.panels.active?.segment ?? pickSegment(context, prompt);
}

interface SegmentItem extends vscode.QuickPickItem {
  readonly segment: Segment;
}

async function pickSegment(context: CommandContext, prompt: string): Promise<Segment | undefined> {
  const { segments } = await context.store.refresh();
  if (segments.length === 0) throw shmError('ENOENT', 'There is no shared memory segment on this machine now.');
  const options = { placeHolder: prompt, matchOnDescription: true };
  return (await vscode.window.showQuickPick(segmentItems(segments), options))?.segment;
}

/** By kind and name. Thousands are made in slices; the box is open meanwhile. */
async function segmentItems(segments: readonly Segment[]): Promise<SegmentItem[]> {
  const pace = new Pace();
  const items: SegmentItem[] = [];
  for (const kind of KINDS) {
    const members = segments.filter((segment) => segment.kind === kind);
    await forEachPaced(await sortSegments(members, 'name', pace), pace, (segment) => items.push(segmentItem(segment)));
  }
  return items;
}

function segmentItem(segment: Segment): SegmentItem {
  const label = plainText(segment.name || segmentLabel(segment));
  return { label, description: plainText(briefDescription(segment)), segment };
}
