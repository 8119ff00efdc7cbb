/** shmscope.copyName: the segment's name, key or path to the clipboard. */
import * as vscode from 'vscode';
import type { Command } from './register.ts';
import { targetSegment } from './target.ts';

export const copyName: Command = async (context, invocation) => {
  const segment = await targetSegment(context, invocation, 'Copy the name of which segment?');
  if (segment) await vscode.env.clipboard.writeText(segment.name);
};
