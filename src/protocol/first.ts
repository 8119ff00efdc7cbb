/** The messages that travel in the page's document (src/panel/first.ts), checked like all others. */
import { isObject } from './check.ts';
import { FIRST_MAX_AGE, MAX_VIEW_BYTES } from './limits.ts';
import type { ToPage } from './messages.ts';
import { parseEnvelope } from './transport.ts';

/** How the panel stood, and the first bytes where they are of this moment. `now` as Date.now(). */
export function parseFirst(text: string, now: number): ToPage[] {
  const parsed: unknown = parseJson(text);
  if (!isObject(parsed)) return [];
  const { segment, status, frame } = parsed;
  const messages: unknown[] = [{ type: 'segment', segment, status }];
  if (
    isObject(frame) &&
    typeof frame['time'] === 'number' &&
    Math.abs(now - frame['time']) < FIRST_MAX_AGE &&
    Array.isArray(frame['ranges'])
  )
    messages.push({ type: 'frame', frame: { ...frame, ranges: frame['ranges'].map(unpackRange) } });
  return messages.flatMap((message) => parseEnvelope({ sequence: 0, message })?.message ?? []);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(decodeURIComponent(text));
  } catch {
    return undefined;
  }
}

function unpackRange(range: unknown): unknown {
  if (!isObject(range) || typeof range['bytes'] !== 'string' || range['bytes'].length > 2 * MAX_VIEW_BYTES) return undefined;
  const binary = atob(range['bytes']);
  return { offset: range['offset'], bytes: Uint8Array.from(binary, (character) => character.charCodeAt(0)) };
}
