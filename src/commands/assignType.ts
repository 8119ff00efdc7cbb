/** shmscope.assignType: which struct a segment is shown as, from pasted declarations or a header of the workspace. */
import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import type { Segment, TypeLayout } from '../../api.d.ts';
import { shmError } from '../native/errors.ts';
import type { SegmentPanel } from '../panel/panel.ts';
import { sizeText } from '../segments/names.ts';
import { choiceSource, chosenType } from '../types/choice.ts';
import { askChoice, plainText } from './ask.ts';
import type { CommandContext } from './context.ts';
import type { Command } from './register.ts';
import { targetSegment } from './target.ts';

const HEADERS = '**/*.{h,hh,hpp,hxx,h++,inc,c,cc,cpp}';
const SKIPPED = '**/{node_modules,.git,build,dist}/**';
const HEADERS_MAX = 5000;

export const assignType: Command = async (context, invocation) => {
  const segment = await targetSegment(context, invocation, 'Assign a type to which segment?');
  if (!segment) return;
  const { source, name, header, clear, pick } = invocation.options;
  if (name !== undefined && typeof name !== 'string') throw shmError('EINVAL', 'name is that of a type, such as struct student.');
  if (clear === true) return context.panels.open(segment).typing.set(undefined);
  if (typeof source === 'string') return applyText(context, segment, source, name);
  if (typeof header === 'string' && !isAbsolute(header)) throw shmError('EINVAL', `"${header}" is no absolute path.`);
  if (typeof header === 'string') return applyHeader(context, segment, header, name);
  if (invocation.programmatic)
    throw shmError('EINVAL', 'assignType takes { source, name? }, { header, name? } or { clear: true }.');
  const panel = context.panels.open(segment);
  const how = pick === 'header' ? 'header' : await askHow(panel);
  if (how === 'paste') panel.editType();
  else if (how === 'clear') await panel.typing.set(undefined);
  else if (how === 'header') await pickHeader(context, segment);
};

function askHow(panel: SegmentPanel): Promise<'paste' | 'header' | 'clear' | undefined> {
  return askChoice<'paste' | 'header' | 'clear'>('Where does the type come from?', [
    { label: '$(edit) Paste C declarations…', value: 'paste' },
    { label: '$(file-code) Pick from a header of the workspace…', value: 'header' },
    ...(panel.typing.choice ? [{ label: '$(close) Show without a type', value: 'clear' as const }] : []),
  ]);
}

async function applyText(context: CommandContext, segment: Segment, source: string, name: unknown): Promise<void> {
  const type = chosenType(await context.types.parse({ source }), name);
  await context.panels.open(segment).typing.set({ source, name: type.name });
}

async function applyHeader(context: CommandContext, segment: Segment, header: string, name: unknown): Promise<void> {
  const type = chosenType(await headerTypes(context, header), name);
  await context.panels.open(segment).typing.set({ header, name: type.name });
}

async function headerTypes(context: CommandContext, header: string): Promise<TypeLayout[]> {
  context.requireTrust();
  return context.types.parse({ source: await choiceSource({ name: '', header }, true) });
}

async function pickHeader(context: CommandContext, segment: Segment): Promise<void> {
  context.requireTrust();
  const files = await vscode.workspace.findFiles(HEADERS, SKIPPED, HEADERS_MAX);
  if (files.length === 0)
    throw shmError('ENOENT', 'The workspace has no C or C++ header. Open the folder of your program, or paste its declarations.');
  const items = files.map(({ fsPath }) => ({ label: plainText(vscode.workspace.asRelativePath(fsPath)), value: fsPath }));
  const header = await askChoice(
    'Which header declares the type?',
    items.sort((a, b) => a.label.localeCompare(b.label)),
  );
  if (header === undefined) return;
  const types = await headerTypes(context, header);
  const shown = types.map((type) => ({ label: type.name, description: description(type, segment), value: type.name }));
  const name = await askChoice(`Which type of ${vscode.workspace.asRelativePath(header)}?`, shown);
  if (name !== undefined) await context.panels.open(segment).typing.set({ header, name });
}

function description(type: TypeLayout, segment: Segment): string {
  return `${type.kind}, ${sizeText(type.size)}${type.size === segment.size ? ' · the size of this segment' : ''}`;
}
