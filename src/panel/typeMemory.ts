/** The type of each segment, remembered by the segment's name in the workspace. */
import type * as vscode from 'vscode';
import type { Segment } from '../../api.d.ts';
import { rememberedName } from '../segments/reference.ts';
import { isChoice, type TypeChoice } from '../types/choice.ts';

const PREFIX = 'type:';

export class TypeMemory {
  readonly #state: vscode.Memento;

  constructor(state: vscode.Memento) {
    this.#state = state;
  }

  get(segment: Segment): TypeChoice | undefined {
    const key = rememberedName(segment);
    const value: unknown = key === undefined ? undefined : this.#state.get(PREFIX + key);
    return isChoice(value) ? value : undefined;
  }

  async set(segment: Segment, choice: TypeChoice | undefined): Promise<void> {
    const key = rememberedName(segment);
    if (key !== undefined) await this.#state.update(PREFIX + key, choice);
  }
}
