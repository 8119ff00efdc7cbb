/** shmscope.resize: ftruncate, after a question when bytes would be lost. */
import { shmError } from '../native/errors.ts';
import { checkSize, sizeText } from '../segments/names.ts';
import { confirm } from './ask.ts';
import { askSize } from './create.ts';
import { mappersSentence } from './mappers.ts';
import type { Command } from './register.ts';
import { targetSegment } from './target.ts';

export const resize: Command = async (context, invocation) => {
  context.requireTrust();
  const segment = await targetSegment(context, invocation, 'Resize which segment?');
  if (!segment) return undefined;
  if (segment.kind === 'sysv') throw shmError('ENOTSUP', 'A System V segment keeps the size that it was made with (shmget(2)).');
  const given = invocation.options['size'];
  if (invocation.programmatic && typeof given !== 'number') throw shmError('EINVAL', 'resize takes { size } in bytes.');
  const size = typeof given === 'number' ? checkSize(given) : await askSize(String(segment.size));
  if (size === undefined) return undefined;
  if (size < segment.size) {
    const detail = `${mappersSentence(segment, context.store.last?.mayHideMappers(segment) ?? false)} The bytes from ${size} on are lost, and a process that touches them afterwards is killed by SIGBUS.`;
    const question = `Shrink ${segment.name} from ${sizeText(segment.size)} to ${sizeText(size)}?`;
    if (!(await confirm(invocation, question, detail, 'Shrink'))) return undefined;
  }
  return context.api.resize(segment.id, size);
};
