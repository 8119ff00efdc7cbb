/** shmscope.keepType: writes the type that a segment is shown as into .vscode/shmscope.json, for all who work in the folder. */
import * as vscode from 'vscode';
import type { Segment } from '../../api.d.ts';
import { shmError } from '../native/errors.ts';
import type { WorkspaceType } from '../types/workspace/file.ts';
import { insideOf, patternOf, typeFor } from '../types/workspace/match.ts';
import type { TypeChoice } from '../types/choice.ts';
import { askText, plainText } from './ask.ts';
import type { CommandContext } from './context.ts';
import type { Command } from './register.ts';
import { targetSegment } from './target.ts';

/** By `executeCommand` it takes { pattern }. */
export const keepType: Command = async (context, invocation) => {
  const segment = await targetSegment(context, invocation, 'Keep the type of which segment in the workspace?');
  if (!segment) return;
  const { pattern } = invocation.options;
  if (pattern !== undefined && typeof pattern !== 'string')
    throw shmError('EINVAL', 'pattern is that of a name, such as /cam_*.');
  if (invocation.programmatic && pattern === undefined) throw shmError('EINVAL', 'keepType takes { pattern }.');
  await keepTypeOf(context, segment, pattern);
};

/** Asks for the pattern where it is not given. */
export async function keepTypeOf(context: CommandContext, segment: Segment, given?: string): Promise<void> {
  context.requireTrust();
  const choice = context.shownType(segment);
  if (!choice) throw shmError('ENOENT', 'The segment is shown without a type: choose one first.');
  const folder = folderFor(choice);
  const entry = entryOf(choice, folder);
  const own = patternOf(segment, folder);
  if (own === undefined) throw shmError('ENOTSUP', 'The segment has no name that means it the next time.');
  const check = (pattern: string): string => checkPattern(pattern, segment, folder, entry);
  const pattern = given === undefined ? await askPattern(own, check) : check(given);
  if (pattern === undefined) return;
  await context.workspaceTypes.add(folder, { ...entry, pattern });
  await context.panels.of(segment.id)[0]?.typing.letGo();
  if (given === undefined)
    void vscode.window.showInformationMessage(
      plainText(`Segments named "${pattern}" are shown as ${choice.name} in this workspace: .vscode/shmscope.json says so.`),
    );
}

function askPattern(own: string, check: (pattern: string) => string): Promise<string | undefined> {
  const prompt = 'Which segments have this type? * is any run of characters without a slash, as in /cam_*';
  return askText({ prompt, value: own }, check);
}

function checkPattern(pattern: string, segment: Segment, folder: string, entry: Omit<WorkspaceType, 'pattern'>): string {
  if (pattern.trim() === '') throw shmError('EINVAL', 'A pattern is needed, such as /cam_*.');
  if (!typeFor([{ ...entry, pattern }], segment, folder))
    throw shmError('EINVAL', `"${pattern}" does not mean this segment, ${segment.name}.`);
  return pattern;
}

/** The folder of the header; of other types the first one. */
function folderFor({ header }: TypeChoice): string {
  const folders = (vscode.workspace.workspaceFolders ?? []).flatMap(({ uri }) => (uri.scheme === 'file' ? [uri.fsPath] : []));
  const folder = header === undefined ? folders[0] : folders.find((one) => insideOf(one, header) !== undefined);
  if (folder !== undefined) return folder;
  throw folders.length === 0
    ? shmError('ENOENT', 'No folder is open that could keep the type.')
    : shmError('EINVAL', `The header ${header ?? ''} is in no folder of the workspace.`);
}

function entryOf(choice: TypeChoice, folder: string): Omit<WorkspaceType, 'pattern'> {
  const { name, header, source, offset, abi, language, dialect, compiled } = choice;
  return {
    type: name,
    ...(header === undefined ? {} : { header: insideOf(folder, header) ?? header }),
    ...(source === undefined ? {} : { source }),
    ...(offset === undefined ? {} : { offset }),
    ...(language ? { language } : {}),
    ...(abi ? { abi } : {}),
    ...(dialect ? { dialect } : {}),
    ...(compiled ? { compiled } : {}),
  };
}
