/** From a scan to the rows of each group: in the chosen order, those that the filter lets through. Knows nothing of VS Code. */
import type { Segment } from '../../api.d.ts';
import { processesOf, type Filter } from '../segments/filter.ts';
import { sortSegments, type SortBy } from '../segments/order.ts';
import { forEachPaced, Pace } from '../segments/pace.ts';
import type { Scan } from '../segments/scan.ts';
import { isWritten, mapperCount } from '../segments/views.ts';
import { GROUPS, type Group } from './groups.ts';

export interface Choices {
  readonly filter: Filter;
  readonly sortBy: SortBy;
  readonly showReadOnly: boolean;
}

/** One group with what it lists. */
export interface Listed {
  readonly group: Group;
  /** Segments of the group's kinds, whatever the filter. */
  readonly all: number;
  /** Those to be shown, in order. */
  readonly rows: readonly Segment[];
  /** Of those that the filter lets through, the files that are only read: shown only when that is chosen. */
  readonly readOnly: number;
}

interface Sorted {
  readonly scan: Scan;
  readonly by: SortBy;
  readonly groups: readonly (readonly Segment[])[];
}

export class Listing {
  #sorted: Sorted | undefined;

  /** Sorts only when the scan or the order is another one, so that a keystroke in the filter costs one pass. */
  async list(scan: Scan, { filter, sortBy, showReadOnly }: Choices): Promise<Listed[]> {
    const pace = new Pace();
    const { groups } = await this.#sort(scan, sortBy, pace);
    const listed: Listed[] = [];
    for (const [i, group] of GROUPS.entries()) {
      const sorted = groups[i] ?? [];
      const rows: Segment[] = [];
      let readOnly = 0;
      await forEachPaced(sorted, pace, (segment) => {
        if (!filter.matches(segment)) return;
        const onlyRead = isReadOnlyFile(segment);
        if (onlyRead) readOnly++;
        if (!onlyRead || showReadOnly) rows.push(segment);
      });
      listed.push({ group, all: sorted.length, rows, readOnly });
    }
    return listed;
  }

  async #sort(scan: Scan, by: SortBy, pace: Pace): Promise<Sorted> {
    if (this.#sorted?.scan === scan && this.#sorted.by === by) return this.#sorted;
    // The tree refuses a second row of one id.
    const byId = new Map(scan.segments.map((segment) => [segment.id, segment]));
    const groups: Segment[][] = [];
    for (const { kinds } of GROUPS) {
      const members = [...byId.values()].filter((segment) => kinds.includes(segment.kind));
      groups.push(await sortSegments(members, by, pace));
    }
    this.#sorted = { scan, by, groups };
    return this.#sorted;
  }
}

/** A file that processes share for reading alone: locale archives, gconv and font caches. */
export function isReadOnlyFile(segment: Segment): boolean {
  return segment.kind === 'file' && mapperCount(segment) > 0 && !isWritten(segment);
}

/** The names of all processes that map or hold a segment, with the number of segments of each, by name. */
export async function processCounts(segments: readonly Segment[]): Promise<[name: string, segments: number][]> {
  const counts = new Map<string, number>();
  await forEachPaced(segments, new Pace(), (segment) => {
    for (const name of processesOf(segment).names) counts.set(name, (counts.get(name) ?? 0) + 1);
  });
  return [...counts].sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
}
