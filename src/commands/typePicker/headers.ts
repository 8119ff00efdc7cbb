/** The types of the workspace's headers, found while the picker is open. */
import * as vscode from 'vscode';
import { choiceSource } from '../../types/choice.ts';
import { Pace } from '../../segments/pace.ts';
import { declaredTypes } from './declared.ts';

export const HEADERS = '**/*.{h,hh,hpp,hxx,h++}';
export const SKIPPED = '**/{node_modules,.git,build,dist}/**';
export const HEADERS_MAX = 5000;
/** Characters of one header, whose names are found in one go; a larger one is chosen as a file. */
const LARGEST = 1024 * 1024;
/** Characters of all headers together. */
const MOST_TEXT = 64 * 1024 * 1024;

export interface Declared {
  readonly name: string;
  /** Absolute path of the header. */
  readonly header: string;
}

/** One list for each header that declares something. Ends when `signal` is aborted. Only for a trusted workspace. */
export async function* workspaceTypes(signal: AbortSignal): AsyncGenerator<readonly Declared[]> {
  const token = new vscode.CancellationTokenSource();
  const cancel = (): void => token.cancel();
  signal.addEventListener('abort', cancel);
  try {
    const files = await vscode.workspace.findFiles(HEADERS, SKIPPED, HEADERS_MAX, token.token);
    const pace = new Pace();
    let read = 0;
    for (const { scheme, fsPath: header } of files.sort((a, b) => a.fsPath.localeCompare(b.fsPath))) {
      if (signal.aborted || read > MOST_TEXT) return;
      if (scheme !== 'file') continue;
      // One that cannot be read says so when it is chosen as a header.
      const source = await choiceSource({ name: '', header }, true).catch(() => '');
      read += source.length;
      if (source.length > LARGEST) continue;
      const names = declaredTypes(source);
      if (names.length > 0) yield names.map((name) => ({ name, header }));
      if (pace.due()) await pace.pause();
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    token.dispose();
  }
}

/** By what its name ends with, as compilers do; '.h' is C. */
export function languageOf(header: string): { readonly language?: 'c++' } {
  return /\.(hh|hpp|hxx|h\+\+|cc|cpp|cxx)$/i.test(header) ? { language: 'c++' } : {};
}
