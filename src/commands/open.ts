/** shmscope.open: the panel of a segment. */
import type { Command } from './register.ts';
import { pickedSegment } from './target.ts';

export const open: Command = async (context, invocation) => {
  const segment = await pickedSegment(context, invocation, 'Open which segment?');
  if (segment) context.panels.open(segment);
};
