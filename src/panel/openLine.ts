/** Opens source files that debug info names, beside what the user looks at. */
import * as vscode from 'vscode';
import { shmError } from '../native/errors.ts';

/** `line` from 1. Rejects with ENOENT for a file that is not on this machine, and for a path that is none. */
export async function openSource(file: string, line = 1): Promise<void> {
  if (!file.startsWith('/')) throw shmError('ENOENT', `The debug info names '${file}', and not in which folder.`);
  let document: vscode.TextDocument;
  try {
    document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  } catch {
    throw shmError('ENOENT', `${file} cannot be opened: debug info names a path of the machine that built the program.`, {
      path: file,
      remedy: 'Put the source there, or a link to it.',
    });
  }
  // Debug info may be older than the file, or lie.
  const at = document.lineAt(Math.min(document.lineCount, Math.max(1, line)) - 1).range.start;
  const selection = new vscode.Range(at, at);
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true, selection });
}
