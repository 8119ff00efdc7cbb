/** A line of source in an editor. */
import { stat } from 'node:fs/promises';
import { isAbsolute, normalize } from 'node:path';
import * as vscode from 'vscode';
import { shmError } from '../native/errors.ts';
import type { CodeLine } from '../code/face.ts';
import { baseName, globOf, sameTail } from './sourceFile.ts';

/** Files of one name in the workspace, beyond which none of them is meant. */
const MOST = 200;

export interface Placing {
  readonly focus: boolean;
  readonly beside: boolean;
}

/** Reads only. ENOENT where the file is nowhere; with `focus` the cursor goes there. `beside`: the editor that is active stays in view. */
export async function openLine({ file, line }: CodeLine, { focus, beside }: Placing): Promise<void> {
  if (file === undefined) throw shmError('ENOENT', 'No debug info tells the line of this code.');
  const uri = await placeOf(file);
  if (!uri)
    throw shmError('ENOENT', `${file} is not on this machine.`, {
      remedy:
        'The debug info names a path of the machine that built the program: open the folder with its sources in this window.',
    });
  const document = await vscode.workspace.openTextDocument(uri);
  const at = new vscode.Position(Math.max(0, Math.min(document.lineCount, line ?? 1) - 1), 0);
  await vscode.window.showTextDocument(document, {
    viewColumn: beside ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active,
    preserveFocus: !focus,
    preview: true,
    selection: new vscode.Range(at, at),
  });
}

/** Where the debug info says, else the one file of the workspace that ends alike. */
async function placeOf(file: string): Promise<vscode.Uri | undefined> {
  if (isAbsolute(file) && !file.includes('\0')) {
    const path = normalize(file);
    // A device or a pipe would be read without an end.
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) return vscode.Uri.file(path);
  }
  const name = baseName(file);
  if (name === '') return undefined;
  const found = await vscode.workspace.findFiles(globOf(name), undefined, MOST);
  const local = found.filter(({ scheme, path }) => scheme === 'file' && baseName(path) === name);
  const path =
    found.length < MOST
      ? sameTail(
          file,
          local.map(({ fsPath }) => fsPath),
        )
      : undefined;
  return path === undefined ? undefined : vscode.Uri.file(path);
}
