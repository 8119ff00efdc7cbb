/** Who is affected, for the questions before something is lost. */
import type { Segment } from '../../api.d.ts';

const NAMED = 5;

/** 'writer (123) and reader (124) map it.' */
export function mappersSentence(segment: Segment, mayHide: boolean): string {
  const names = [
    ...new Map([...segment.mappings].map((mapping) => [mapping.pid, `${mapping.process} (${mapping.pid})`])).values(),
  ];
  if (names.length === 0 && mayHide) return 'No process that you may look into maps it; others may.';
  if (names.length === 0) return 'No process maps it.';
  const shown = names.slice(0, NAMED).join(', ');
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `${shown}${more} ${names.length === 1 ? 'maps' : 'map'} it.`;
}
