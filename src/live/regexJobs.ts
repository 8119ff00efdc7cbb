/** What Matcher and its worker say to each other. */
import type { MatchJob, RegexEncoding } from './regexText.ts';

export interface Pattern {
  readonly source: string;
  readonly flags: string;
  readonly encoding: RegexEncoding;
}

export interface MatchRequest extends MatchJob {
  readonly id: number;
}

export interface MatchAnswer {
  readonly id: number;
  readonly hits: Float64Array;
}

export function isPattern(value: unknown): value is Pattern {
  if (!isRecord(value)) return false;
  const { source, flags, encoding } = value;
  return typeof source === 'string' && typeof flags === 'string' && (encoding === 'utf8' || encoding === 'latin1');
}

export function isMatchRequest(value: unknown): value is MatchRequest {
  return (
    isRecord(value) &&
    value['bytes'] instanceof Uint8Array &&
    ['id', 'start', 'stop', 'limit'].every((key) => typeof value[key] === 'number')
  );
}

export function isMatchAnswer(value: unknown): value is MatchAnswer {
  return isRecord(value) && typeof value['id'] === 'number' && value['hits'] instanceof Float64Array;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
