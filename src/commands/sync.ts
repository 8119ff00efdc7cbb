/** shmscope.sync: msync of a mapped file. */
import * as vscode from 'vscode';
import { askChoice, plainText } from './ask.ts';
import { shmError } from '../native/errors.ts';
import type { Command } from './register.ts';
import { targetSegment } from './target.ts';

export const sync: Command = async (context, invocation) => {
  const segment = await targetSegment(context, invocation, 'Write which segment to its file?');
  if (!segment) return;
  if (segment.kind === 'sysv') throw shmError('ENOTSUP', 'A System V segment has no file to be written to.');
  const how = await chooseHow(invocation.programmatic, invocation.options['how']);
  if (how === undefined) return;
  await context.api.sync(segment.id, how, givenRange(invocation.options['range']));
  if (!invocation.programmatic) void vscode.window.setStatusBarMessage(plainText(`${segment.name} was synced`), 4000);
};

async function chooseHow(programmatic: boolean, given: unknown): Promise<'async' | 'sync' | undefined> {
  if (given === 'async' || given === 'sync') return given;
  if (given !== undefined) throw shmError('EINVAL', "how is 'async' or 'sync'.");
  if (programmatic) return 'sync';
  return askChoice<'async' | 'sync'>('Wait for the writing?', [
    { label: 'Wait until it is written', description: 'MS_SYNC', value: 'sync' },
    { label: 'Only begin', description: 'MS_ASYNC', value: 'async' },
  ]);
}

function givenRange(range: unknown): { offset: number; length: number; invalidate?: boolean } | undefined {
  if (range === undefined) return undefined;
  if (typeof range !== 'object' || range === null || !('offset' in range) || !('length' in range))
    throw shmError('EINVAL', 'range is { offset, length }.');
  const { offset, length } = range;
  if (typeof offset !== 'number' || typeof length !== 'number')
    throw shmError('EINVAL', 'offset and length are numbers of bytes.');
  return { offset, length, ...('invalidate' in range && range.invalidate === true ? { invalidate: true } : {}) };
}
