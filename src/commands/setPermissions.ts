/** shmscope.setPermissions: chmod and chown, or IPC_SET. */
import { shmError } from '../native/errors.ts';
import { modeText } from '../segments/access.ts';
import { askText } from './ask.ts';
import type { Invocation } from './context.ts';
import type { Command } from './register.ts';
import { targetSegment } from './target.ts';

export const setPermissions: Command = async (context, invocation) => {
  context.requireTrust();
  const segment = await targetSegment(context, invocation, 'Set the permissions of which segment?');
  if (!segment) return undefined;
  const given = givenChange(invocation);
  if (invocation.programmatic && !given) throw shmError('EINVAL', 'setPermissions takes { mode?, uid?, gid? } as numbers.');
  const change = given ?? (await askMode(segment.mode));
  return change ? context.api.setPermissions(segment.id, change) : undefined;
};

function givenChange({ options }: Invocation): { mode?: number; uid?: number; gid?: number } | undefined {
  const change: { mode?: number; uid?: number; gid?: number } = {};
  for (const key of ['mode', 'uid', 'gid'] as const) {
    const value = options[key];
    if (value === undefined) continue;
    if (typeof value !== 'number') throw shmError('EINVAL', `${key} is a number.`);
    change[key] = value;
  }
  return Object.keys(change).length > 0 ? change : undefined;
}

function askMode(mode: number): Promise<{ mode: number; uid?: number; gid?: number } | undefined> {
  return askText(
    { prompt: 'Mode in octal, and if wanted :uid or :uid:gid, such as 0660:1000:100', value: modeText(mode) },
    (text) => {
      const match = /^(0?[0-7]{3,4})(?::(\d+))?(?::(\d+))?$/.exec(text.trim());
      if (!match) throw shmError('EINVAL', 'A mode has three or four octal digits, such as 0660.');
      const [, bits = '', uid, gid] = match;
      return {
        mode: Number.parseInt(bits, 8),
        ...(uid === undefined ? {} : { uid: Number(uid) }),
        ...(gid === undefined ? {} : { gid: Number(gid) }),
      };
    },
  );
}
