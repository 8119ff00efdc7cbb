/** Questions to the user, in VS Code's own boxes. */
import * as vscode from 'vscode';
import { toShmError } from '../native/errors.ts';
import type { Invocation } from './context.ts';

/** A text that `check` accepts (it throws a sentence otherwise); undefined when the user gives up. */
export async function askText<T>(options: vscode.InputBoxOptions, check: (text: string) => T): Promise<T | undefined> {
  const text = await vscode.window.showInputBox({
    ignoreFocusOut: true,
    ...options,
    validateInput: (typed) => {
      try {
        check(typed);
        return undefined;
      } catch (error) {
        return toShmError(error).message;
      }
    },
  });
  return text === undefined ? undefined : check(text);
}

export interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}

export async function askChoice<T>(placeHolder: string, choices: readonly Choice<T>[]): Promise<T | undefined> {
  return (await vscode.window.showQuickPick(choices, { placeHolder }))?.value;
}

/** A modal question before something is lost. `{ confirm: false }` skips it. */
export async function confirm({ options }: Invocation, message: string, detail: string, button: string): Promise<boolean> {
  if (options['confirm'] === false) return true;
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, button)) === button;
}
