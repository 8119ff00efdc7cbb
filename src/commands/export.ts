/** shmscope.export: bytes or typed values of a segment, or of a snapshot of it, into a file. */
import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import type { Segment } from '../../api.d.ts';
import { exportRange, FORMATS, type Exported, type Format } from '../keep/export/run.ts';
import { identifier } from '../keep/export/carray.ts';
import { isSegmentFile } from '../keep/export/segmentFile.ts';
import { fieldAt, typeEnd } from '../keep/leaves.ts';
import { LIVE, openMoment, type Moment } from '../keep/moment.ts';
import { shmError } from '../native/errors.ts';
import { isOneOf } from '../protocol/check.ts';
import { checkOffset, parseSize, sizeText } from '../segments/names.ts';
import { segmentLabel } from '../segments/texts.ts';
import { askChoice, askText, plainText, type Choice } from './ask.ts';
import type { CommandContext, Invocation, TypeAt } from './context.ts';
import { withProgress } from './progress.ts';
import type { Command } from './register.ts';
import { targetSegment } from './target.ts';

const ENDINGS: Readonly<Record<Format, string>> = { binary: 'bin', hex: 'txt', c: 'h', json: 'json', csv: 'csv' };

interface Range {
  readonly offset: number;
  readonly length: number;
}

/**
 * By `executeCommand` it takes { format: 'binary' | 'hex' | 'c' | 'json' | 'csv', path or uri, offset?, length?, of?, field? } and gives
 * { path, bytes, complete }: `of` is 'live' or a snapshot's id, `field` a field whose values alone are exported.
 */
export const exportSegment: Command = async (context, invocation): Promise<(Exported & { path: string }) | undefined> => {
  const segment = await targetSegment(context, invocation, 'Export which segment?');
  if (!segment) return undefined;
  const of = textOption(invocation, 'of') ?? LIVE;
  const moment = await openMoment(of, segment, context.sources, context.snapshots);
  try {
    return await exportMoment(context, invocation, segment, moment);
  } finally {
    moment.dispose();
  }
};

async function exportMoment(
  context: CommandContext,
  invocation: Invocation,
  segment: Segment,
  moment: Moment,
): Promise<(Exported & { path: string }) | undefined> {
  const { size } = moment.open().stat();
  const format = await chosenFormat(context, invocation, segment, moment);
  if (!format) return undefined;
  const typed = await typeFor(context, invocation, segment, moment, format, size);
  const range = await chosenRange(invocation, size, typed);
  if (!range) return undefined;
  const path = await chosenPath(invocation, segment, format);
  if (path === undefined) return undefined;
  const { name, kind } = segment;
  const isSegment = (found: { dev: number; ino: number }): boolean => isSegmentFile(segment, found);
  const job = { format, moment, name: name || segmentLabel(segment), kind, ...range, typed, path, isSegment };
  const title = plainText(`Exporting ${segmentLabel(segment)}`);
  const result = await withProgress(invocation.programmatic, title, (watched) => exportRange(job, watched));
  if (!invocation.programmatic) tell(result, path);
  return { ...result, path };
}

function textOption({ options }: Invocation, key: string): string | undefined {
  const value = options[key];
  if (value === undefined || typeof value === 'string') return value;
  throw shmError('EINVAL', `${key} is a text.`);
}

async function chosenFormat(
  context: CommandContext,
  invocation: Invocation,
  segment: Segment,
  { choice }: Moment,
): Promise<Format | undefined> {
  const given = invocation.options['format'];
  if (isOneOf(given, FORMATS)) return given;
  if (given !== undefined || invocation.programmatic) throw shmError('EINVAL', `format is one of ${FORMATS.join(', ')}.`);
  const typed: Choice<Format>[] = [
    { label: 'CSV', description: 'values, a row for each element of an array', value: 'csv' },
    { label: 'JSON', description: 'values, nested as their type is', value: 'json' },
  ];
  const isTyped = (choice ?? context.shownType(segment)) !== undefined;
  if (invocation.options['field'] !== undefined) return askChoice('Export the values as what?', typed);
  return askChoice('Export as what?', [
    { label: 'Binary', description: 'the bytes as they are; sparse where the segment is', value: 'binary' },
    { label: 'Hex dump', description: 'as hexdump -C prints it', value: 'hex' },
    { label: 'C array', description: 'a header with an array of unsigned char', value: 'c' },
    ...(isTyped ? typed : []),
  ]);
}

async function typeFor(
  context: CommandContext,
  invocation: Invocation,
  segment: Segment,
  { choice }: Moment,
  format: Format,
  size: number,
): Promise<TypeAt | undefined> {
  const field = textOption(invocation, 'field');
  if (format !== 'json' && format !== 'csv') return undefined;
  const whole = await context.layoutOf(segment, choice);
  return whole && field ? fieldAt(whole.type, whole.offset, size, field) : whole;
}

/** What is given; else all, or for values all of their type; else what the user says. */
async function chosenRange(invocation: Invocation, size: number, typed: TypeAt | undefined): Promise<Range | undefined> {
  const { options, programmatic } = invocation;
  const from = typed?.offset ?? 0;
  const all = { offset: from, length: Math.max(0, (typed ? typeEnd(typed.type, from, size) : size) - from) };
  if (options['field'] !== undefined) return all;
  if (options['offset'] !== undefined || options['length'] !== undefined) {
    const offset = checkOffset(options['offset'] ?? 0, 'offset');
    const length = checkOffset(options['length'] ?? Math.max(0, size - offset), 'length');
    if (offset > size) throw shmError('ERANGE', `The range begins at ${offset}, and the segment ends at ${size}.`);
    return { offset, length: Math.min(length, size - offset) };
  }
  if (programmatic) return all;
  const which = await askChoice<'all' | 'range'>('Export how much?', [
    { label: `All of it, ${sizeText(all.length)}`, value: 'all' },
    { label: 'A range…', value: 'range' },
  ]);
  if (which === undefined || which === 'all') return which && all;
  const prompt = `Offset and length, as "0x400 256" or "1 MiB, 64 KiB"; the segment has ${sizeText(size)}`;
  return askText({ prompt, placeHolder: '0x400 256' }, (text) => parseRange(text, size));
}

function parseRange(text: string, size: number): Range {
  const [, from = '', count = ''] = /^\s*(.+?)\s*(?:,\s*|\s+)((?:0x)?[\da-f.]+\s*[kmgt]?(?:i?b)?)\s*$/i.exec(text) ?? [];
  const [offset, length] = [parseSize(from), parseSize(count)];
  if (offset === undefined || length === undefined) throw shmError('EINVAL', 'Write an offset and a length, such as 0x400 256.');
  if (!(offset >= 0 && offset + length <= size))
    throw shmError('ERANGE', `The segment ends at ${size} (0x${size.toString(16)}).`);
  return { offset: checkOffset(offset, 'offset'), length: checkOffset(length, 'length') };
}

async function chosenPath({ options, programmatic }: Invocation, segment: Segment, format: Format): Promise<string | undefined> {
  const { path, uri } = options;
  if (typeof path === 'string' && isAbsolute(path)) return path;
  if (uri instanceof vscode.Uri) return localPath(uri);
  if (programmatic || path !== undefined || uri !== undefined)
    throw shmError('EINVAL', 'export takes { path }, which is absolute, or { uri } of a file.');
  const file = `${identifier(segment.name)}.${ENDINGS[format]}`;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const picked = await vscode.window.showSaveDialog({
    title: plainText(`Export ${segmentLabel(segment)}`),
    saveLabel: 'Export',
    ...(folder?.scheme === 'file' ? { defaultUri: vscode.Uri.joinPath(folder, file) } : {}),
  });
  return picked && localPath(picked);
}

function localPath({ scheme, fsPath }: vscode.Uri): string {
  if (scheme === 'file') return fsPath;
  throw shmError('ENOTSUP', 'The export is written by the machine whose memory it is: choose a file there.');
}

function tell({ bytes, complete }: Exported, path: string): void {
  const said = complete
    ? `${sizeText(bytes)} exported to ${path}.`
    : `Only ${sizeText(bytes)} were exported to ${path}: the segment ends there, or was shrunk meanwhile.`;
  void vscode.window.showInformationMessage(plainText(said), 'Open').then((button) => {
    if (button !== undefined) void vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path));
  });
}
