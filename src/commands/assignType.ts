/** shmscope.assignType: which type a segment is shown as, from where in it. */
import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import type { Segment, TypeLayout } from '../../api.d.ts';
import { shmError, toShmError } from '../native/errors.ts';
import { checkOffset, parseSize, sizeText } from '../segments/names.ts';
import { chosenType, type TypeChoice } from '../types/choice.ts';
import { askChoice, askText, plainText } from './ask.ts';
import type { CommandContext, Invocation } from './context.ts';
import { keepTypeOf } from './keepType.ts';
import type { Command } from './register.ts';
import { targetSegment } from './target.ts';
import { HEADERS, HEADERS_MAX, languageOf, SKIPPED, type Declared } from './typePicker/headers.ts';
import type { Action, Picked } from './typePicker/items.ts';
import { pickType } from './typePicker/picker.ts';

/** By `executeCommand` it takes { source, name? }, { header, name? }, each with { offset?, language? }, or { clear: true }. */
export const assignType: Command = async (context, invocation) => {
  const segment = await targetSegment(context, invocation, 'Assign a type to which segment?');
  if (!segment) return;
  const { source, name, header, clear, pick } = invocation.options;
  if (name !== undefined && typeof name !== 'string') throw shmError('EINVAL', 'name is that of a type, such as struct student.');
  if (clear === true) return show(context, segment, undefined);
  if (typeof header === 'string' && !isAbsolute(header)) throw shmError('EINVAL', `"${header}" is no absolute path.`);
  const place = placeOption(invocation);
  if (typeof source === 'string') return show(context, segment, await namedChoice(context, { ...place, source }, name));
  if (typeof header === 'string') return show(context, segment, await namedChoice(context, { ...place, header }, name));
  if (invocation.programmatic)
    throw shmError('EINVAL', 'assignType takes { source, name? }, { header, name? } or { clear: true }.');
  if (pick === 'header') return pickHeader(context, segment);
  const picked = await ask(context, segment);
  if (picked) await take(context, segment, picked);
};

/** The panel is opened when it is known what it is to show. */
function show({ panels }: CommandContext, segment: Segment, choice: TypeChoice | undefined): Promise<void> {
  return panels.open(segment).typing.set(choice);
}

function ask({ panels, finder, log }: CommandContext, segment: Segment): Promise<Picked | undefined> {
  const { choice } = panels.open(segment).typing;
  const keeps = vscode.workspace.isTrusted && vscode.workspace.workspaceFolders !== undefined;
  const standing = { offset: choice && (choice.offset ?? 0), keeps };
  return pickType({ segment, finder, standing, log });
}

async function take(context: CommandContext, segment: Segment, picked: Picked): Promise<void> {
  if (picked.kind === 'action') return act(context, segment, picked.action);
  if (picked.kind === 'suggestion') return context.panels.open(segment).typing.take(picked.suggestion);
  if (picked.kind === 'declared') return showDeclared(context, segment, picked.declared);
  const { name, file } = picked.seen;
  return show(context, segment, { name, debug: { file: file.name } });
}

/** What ShmScope cannot read a compiler may: it is asked when the user says so. */
async function showDeclared(context: CommandContext, segment: Segment, declared: Declared): Promise<void> {
  try {
    await show(context, segment, await declaredChoice(context, declared));
  } catch (error) {
    const { code, message } = toShmError(error);
    if (code !== 'ETYPE' || !context.resolver.compiles) throw error;
    const { name, header } = declared;
    const said = plainText(`${vscode.workspace.asRelativePath(header)}: ${message}`);
    const compiler = 'Ask the Compiler';
    if ((await vscode.window.showErrorMessage(said, compiler)) === compiler)
      await show(context, segment, { name, header, ...languageOf(header), compiled: true });
  }
}

async function act(context: CommandContext, segment: Segment, action: Action): Promise<void> {
  const panel = context.panels.open(segment);
  const { typing } = panel;
  if (action === 'paste') return panel.editType();
  if (action === 'header') return pickHeader(context, segment);
  if (action === 'remove') return typing.set(undefined);
  if (action === 'keep') return keepTypeOf(context, segment);
  const { choice } = typing;
  const offset = await askOffset(segment, choice?.offset ?? 0);
  // The panel may have been closed meanwhile.
  if (choice && offset !== undefined) await show(context, segment, { ...choice, offset });
}

function askOffset({ size }: Segment, now: number): Promise<number | undefined> {
  const prompt = `Where the type begins, decimal or 0x…, below ${size} (0x${size.toString(16)})`;
  return askText({ prompt, value: `0x${now.toString(16)}` }, (text) => {
    const offset = checkOffset(parseSize(text), 'offset');
    if (offset >= size) throw shmError('ERANGE', `The segment ends at ${size} (0x${size.toString(16)}).`);
    return offset;
  });
}

function placeOption({ options: { offset, language } }: Invocation): Pick<TypeChoice, 'offset' | 'language'> {
  if (language !== undefined && language !== 'c' && language !== 'c++') throw shmError('EINVAL', "language is 'c' or 'c++'.");
  return {
    ...(offset === undefined ? {} : { offset: checkOffset(offset, 'offset') }),
    ...(language === undefined ? {} : { language }),
  };
}

type Unnamed = Omit<TypeChoice, 'name'>;

/** With the name as the declarations have it: the one that is asked for, else the last one's. */
async function namedChoice({ resolver }: CommandContext, choice: Unnamed, name: string | undefined): Promise<TypeChoice> {
  return { ...choice, name: chosenType(await resolver.declarations(choice), name).name };
}

/** A header was searched for names alone: within a namespace the type has a longer one. */
async function declaredChoice({ resolver }: CommandContext, { name, header }: Declared): Promise<TypeChoice> {
  const from = { header, ...languageOf(header) };
  const declared = await resolver.declarations(from);
  const inner = `::${name.replace(/^(struct|union) /, '')}`;
  return { ...from, name: (declared.types.find((type) => type.name.endsWith(inner)) ?? chosenType(declared, name)).name };
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
  const from = { header, ...languageOf(header) };
  const { types, problems } = await context.resolver.declarations(from);
  if (types.length === 0) throw shmError('ETYPE', problems[0]?.text ?? '1:1: The header declares no type.');
  const shown = types.map((type) => ({ label: type.name, description: description(type, segment), value: type.name }));
  const name = await askChoice(`Which type of ${vscode.workspace.asRelativePath(header)}?`, shown);
  if (name !== undefined) await show(context, segment, { ...from, name });
}

function description(type: TypeLayout, segment: Segment): string {
  return `${type.kind}, ${sizeText(type.size)}${type.size === segment.size ? ' · the size of this segment' : ''}`;
}
