/** What the page asks to have searched. */
import { MAX_HITS } from '../../protocol/limits.ts';
import type { SearchRequests } from '../../protocol/searching.ts';
import type { NarrowingSearch } from '../../live/searchNarrow.ts';
import type { SegmentPanel } from '../panel.ts';
import type { PanelParts } from '../parts.ts';
import type { Answer } from '../requests.ts';

/** Each panel has one; it ends with the panel. */
const narrowings = new WeakMap<SegmentPanel, NarrowingSearch>();

export const searchAnswers: { readonly [Name in keyof SearchRequests]: Answer<Name> } = {
  find: (panel, { store, searches }, { spec, from, backward }, running) =>
    store.using(panel.segment.id, (segment) => searches.find(segment, spec, from, backward, running)),
  findAll: (panel, { store, searches }, { spec }, running) =>
    store.using(panel.segment.id, (segment) => searches.findAll(segment, spec, MAX_HITS, running)),
  narrow: (panel, parts, ask, running) =>
    parts.store.using(panel.segment.id, (segment) => narrowingOf(panel, parts).step(segment, ask, MAX_HITS, running)),
  endNarrowing: (panel) => narrowings.get(panel)?.dispose(),
};

function narrowingOf(panel: SegmentPanel, { searches }: PanelParts): NarrowingSearch {
  const had = narrowings.get(panel);
  if (had) return had;
  const narrowing = searches.narrowing();
  narrowings.set(panel, narrowing);
  const closed = panel.onDidClose(() => {
    narrowing.dispose();
    closed.dispose();
  });
  return narrowing;
}
