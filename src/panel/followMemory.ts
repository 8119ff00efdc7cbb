/** Whether a panel opens by itself what gets its segment's name next; remembered by that name in the workspace. */
import * as vscode from 'vscode';
import type { Segment } from '../../api.d.ts';
import { rememberedName } from '../segments/reference.ts';

const PREFIX = 'follow:';

export class FollowMemory {
  readonly #state: vscode.Memento;

  constructor(state: vscode.Memento) {
    this.#state = state;
  }

  /** Undefined where the name means nothing the next time; else what was chosen for it, or what the setting says. */
  get(segment: Segment): boolean | undefined {
    const key = rememberedName(segment);
    if (key === undefined) return undefined;
    const chosen: unknown = this.#state.get(PREFIX + key);
    if (typeof chosen === 'boolean') return chosen;
    return vscode.workspace.getConfiguration('shmscope').get<unknown>('panel.followName') === true;
  }

  async set(segment: Segment, on: boolean): Promise<void> {
    const key = rememberedName(segment);
    if (key !== undefined) await this.#state.update(PREFIX + key, on);
  }
}
