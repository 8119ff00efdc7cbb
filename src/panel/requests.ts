/** What the page asks for, and who answers it. */
import * as vscode from 'vscode';
import { shmError } from '../native/errors.ts';
import { isAsk, type RequestName, type Requests } from '../protocol/requests.ts';
import type { SegmentPanel } from './panel.ts';
import type { PanelParts } from './parts.ts';

/** What is answered with null needs nothing to be returned. */
export type Answered<Name extends RequestName> = Requests[Name]['answer'] | void;

/** A request that takes long tells how far it has come, and ends early when it is cancelled. */
export interface Running {
  readonly signal: AbortSignal;
  /** `done` 0 to 1. */
  readonly onProgress: (done: number, found: number) => void;
}

export type Answer<Name extends RequestName> = (
  panel: SegmentPanel,
  parts: PanelParts,
  ask: Requests[Name]['ask'],
  running: Running,
) => Answered<Name> | Promise<Answered<Name>>;

const answers: { readonly [Name in RequestName]: Answer<Name> } = {
  write,
  undo: notYet,
  redo: notYet,
  fill: notYet,
  writeFile: notYet,
  find: notYet,
  findAll: notYet,
  narrow: notYet,
  endNarrowing: notYet,
  takeSnapshot: notYet,
  renameSnapshot: notYet,
  removeSnapshot: notYet,
  compare: notYet,
  openDiff: notYet,
  setBaseline: notYet,
  look: notYet,
  read: notYet,
  exportRange: notYet,
  setFormats: notYet,
  setFollowing: (panel, _parts, { on }) => panel.setFollowing(on),
  openBeside: (panel) => command('open', panel, { beside: true }),
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

function notYet(): never {
  throw shmError('ENOTSUP', 'This is not part of this version of ShmScope.');
}

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

async function write(panel: SegmentPanel, parts: PanelParts, { offset, bytes, mask }: Requests['write']['ask']): Promise<null> {
  if (!panel.writing) throw shmError('EACCES', 'Writing is not enabled for this segment.');
  await parts.store.using(panel.segment.id, (segment) => parts.sources.writeMasked(segment, offset, bytes, mask));
  return null;
}
