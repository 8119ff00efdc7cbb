/** Files that a type was read from: told of when one of them is written, replaced or removed. */
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { Disposables, toDisposable } from '../lifecycle.ts';

/** An editor that saves writes more than once. */
const REST_MS = 60;

export function watchFiles(paths: readonly string[], onChange: () => void): vscode.Disposable {
  const disposables = new Disposables();
  let timer: NodeJS.Timeout | undefined;
  disposables.add(toDisposable(() => clearTimeout(timer)));
  const changed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(onChange, REST_MS);
  };
  for (const path of paths) {
    const pattern = new vscode.RelativePattern(vscode.Uri.file(dirname(path)), globOf(basename(path)));
    const watcher = disposables.add(vscode.workspace.createFileSystemWatcher(pattern));
    for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete]) disposables.add(event(changed));
  }
  // What VS Code itself saves is told of sooner.
  disposables.add(
    vscode.workspace.onDidSaveTextDocument(({ uri }) => {
      if (uri.scheme === 'file' && paths.includes(uri.fsPath)) changed();
    }),
  );
  return disposables;
}

/** A pattern of VS Code's that this name alone matches. */
function globOf(name: string): string {
  return name.replaceAll(/[[\]{}*?]/g, (character) => `[${character}]`);
}
