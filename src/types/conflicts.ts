/** What is known of layout conflicts: found for segments that are looked at, never for all. */
import type { Event } from 'vscode';
import type { LayoutConflict, Segment } from '../../api.d.ts';
import { Emitter } from '../lifecycle.ts';
import type { TypeFinder } from './debuginfo/finder.ts';

/** Segments that are remembered. */
const MOST = 500;

interface Known {
  readonly mappers: string;
  readonly conflicts: readonly LayoutConflict[];
}

export class Conflicts {
  readonly #finder: TypeFinder | undefined;
  /** Only segments that have conflicts. */
  readonly #known = new Map<string, Known>();
  readonly #changed = new Emitter<string>();
  /** Tells the id of a segment of which something else is known now. */
  readonly onDidChange: Event<string> = this.#changed.event;

  constructor(finder: TypeFinder | undefined) {
    this.#finder = finder;
  }

  /** As they were when the segment was looked at last; none when its mappers are others by now. */
  known(segment: Segment): readonly LayoutConflict[] {
    const known = this.#known.get(segment.id);
    return known && known.mappers === mappersOf(segment) ? known.conflicts : [];
  }

  /** Rejects as the finder does. */
  async look(segment: Segment, signal?: AbortSignal): Promise<readonly LayoutConflict[]> {
    const conflicts = (await this.#finder?.conflicts(segment, signal)) ?? [];
    const before = this.#known.get(segment.id)?.conflicts ?? [];
    this.#known.delete(segment.id);
    if (conflicts.length > 0) this.#known.set(segment.id, { mappers: mappersOf(segment), conflicts });
    if (this.#known.size > MOST) this.#known.delete(this.#known.keys().next().value ?? '');
    if (textOf(before) !== textOf(conflicts)) this.#changed.fire(segment.id);
    return conflicts;
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

/** Equal as long as the same processes map the segment and none of them has begun anew. */
export function mappersOf({ mappings }: Segment): string {
  return [...new Set(mappings.map(({ pid, startedAt }) => `${pid}:${startedAt}`))].sort().join();
}

function textOf(conflicts: readonly LayoutConflict[]): string {
  return conflicts.flatMap(({ name, differences }) => [name, ...differences]).join('\n');
}
