/** What is known of layout conflicts: found for segments that are looked at, never for all. */
import type { Event } from 'vscode';
import type { LayoutConflict, Segment } from '../../api.d.ts';
import { Emitter } from '../lifecycle.ts';
import type { TypeFinder } from './debuginfo/finder.ts';

/** Segments that are remembered. */
const MOST = 500;

export class Conflicts {
  readonly #finder: TypeFinder | undefined;
  readonly #known = new Map<string, readonly LayoutConflict[]>();
  readonly #changed = new Emitter<string>();
  /** Tells the id of a segment of which something else is known now. */
  readonly onDidChange: Event<string> = this.#changed.event;

  constructor(finder: TypeFinder | undefined) {
    this.#finder = finder;
  }

  /** As they were when the segment was looked at last. */
  known(id: string): readonly LayoutConflict[] {
    return this.#known.get(id) ?? [];
  }

  /** Rejects as the finder does. */
  async look(segment: Segment, signal?: AbortSignal): Promise<readonly LayoutConflict[]> {
    const found = (await this.#finder?.conflicts(segment, signal)) ?? [];
    const before = this.known(segment.id);
    this.#known.delete(segment.id);
    if (found.length > 0) this.#known.set(segment.id, found);
    if (this.#known.size > MOST) this.#known.delete(this.#known.keys().next().value ?? '');
    if (textOf(before) !== textOf(found)) this.#changed.fire(segment.id);
    return found;
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

function textOf(conflicts: readonly LayoutConflict[]): string {
  return conflicts.flatMap(({ name, differences }) => [name, ...differences]).join('\n');
}
