/** In which order people look for segments. */
import type { Segment, SegmentKind } from '../../api.d.ts';
import { segmentLabel } from './texts.ts';

const collator = new Intl.Collator(undefined, { numeric: true });

/** Those of one kind, by name, in the order of numbers where names have them. */
export function inOrder(segments: readonly Segment[], kind: SegmentKind): Segment[] {
  return segments
    .filter((segment) => segment.kind === kind)
    .sort((a, b) => collator.compare(segmentLabel(a), segmentLabel(b)) || a.inode - b.inode);
}
