/** What the fields tell of a search that runs: which of them are watched, and who wrote to them last. */
import type { FieldRow } from '../../src/decode/tree.ts';
import type { WriterInfo, WritersInfo } from '../../src/protocol/writing.ts';
import { shortText, writerText } from './words.ts';

export interface WatchMark {
  /** 'feed (1234) feed.c:31', and in short 'feed.c:31'; absent where nobody was seen yet. */
  readonly writer?: { readonly text: string; readonly short: string };
}

/** Made once for each report: every row of the fields asks on every frame. */
export class WatchMarks {
  #report: WritersInfo | undefined;
  #last: readonly (WriterInfo | undefined)[] = [];

  take(report: WritersInfo | undefined): void {
    if (report === this.#report) return;
    this.#report = report;
    this.#last = (report?.fields ?? []).map((_, field) => lastOf(report?.places ?? [], field));
  }

  /** Undefined for a field that is not watched now. */
  of(row: Pick<FieldRow, 'path' | 'offset' | 'size' | 'gap'>): WatchMark | undefined {
    const report = this.#report;
    if (!report || report.state === 'ended' || row.gap !== undefined) return undefined;
    const index = report.fields.findIndex(({ path, offset, length }) =>
      path === undefined ? offset === row.offset && length === row.size : path === row.path,
    );
    if (index < 0) return undefined;
    const last = this.#last[index];
    return last ? { writer: { text: writerText(last), short: shortText(last) } } : {};
  }
}

function lastOf(places: readonly WriterInfo[], field: number): WriterInfo | undefined {
  let last: WriterInfo | undefined;
  for (const place of places) if (place.field === field && (!last || place.last > last.last)) last = place;
  return last;
}
