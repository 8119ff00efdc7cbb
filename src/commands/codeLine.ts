/** Opens a line of source code. Its path comes from the debug info of another program, and may be of another machine. */
import * as vscode from 'vscode';
import { shmError } from '../native/errors.ts';
import type { CodeLine } from '../locks/face.ts';

/** Files of the workspace that may be the one that is meant. */
const MOST = 50;

/** As the path says, else the file of the workspace whose path ends as it does. ENOENT where there is none. */
export async function showLine({ file, line = 1 }: CodeLine): Promise<void> {
  if (file === undefined) throw shmError('ENOENT', 'Debug info does not say in which file this is.');
  const uri = (await regularFile(file)) ?? (await inWorkspace(file));
  if (!uri) {
    throw shmError('ENOENT', `${file} is not on this machine.`, {
      remedy: 'Open the folder that holds the sources of the program.',
    });
  }
  const start = new vscode.Position(Math.max(0, line - 1), 0);
  await vscode.window.showTextDocument(uri, { selection: new vscode.Range(start, start), preview: true });
}

/** A device or a pipe is no source, and opening it may do something. */
async function regularFile(file: string): Promise<vscode.Uri | undefined> {
  if (!file.startsWith('/')) return undefined;
  const uri = vscode.Uri.file(file);
  try {
    const { type } = await vscode.workspace.fs.stat(uri);
    return type & vscode.FileType.File ? uri : undefined;
  } catch {
    return undefined;
  }
}

/** The one that shares most of its path's end. */
async function inWorkspace(file: string): Promise<vscode.Uri | undefined> {
  const name = file.slice(file.lastIndexOf('/') + 1);
  if (name === '' || /[*?[\]{}]/.test(name)) return undefined;
  const found = await vscode.workspace.findFiles(`**/${name}`, undefined, MOST);
  return found.sort((a, b) => commonEnd(b.path, file) - commonEnd(a.path, file))[0];
}

/** Parts of two paths that are equal, from their ends. */
function commonEnd(one: string, other: string): number {
  const [a, b] = [one.split('/').reverse(), other.split('/').reverse()];
  const differs = a.findIndex((part, i) => part !== b[i]);
  return differs < 0 ? a.length : differs;
}
