/** What the addon is told to look for. */
import type { RawNeedle } from '../native/searches.ts';
import type { SearchSpec } from '../protocol/searching.ts';
import { around, exactPattern, parseNumber, parseTolerance } from './searchNumbers.ts';
import { textPattern } from './searchText.ts';

export type NativeSpec = Exclude<SearchSpec, { kind: 'regex' }>;

export interface Plan {
  readonly needle: RawNeedle;
  /** Bytes of one hit. */
  readonly length: number;
}

/** EINVAL and ERANGE, in a sentence for the user, for a number or a text that cannot be looked for. */
export function planOf(spec: NativeSpec): Plan {
  const needle = needleOf(spec);
  return { needle, length: 'bytes' in needle ? needle.bytes.length : needle.low.length };
}

function needleOf(spec: NativeSpec): RawNeedle {
  if (spec.kind === 'bytes') return { bytes: spec.bytes, mask: spec.mask, step: 1 };
  if (spec.kind === 'text') return textPattern(spec.text, spec.encoding, spec.matchCase);
  const value = parseNumber(spec.value, spec.type);
  const tolerance = parseTolerance(spec.tolerance);
  return tolerance === 0 ? exactPattern(value, spec) : around(value, tolerance, spec);
}
