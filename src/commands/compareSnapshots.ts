/** shmscope.compareSnapshots: two snapshots, or one and the segment as it is, in VS Code's own diff editor. */
import type { Segment } from '../../api.d.ts';
import { diffTexts } from '../keep/diffText.ts';
import { LIVE, openMoment, type Moment } from '../keep/moment.ts';
import { shmError } from '../native/errors.ts';
import { segmentLabel } from '../segments/texts.ts';
import { askChoice, plainText } from './ask.ts';
import type { CommandContext, Invocation } from './context.ts';
import { withProgress } from './progress.ts';
import type { Command } from './register.ts';
import { snapshotChoices } from './snapshot.ts';
import { targetSegment } from './target.ts';

interface Compared {
  /** Places that differ, 2,000 at most; `complete` false where there are more. */
  readonly differences: number;
  readonly complete: boolean;
}

/** By `executeCommand` it takes { left, right }, ids of snapshots or 'live', and gives { differences, complete }. */
export const compareSnapshots: Command = async (context, invocation): Promise<Compared | undefined> => {
  const segment = await targetSegment(context, invocation, 'Compare snapshots of which segment?');
  if (!segment) return undefined;
  const sides = await chosenSides(context, invocation, segment);
  if (!sides) return undefined;
  const opened: Moment[] = [];
  try {
    for (const side of sides) opened.push(await openMoment(side, segment, context.sources, context.snapshots));
    const [left, right] = opened;
    return left && right && (await show(context, invocation, segment, left, right));
  } finally {
    for (const moment of opened) moment.dispose();
  }
};

async function show(
  context: CommandContext,
  { programmatic }: Invocation,
  segment: Segment,
  left: Moment,
  right: Moment,
): Promise<Compared> {
  const label = segmentLabel(segment);
  // Where the type cannot be had (a header that is gone, or not trusted) the bytes are compared.
  const type = await context.layoutOf(segment, right.choice ?? left.choice).catch(() => undefined);
  const texts = await withProgress(programmatic, plainText(`Comparing ${label}`), (watched) =>
    diffTexts(left, right, type, watched),
  );
  const [from, to] = [sideName(left), sideName(right)];
  const title = `${label}: ${from} ↔ ${to}`;
  await context.diffs.open(title, { name: from, text: texts.left }, { name: to, text: texts.right });
  return { differences: texts.differences, complete: texts.complete };
}

function sideName({ name, time }: Moment): string {
  return name === 'now' ? `now, at ${new Date(time).toLocaleTimeString('en-GB')}` : name;
}

async function chosenSides(
  context: CommandContext,
  { programmatic, options }: Invocation,
  segment: Segment,
): Promise<readonly string[] | undefined> {
  const { left, right } = options;
  if (typeof left === 'string' && typeof right === 'string') return [left, right];
  if (programmatic || left !== undefined || right !== undefined)
    throw shmError('EINVAL', "compareSnapshots takes { left, right }: each the id of a snapshot, or 'live'.");
  const kept = await snapshotChoices(context, segment);
  const first = await askChoice('Compare which snapshot?', kept);
  if (first === undefined) return undefined;
  const others = kept.filter(({ value }) => value !== first);
  const now = { label: '$(pulse) The segment as it is now', value: LIVE };
  const second = await askChoice('With what?', [now, ...others]);
  return second === undefined ? undefined : [first, second];
}
