/** Which type a segment is shown as, remembered by the segment's name in the workspace. */
import * as vscode from 'vscode';
import type { Segment } from '../../api.d.ts';
import { rememberedName } from '../segments/reference.ts';

/** A type by its text: pasted, or in a header that is read anew each time. */
export interface TypeChoice {
  readonly name: string;
  readonly source?: string;
  /** URI of a header. */
  readonly header?: string;
}

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

export function isChoice(value: unknown): value is TypeChoice {
  if (typeof value !== 'object' || value === null) return false;
  const { name, source, header } = value as Record<string, unknown>;
  return typeof name === 'string' && (typeof source === 'string' || typeof header === 'string');
}

const HEADER_MAX = 4 * 1024 * 1024;

/** The declarations of a choice. A header is a file of the workspace: it is read only where the workspace is trusted. */
export async function choiceSource(choice: TypeChoice): Promise<string> {
  if (choice.source !== undefined) return choice.source;
  if (!vscode.workspace.isTrusted) throw new Error('The type comes from a header of this workspace, which is not trusted.');
  const uri = vscode.Uri.parse(choice.header ?? '', true);
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > HEADER_MAX)
    throw new Error(`${vscode.workspace.asRelativePath(uri)} has ${size} bytes; ShmScope reads headers of up to 4 MiB.`);
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}
