/** shmscope.open: the panel of a segment; with `{ beside: true }` another one, beside what is open. */
import type { Command } from './register.ts';
import { pickedSegment, targetSegment } from './target.ts';

export const open: Command = async (context, invocation) => {
  const segment = await pickedSegment(context, invocation, 'Open which segment?');
  if (segment) context.panels.open(segment, { beside: invocation.options['beside'] === true });
};

/** shmscope.openBeside, for menus: the same segment twice, with other windows. */
export const openBeside: Command = async (context, invocation) => {
  const segment = await targetSegment(context, invocation, 'Open which segment to the side?');
  if (segment) context.panels.open(segment, { beside: true });
};
