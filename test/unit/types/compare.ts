/** Structs whose layouts differ from the compiler's, told by the text that shows it best. */
import { isDeepStrictEqual } from 'node:util';
import type { TypeLayout } from '../../../api.d.ts';
import type { Dialect } from '../../../src/types/layout/spec.ts';
import type { GeneratedStruct } from './generator.ts';
import type { Judged } from './judge.ts';
import { shapeOf } from './shapes.ts';

export interface Difference {
  readonly struct: GeneratedStruct;
  readonly text: string;
}

/**
 * Differences that are their own: those of structs whose parts all agree. `truth` in the order of `structs`, `ours` by name.
 */
export function differences(
  structs: readonly GeneratedStruct[],
  truth: readonly Judged[],
  ours: ReadonlyMap<string, TypeLayout>,
  dialect: Dialect,
): Difference[] {
  const wrong = new Set<string>();
  const found: Difference[] = [];
  for (const [i, struct] of structs.entries()) {
    const type = ours.get(struct.name);
    const own = type && { ...shapeOf(type, dialect), alignment: type.alignment };
    if (isDeepStrictEqual(own, truth[i])) continue;
    wrong.add(struct.tag);
    const parts = [...struct.source.matchAll(/\bs\d+/g)].filter(([tag]) => tag !== struct.tag && wrong.has(tag));
    if (parts.length === 0) found.push({ struct, text: explain(struct, own, truth[i]) });
  }
  return found;
}

function explain(struct: GeneratedStruct, ours: unknown, truth: unknown): string {
  return `${struct.source}  ours     ${JSON.stringify(ours)}\n  compiler ${JSON.stringify(truth)}\n`;
}
