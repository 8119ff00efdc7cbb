/** shmscope.openAsFile: the segment as a read-only file, in whichever editor VS Code has for it. */
import * as vscode from 'vscode';
import { segmentUri } from '../files/provider.ts';
import type { Command } from './register.ts';
import { targetSegment } from './target.ts';

/** Gives the file's Uri as a text. */
export const openAsFile: Command = async (context, invocation): Promise<string | undefined> => {
  const segment = await targetSegment(context, invocation, 'Open which segment as a file?');
  if (!segment) return undefined;
  const uri = segmentUri(segment);
  await vscode.commands.executeCommand('vscode.open', uri);
  return uri.toString();
};
