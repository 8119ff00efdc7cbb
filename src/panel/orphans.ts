/**
 * Panels that have nobody behind them: when the extension host ends (a crash, "Restart Extension Host") VS Code leaves their tabs open as
 * they are, and asks no serializer for them, as it does after a reload of the window. Their place is taken by new panels.
 */
import * as vscode from 'vscode';
import { isReference, type Reference } from '../segments/reference.ts';

const KEY = 'panels';

interface Open {
  readonly title: string;
  readonly reference: Reference;
}

/** Which panels are open in this window, in the workspace's state; `session` is another one after a reload of the window. */
export class OpenPanels {
  readonly #state: vscode.Memento;
  readonly #viewType: string;

  constructor(state: vscode.Memento, viewType: string) {
    this.#state = state;
    this.#viewType = viewType;
  }

  async save(panels: readonly Open[]): Promise<void> {
    await this.#state.update(KEY, { session: vscode.env.sessionId, panels });
  }

  /** The tabs that an extension host of this window left behind, each with what it showed. */
  left(): { readonly tab: vscode.Tab; readonly reference: Reference }[] {
    const saved = this.#saved();
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => this.#isOurs(tab));
    return saved.flatMap(({ title, reference }) => {
      const index = tabs.findIndex((tab) => tab.label === title);
      const [tab] = index < 0 ? [] : tabs.splice(index, 1);
      return tab ? [{ tab, reference }] : [];
    });
  }

  #isOurs({ input }: vscode.Tab): boolean {
    // VS Code puts a prefix of its own before it.
    return input instanceof vscode.TabInputWebview && input.viewType.endsWith(this.#viewType);
  }

  #saved(): Open[] {
    const value: unknown = this.#state.get(KEY);
    if (typeof value !== 'object' || value === null || !('session' in value) || !('panels' in value)) return [];
    if (value.session !== vscode.env.sessionId || !Array.isArray(value.panels)) return [];
    return value.panels.filter(isOpen);
  }
}

function isOpen(value: unknown): value is Open {
  if (typeof value !== 'object' || value === null || !('title' in value) || !('reference' in value)) return false;
  return typeof value.title === 'string' && isReference(value.reference);
}
