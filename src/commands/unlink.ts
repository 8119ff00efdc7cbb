/** shmscope.unlink: shm_unlink, unlink or IPC_RMID, after a question that names the mappers. */
import type { Segment } from '../../api.d.ts';
import { confirm } from './ask.ts';
import { mappersSentence } from './mappers.ts';
import type { Command } from './register.ts';
import { targetSegment } from './target.ts';

export const unlink: Command = async (context, invocation) => {
  context.requireTrust();
  const segment = await targetSegment(context, invocation, 'Unlink which segment?');
  if (!segment) return undefined;
  const mayHide = context.store.last?.mayHideMappers(segment) ?? false;
  const detail = `${mappersSentence(segment, mayHide)} ${consequence(segment, mayHide)}`;
  if (!(await confirm(invocation, `Unlink ${segment.name || segment.id}?`, detail, 'Unlink'))) return undefined;
  return context.api.unlink(segment.id);
};

function consequence(segment: Segment, mayHide: boolean): string {
  const used = mayHide || segment.mappings.length > 0 || segment.holders.length > 0 || (segment.sysv?.attachCount ?? 0) > 0;
  if (segment.kind === 'file') return 'The file is deleted; processes that map it keep what they have.';
  if (!used) return 'Its bytes are lost at once. It may be waiting for its program to come back.';
  return 'Those that have it keep it; no other process can open it any more, and its bytes are lost when the last one lets go.';
}
