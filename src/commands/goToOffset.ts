/** shmscope.goToOffset: shows an offset in the segment's panel. */
import { shmError } from '../native/errors.ts';
import { checkOffset } from '../segments/names.ts';
import { askText } from './ask.ts';
import type { Command } from './register.ts';
import { targetSegment } from './target.ts';

export const goToOffset: Command = async (context, invocation) => {
  const segment = await targetSegment(context, invocation, 'Go to an offset in which segment?');
  if (!segment) return;
  const given = invocation.options['offset'];
  if (invocation.programmatic && given === undefined) throw shmError('EINVAL', 'goToOffset takes { offset } in bytes.');
  const size = segment.size;
  const inside = (offset: number): number => {
    if (checkOffset(offset, 'offset') >= size) throw shmError('ERANGE', `The segment ends at ${size} (0x${size.toString(16)}).`);
    return offset;
  };
  const offset =
    given !== undefined
      ? inside(typeof given === 'string' ? parseOffset(given) : checkOffset(given, 'offset'))
      : await askText(
          { prompt: `Offset, decimal or 0x…, below ${size} (0x${size.toString(16)})`, placeHolder: '0x400' },
          (text) => inside(parseOffset(text)),
        );
  if (offset !== undefined) context.panels.open(segment).goTo(offset);
};

function parseOffset(text: string): number {
  const typed = text.trim();
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(typed)) throw shmError('EINVAL', 'An offset is a number such as 1024 or 0x400.');
  return Number(typed);
}
