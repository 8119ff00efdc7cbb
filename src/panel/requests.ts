/** What the page asks for, and who answers it. */
import * as vscode from 'vscode';
import type { Running } from '../live/control.ts';
import { shmError } from '../native/errors.ts';
import { searchAnswers } from './answers/search.ts';
import { setFormats } from './answers/formats.ts';
import { isAsk, type RequestName, type Requests } from '../protocol/requests.ts';
import { editing } from './answers/edit.ts';
import { keepRequests } from './answers/keep.ts';
import { lockAnswers } from './answers/locks.ts';
import { writerRequests } from './answers/writers.ts';
import type { SegmentPanel } from './panel.ts';
import type { PanelParts } from './parts.ts';

/** What is answered with null needs nothing to be returned. */
export type Answered<Name extends RequestName> = Requests[Name]['answer'] | void;

export type Answer<Name extends RequestName> = (
  panel: SegmentPanel,
  parts: PanelParts,
  ask: Requests[Name]['ask'],
  running: Running,
) => Answered<Name> | Promise<Answered<Name>>;

const answers: { readonly [Name in RequestName]: Answer<Name> } = {
  ...editing,
  ...searchAnswers,
  ...keepRequests,
  ...lockAnswers,
  ...writerRequests,
  setFormats,
  setFollowing: (panel, _parts, { on }) => panel.setFollowing(on),
  openBeside: (panel) => command('open', panel, { beside: true }),
  parseTypes: async (_panel, parts, { source }) => {
    const { types, problems } = await parts.types.resolver.declarations({ source });
    return { types: types.map(({ name, size }) => ({ name, size })), problems: problems.map(({ text }) => text) };
  },
  applyType: (panel, _parts, { source, name }) => panel.typing.set({ source, name }),
  clearType: (panel) => panel.typing.set(undefined),
  pickType: (panel) => command('assignType', panel),
  keepType: (panel) => panel.typing.keep(),
  openProblem: (panel, _parts, { of }) => panel.typing.openProblem(of),
  compileType: (panel) => panel.typing.compile(),
  compileText: (panel, _parts, { source }) => panel.typing.compileText(source),
  takeSuggestion: (panel, _parts, { name, why }) => panel.typing.takeNamed(name, why),
  pickHeader: (panel) => command('assignType', panel, { pick: 'header' }),
  setWriting: (panel, _parts, { on }) => command('enableWriting', panel, { on }),
  setPaused: (panel, _parts, { on }) => panel.setPaused(on),
  follow: (panel) => panel.followName(),
  attach: (panel) => panel.attach(),
  askOffset: (panel) => command('goToOffset', panel),
};

/** What protocol/requests.ts says that `name` answers; rejects with a ShmError. */
export async function answer<Name extends RequestName>(
  panel: SegmentPanel,
  parts: PanelParts,
  name: Name,
  ask: unknown,
  running: Running,
): Promise<Answered<Name>> {
  if (!isAsk(name, ask)) throw shmError('EINVAL', `"${name}" was asked with something else than it takes.`);
  return answers[name](panel, parts, ask, running);
}

async function command(name: string, panel: SegmentPanel, ...options: object[]): Promise<void> {
  await vscode.commands.executeCommand(`shmscope.${name}`, { node: 'segment', segment: panel.segment }, ...options);
}
