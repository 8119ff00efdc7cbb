/** What the page asks for, and who answers it. */
import * as vscode from 'vscode';
import { shmError } from '../native/errors.ts';
import type { FromPage, Requests } from '../protocol/messages.ts';
import { isAsk } from '../protocol/transport.ts';
import type { SegmentPanel } from './panel.ts';
import type { PanelParts } from './parts.ts';

type Request = Extract<FromPage, { type: 'request' }>;
type Answers = {
  readonly [Name in keyof Requests]: (panel: SegmentPanel, parts: PanelParts, ask: Requests[Name]['ask']) => unknown;
};

const answers: Answers = {
  write: (panel, parts, ask) => write(panel, parts, ask),
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

/** Rejects with a ShmError; what a request answers is in messages.ts. */
export async function answer(panel: SegmentPanel, parts: PanelParts, request: Request): Promise<unknown> {
  const { name, ask } = request;
  return dispatch(name, ask, panel, parts);
}

function dispatch<Name extends keyof Requests>(name: Name, ask: unknown, panel: SegmentPanel, parts: PanelParts): unknown {
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
