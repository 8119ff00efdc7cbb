/** Own code first: of a store that was made in a library the line that called it is what is looked for. Pure. */
import type { LineInfo, WriterInfo } from '../../src/protocol/writing.ts';
import { baseOf } from './paths.ts';

/** The caller in the program's own code, where the store was made in a library and anything is known of it; else the store's own line. */
export function userLine(place: WriterInfo): LineInfo {
  const { caller } = place;
  return caller && (caller.function ?? caller.file) !== undefined ? caller : place;
}

/** The store was made in a library, and the caller stands for it. */
export const isThrough = (place: WriterInfo): boolean => userLine(place) !== place;

/** '__strcpy_evex', or else 'libc.so.6': by what the caller stored; '' where the store is its own. */
export function viaText(place: WriterInfo): string {
  if (!isThrough(place)) return '';
  return place.function ?? (place.object === undefined ? place.instruction : baseOf(place.object));
}
