/** What the page asks for, and who answers it. */
import * as vscode from 'vscode';
import { shmError } from '../native/errors.ts';
import type { Requests } from '../protocol/messages.ts';
import { isAsk } from '../protocol/transport.ts';
import type { SegmentPanel } from './panel.ts';
import type { PanelParts } from './parts.ts';

/** What is answered with null needs nothing to be returned. */
type Answered<Name extends keyof Requests> = Requests[Name]['answer'] | void;
type Answer<Name extends keyof Requests> = (
  panel: SegmentPanel,
  parts: PanelParts,
  ask: Requests[Name]['ask'],
) => Answered<Name> | Promise<Answered<Name>>;

const answers: { readonly [Name in keyof Requests]: Answer<Name> } = {
  write,
  parseTypes: async (_panel, parts, { source }) =>
    (await parts.types.service.parse({ source })).map(({ name, size }) => ({ name, size })),
  applyType: (panel, _parts, { source, name }) => panel.setType({ source, name }),
  clearType: (panel) => panel.setType(undefined),
  pickHeader: (panel) => command('assignType', panel, { pick: 'header' }),
  setWriting: (panel, _parts, { on }) => command('enableWriting', panel, { on }),
  setPaused: (panel, _parts, { on }) => panel.setPaused(on),
  follow: (panel) => panel.followName(),
  attach: (panel) => panel.attach(),
  askOffset: (panel) => command('goToOffset', panel),
};

/** What messages.ts says that `name` answers; rejects with a ShmError. */
export async function answer<Name extends keyof Requests>(
  panel: SegmentPanel,
  parts: PanelParts,
  name: Name,
  ask: unknown,
): Promise<Answered<Name>> {
  if (!isAsk(name, ask)) throw shmError('EINVAL', `"${name}" was asked with something else than it takes.`);
  return answers[name](panel, parts, ask);
}

async function command(name: string, panel: SegmentPanel, ...options: object[]): Promise<void> {
  await vscode.commands.executeCommand(`shmscope.${name}`, { node: 'segment', segment: panel.segment }, ...options);
}

function write(panel: SegmentPanel, parts: PanelParts, { offset, bytes, mask }: Requests['write']['ask']): Promise<void> {
  if (!panel.writing) throw shmError('EACCES', 'Writing is not enabled for this segment.');
  return parts.store.using(panel.segment.id, (segment) => parts.sources.writeMasked(segment, offset, bytes, mask));
}
