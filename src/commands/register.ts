/** Registers a command so that all of them treat arguments and errors alike. */
import * as vscode from 'vscode';
import { toShmError } from '../native/errors.ts';
import { withRemedy } from '../protocol/sentences.ts';
import { plainText } from './ask.ts';
import type { CommandContext, Invocation } from './context.ts';
import { isNode } from './target.ts';

export type Command = (context: CommandContext, invocation: Invocation) => Promise<unknown>;

/**
 * From the palette or a menu a failure is shown as a message; from `executeCommand` with arguments it reaches the caller as a ShmError.
 * A view hands a command its node, and sometimes the selected nodes after it, which are no options.
 */
export function register(name: string, context: CommandContext, command: Command): vscode.Disposable {
  return vscode.commands.registerCommand(`shmscope.${name}`, async (target?: unknown, options?: unknown) => {
    const programmatic = !isNode(target) && (target !== undefined || isRecord(options));
    try {
      return await command(context, { programmatic, target, options: isRecord(options) ? options : {} });
    } catch (error) {
      const failure = toShmError(error);
      if (programmatic) throw failure;
      void vscode.window.showErrorMessage(plainText(withRemedy(failure.message, failure.remedy)));
      return undefined;
    }
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
