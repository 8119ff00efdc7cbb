/** The type of each segment and how its fields are shown, remembered by the segment's name in the workspace. */
import { createHash } from 'node:crypto';
import type * as vscode from 'vscode';
import type { Segment } from '../../api.d.ts';
import { isFormats, type Formats } from '../protocol/viewing.ts';
import { rememberedName } from '../segments/reference.ts';
import { isChoice, type TypeChoice } from '../types/choice.ts';

const PREFIX = 'type:';
const FORMATS = 'formats:';
const COMPILED = 'compiled:';
export const NONE = 'none';

export class TypeMemory {
  readonly #state: vscode.Memento;
  /** Of segments without a name, by their id: for as long as VS Code runs. */
  readonly #unnamed = new Map<string, Formats>();

  constructor(state: vscode.Memento) {
    this.#state = state;
  }

  get(segment: Segment): TypeChoice | undefined {
    const key = rememberedName(segment);
    const value: unknown = key === undefined ? undefined : this.#state.get(PREFIX + key);
    return isChoice(value) ? value : undefined;
  }

  /** The user took the type away: none is to come by itself. */
  isNone(segment: Segment): boolean {
    const key = rememberedName(segment);
    return key !== undefined && this.#state.get(PREFIX + key) === NONE;
  }

  /** `none`: no type, also not one of the workspace's or a suggestion; undefined: nothing is remembered any more. */
  async set(segment: Segment, choice: TypeChoice | typeof NONE | undefined): Promise<void> {
    const key = rememberedName(segment);
    if (key !== undefined) await this.#state.update(PREFIX + key, choice);
  }

  /** The user had a compiler lay out what these declarations say. */
  mayCompile(choice: TypeChoice): boolean {
    return this.#state.get(COMPILED + declarationsKey(choice)) === true;
  }

  async allowCompiling(choice: TypeChoice): Promise<void> {
    await this.#state.update(COMPILED + declarationsKey(choice), true);
  }

  /** Display formats by the path of the field; none where the user chose none. */
  formats(segment: Segment): Formats | undefined {
    const key = rememberedName(segment);
    const value: unknown = key === undefined ? this.#unnamed.get(segment.id) : this.#state.get(FORMATS + key);
    return isFormats(value) ? value : undefined;
  }

  async setFormats(segment: Segment, formats: Formats): Promise<void> {
    const key = rememberedName(segment);
    const some = Object.keys(formats).length > 0;
    if (key === undefined) this.#unnamed.set(segment.id, formats);
    else await this.#state.update(FORMATS + key, some ? formats : undefined);
  }
}

/** A header by its path, as it is compiled anew when it is saved; a text as it is. */
function declarationsKey({ header, source }: TypeChoice): string {
  return createHash('sha256')
    .update(JSON.stringify(header === undefined ? { source } : { header }))
    .digest('hex');
}
