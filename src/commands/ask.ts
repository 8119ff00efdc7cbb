/** Questions to the user, in VS Code's own boxes. What comes from names is plain text in them. */
import * as vscode from 'vscode';
import { toShmError } from '../native/errors.ts';
import { plainText } from '../protocol/sentences.ts';
import type { Invocation } from './context.ts';

export { plainText } from '../protocol/sentences.ts';

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
        return plainText(toShmError(error).message);
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
  const [said, explained] = [plainText(message), plainText(detail)];
  return (await vscode.window.showWarningMessage(said, { modal: true, detail: explained }, button)) === button;
}
