/** Places in files that messages name as 'LINE:COLUMN: …', those of an included one as 'x.h:LINE:COLUMN: …'. */
import * as vscode from 'vscode';

const PLACE = /^(?:.+?:)?(\d+):(\d+): /;

/** 'include/shared.h:3:5'; undefined where the message names no place in the file. */
export function placeOf(path: string, message: string): string | undefined {
  const [, line, column] = PLACE.exec(message) ?? [];
  return line === undefined ? undefined : `${vscode.workspace.asRelativePath(path)}:${line}:${column}`;
}

/** Opens the file with the caret where the message points. */
export async function openPlace(path: string, message: string): Promise<void> {
  const [, line = '1', column = '1'] = PLACE.exec(message) ?? [];
  const at = new vscode.Position(Math.max(0, Number(line) - 1), Math.max(0, Number(column) - 1));
  await vscode.window.showTextDocument(vscode.Uri.file(path), { selection: new vscode.Range(at, at) });
}
