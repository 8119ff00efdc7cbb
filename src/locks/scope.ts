/** Which segments' locks are followed: all while a view shows all, else those of open panels and what their processes share besides. */
import type { Disposable } from 'vscode';
import type { Segment } from '../../api.d.ts';
import { toDisposable } from '../lifecycle.ts';
import { pidsIn } from '../segments/views.ts';

export class Scope {
  readonly #onChange: (used: boolean) => void;
  /** What each follower wants; undefined for all. */
  readonly #wanted = new Set<{ readonly id: string | undefined }>();
  #known: { readonly all: readonly Segment[]; readonly near: readonly Segment[] } | undefined;

  /** `onChange`: told after each change, and whether anybody follows then. */
  constructor(onChange: (used: boolean) => void) {
    this.#onChange = onChange;
  }

  get used(): boolean {
    return this.#wanted.size > 0;
  }

  get wide(): boolean {
    return [...this.#wanted].some(({ id }) => id === undefined);
  }

  /** Without an id: all segments. */
  follow(id?: string): Disposable {
    const wanted = { id };
    this.#wanted.add(wanted);
    this.#change();
    return toDisposable(() => {
      this.#wanted.delete(wanted);
      this.#change();
    });
  }

  /** Of all segments those that are followed. A deadlock goes through the other segments of the same processes. */
  of(all: readonly Segment[]): readonly Segment[] {
    if (this.wide) return all;
    if (this.#known?.all !== all) this.#known = { all, near: this.#near(all) };
    return this.#known.near;
  }

  #near(all: readonly Segment[]): readonly Segment[] {
    const ids = new Set([...this.#wanted].map(({ id }) => id));
    const pids = pidsOf(all.filter(({ id }) => ids.has(id)));
    if (pids.size === 0) return all.filter(({ id }) => ids.has(id));
    return all.filter((segment) => ids.has(segment.id) || pidsIn(segment).some((pid) => pids.has(pid)));
  }

  #change(): void {
    this.#known = undefined;
    this.#onChange(this.used);
  }
}

export function pidsOf(segments: readonly Segment[]): Set<number> {
  const pids = new Set<number>();
  for (const segment of segments) for (const pid of pidsIn(segment)) pids.add(pid);
  return pids;
}
