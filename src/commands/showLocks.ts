/** shmscope.showLocks: the Locks view, at a segment's locks; with a segment as argument its locks as the API gives them. */
import * as vscode from 'vscode';
import type { SyncObject } from '../../api.d.ts';
import { noLocksText } from '../locks/viewTexts.ts';
import { segmentLabel } from '../segments/texts.ts';
import { plainText } from './ask.ts';
import type { CommandContext, Invocation } from './context.ts';
import { nodeSegmentId, targetSegment } from './target.ts';

export async function showLocks(context: CommandContext, invocation: Invocation): Promise<readonly SyncObject[] | undefined> {
  if (invocation.programmatic) {
    const segment = await targetSegment(context, invocation, 'Show the locks of which segment?');
    return segment && context.api.syncObjects(segment.id);
  }
  const asked = nodeSegmentId(invocation.target);
  const found = await context.locksView.show(asked ?? context.panels.active?.segment.id);
  if (asked !== undefined && !found) {
    const segment = await context.store.require(asked);
    void vscode.window.showInformationMessage(plainText(noLocksText(segmentLabel(segment))));
  }
  return undefined;
}
