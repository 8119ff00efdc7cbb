/** VS Code's own diff editor over two moments of a segment: two texts that are there as long as they are shown. */
import * as vscode from 'vscode';
import { Disposables } from '../lifecycle.ts';
import { encodeName } from './names.ts';

const SCHEME = 'shmscope-diff';
const CLOSED = 'This comparison was closed. Compare again to see it.';

export interface DiffSide {
  /** 'before', 'now at 12:03:11'. */
  readonly name: string;
  readonly text: string;
}

export class Diffs implements vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();
  readonly #disposables = new Disposables();
  #last = 0;

  constructor() {
    this.#disposables.add(vscode.workspace.registerTextDocumentContentProvider(SCHEME, this));
    this.#disposables.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => void this.#texts.delete(uri.toString())));
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? CLOSED;
  }

  async open(title: string, left: DiffSide, right: DiffSide): Promise<void> {
    const [from, to] = [this.#put(left), this.#put(right)];
    await vscode.commands.executeCommand('vscode.diff', from, to, title, { preview: false });
  }

  dispose(): void {
    this.#texts.clear();
    this.#disposables.dispose();
  }

  #put({ name, text }: DiffSide): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${++this.#last}/${encodeName(name)}` });
    this.#texts.set(uri.toString(), text);
    return uri;
  }
}
