/** How a panel stands to its segment, as the page is told. */
import type { Segment } from '../../api.d.ts';
import type { ShmError } from '../native/errors.ts';
import type { Phase, Status } from '../protocol/messages.ts';
import { rememberedName } from '../segments/reference.ts';

const NEVER_SEEN = 'The segment is gone: it was not there any more when the window came back.';
const GONE = 'The segment is gone: it was removed, and no process holds it any more. What you see was read before.';

export interface Standing extends Pick<Status, 'replaced' | 'writing' | 'canWrite' | 'paused'> {
  readonly phase: Phase;
  readonly problem: ShmError | undefined;
  readonly following: boolean | undefined;
  /** ms since the epoch; undefined where it was never seen. */
  readonly goneAt: number | undefined;
}

export function statusOf({ phase, problem, following, goneAt, ...flags }: Standing): Status {
  const isGone = phase === 'gone';
  const message = isGone ? (goneAt === undefined ? NEVER_SEEN : GONE) : problem?.message;
  const remedy = isGone ? undefined : problem?.remedy;
  return {
    phase,
    ...(message === undefined ? {} : { message }),
    ...(remedy === undefined ? {} : { remedy }),
    ...flags,
    ...(following === undefined ? {} : { following }),
    ...(isGone && goneAt !== undefined ? { goneAt } : {}),
  };
}

/** Another segment that has the name now. An IPC_PRIVATE segment shares its name with strangers. */
export function replacementOf(segment: Segment, all: readonly Segment[]): Segment | undefined {
  const name = rememberedName(segment);
  if (name === undefined) return undefined;
  return all.find((other) => other.id !== segment.id && !other.unlinked && rememberedName(other) === name);
}
