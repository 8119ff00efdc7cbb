/** shmscope.findWriters: which code of which process stores to some bytes of a segment. */
import type { Segment, WriteReport } from '../../api.d.ts';
import { shmError } from '../native/errors.ts';
import { isList } from '../protocol/check.ts';
import { MAX_WATCH_MS, MAX_WATCHED } from '../protocol/limits.ts';
import { isWatchedBytes, type WatchedBytes } from '../protocol/writing.ts';
import { watchToEnd, writeReport } from '../writers/waiting.ts';
import type { CommandContext, Invocation } from './context.ts';
import type { Command } from './register.ts';
import { targetSegment } from './target.ts';

const DEFAULT_MS = 10_000;

/**
 * With arguments: `{ offset, length, ms?, reads? }` gives the report of these bytes, `{ fields: [{ offset, length }, …], ms?, reads? }` a list
 * with one for each, watched at the same time. Else it opens the tab of the panel, where the fields are chosen.
 */
export const findWriters: Command = async (context, invocation): Promise<WriteReport | readonly WriteReport[] | undefined> => {
  const segment = await targetSegment(context, invocation, 'Find the writers of which segment?');
  if (!segment) return undefined;
  if (invocation.programmatic) return reportOf(context, segment, invocation);
  context.panels.open(segment).show('writers');
  return undefined;
};

async function reportOf(
  context: CommandContext,
  segment: Segment,
  { options }: Invocation,
): Promise<WriteReport | readonly WriteReport[]> {
  const { offset, length, fields, ms = DEFAULT_MS, reads = false } = options;
  if (typeof ms !== 'number' || !Number.isInteger(ms) || ms <= 0 || ms > MAX_WATCH_MS)
    throw shmError('EINVAL', `ms is a whole number from 1 to ${MAX_WATCH_MS}.`);
  if (typeof reads !== 'boolean') throw shmError('EINVAL', 'reads is true or false.');
  const watched = checkedFields(fields ?? [{ offset, length }]);
  const [only] = watched;
  if (fields === undefined && !reads && only) return context.api.findWriters(segment.id, only.offset, only.length, ms);
  const view = await context.store.using(segment.id, (now) => watchToEnd(context.writers, now, watched, { ms, reads }));
  if (view.failure) throw shmError('ENOTSUP', view.failure.message, remedyOf(view.failure.remedy));
  return fields === undefined ? writeReport(view, 0) : watched.map((_, index) => writeReport(view, index));
}

function checkedFields(fields: unknown): readonly WatchedBytes[] {
  if (isList(fields, MAX_WATCHED, isWatchedBytes) && fields.length > 0) return fields;
  throw shmError(
    'EINVAL',
    'What is watched are 1, 2, 4 or 8 bytes at an offset that their number divides; four such fields at most.',
  );
}

function remedyOf(remedy: string | undefined): { readonly remedy?: string } {
  return remedy === undefined ? {} : { remedy };
}
