/** Long work with VS Code's own progress and cancel. */
import * as vscode from 'vscode';
import type { Watched } from '../keep/control.ts';

/** A program that calls a command sees no notification, and cannot cancel. */
export async function withProgress<T>(silent: boolean, title: string, work: (watched: Watched) => Promise<T>): Promise<T> {
  if (silent) return work({});
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const cancel = new AbortController();
    const listening = token.onCancellationRequested(() => cancel.abort());
    let before = 0;
    const onProgress = (done: number): void => {
      const percent = Math.floor(done * 100);
      // Each report is a message to the window.
      if (percent > before) progress.report({ increment: percent - before, message: `${percent} %` });
      before = Math.max(before, percent);
    };
    try {
      return await work({ signal: cancel.signal, onProgress });
    } finally {
      listening.dispose();
    }
  });
}
