/** shmscope.enableWriting: lets the panel of one segment change its bytes, until it is closed or switched off. */
import { shmError } from '../native/errors.ts';
import type { Command } from './register.ts';
import { targetSegment } from './target.ts';

export const enableWriting: Command = async (context, invocation) => {
  const on = invocation.options['on'] !== false;
  if (on) context.requireTrust();
  const segment = await targetSegment(context, invocation, 'Enable writing for which segment?');
  if (!segment) return;
  if (on && !segment.access.write) throw shmError('EACCES', segment.access.reason ?? 'You may not write to this segment.');
  context.panels.setWriting(segment, on);
};
