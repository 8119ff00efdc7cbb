/** What the page asks of snapshots: taken, compared, read, exported. */
import * as vscode from 'vscode';
import { whole } from '../../keep/control.ts';
import type { Running } from '../../live/control.ts';
import { openMoment, type Moment } from '../../keep/moment.ts';
import { readAt } from '../../keep/pieces.ts';
import { infoOf } from '../../keep/record.ts';
import type { KeepRequests } from '../../protocol/keeping.ts';
import { MAX_DIFFERENCES } from '../../protocol/limits.ts';
import type { SegmentPanel } from '../panel.ts';
import type { PanelParts } from '../parts.ts';
import type { Answer, Answered } from '../requests.ts';

export const keepRequests: { readonly [Name in keyof KeepRequests]: Answer<Name> } = {
  takeSnapshot: async (panel, parts, { name }, running) => {
    const { segment } = panel;
    const { choice } = panel.typing;
    const open = () => parts.sources.open(segment, false);
    const record = await parts.store.using(segment.id, () => parts.snapshots.take(segment, open, { name, choice, ...running }));
    return infoOf(record);
  },
  renameSnapshot: (_panel, { snapshots }, { id, name }) => snapshots.rename(id, name),
  removeSnapshot: (_panel, { snapshots }, { id }) => snapshots.remove(id),
  compare: (panel, parts, { left, right, from }, running) =>
    withMoment(panel, parts, left, (a) => withMoment(panel, parts, right, (b) => differences(a, b, from, running))),
  openDiff: async (panel, _parts, { left, right }) => {
    await vscode.commands.executeCommand('shmscope.compareSnapshots', { id: panel.segment.id }, { left, right });
  },
  setBaseline: (panel, _parts, { baseline }) => panel.marks.setBaseline(baseline),
  look: (panel) => panel.marks.look(),
  read: (panel, parts, { of, offset, length }) =>
    withMoment(panel, parts, of, async (moment) => {
      const { size } = moment.open().stat();
      const wanted = Math.max(0, Math.min(length, size - offset));
      return { bytes: wanted > 0 ? await readAt(moment, offset, wanted) : new Uint8Array(), size };
    }),
  exportRange: async (panel, _parts, ask) => {
    await vscode.commands.executeCommand('shmscope.export', { node: 'segment', segment: panel.segment }, ask);
  },
};

async function differences(a: Moment, b: Moment, from: number, running: Running): Promise<Answered<'compare'>> {
  const to = Math.max(a.open().stat().size, b.open().stat().size);
  if (from >= to) return { differences: new Float64Array(), complete: true };
  // One more than is given tells whether there are more.
  const limit = MAX_DIFFERENCES + 1;
  const found = await whole((control) => a.open().difference(b.open(), from, to, limit, control), running);
  return { differences: found.slice(0, 2 * MAX_DIFFERENCES), complete: found.length <= 2 * MAX_DIFFERENCES };
}

/** Opens what is named, and closes it again however `work` ends. */
async function withMoment<T>(
  { segment }: SegmentPanel,
  { sources, snapshots }: PanelParts,
  of: string,
  work: (moment: Moment) => Promise<T>,
): Promise<T> {
  const moment = await openMoment(of, segment, sources, snapshots);
  try {
    return await work(moment);
  } finally {
    moment.dispose();
  }
}
