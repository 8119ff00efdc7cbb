/** Random structs of one target, laid out by its compiler and by ShmScope from the same text. */
import type { Target } from '../../../src/types/layout/spec.ts';
import type { TypeService } from '../../../src/types/service.ts';
import { CLASS_PRELUDE, ClassGenerator } from './classGenerator.ts';
import { differences, type Difference } from './compare.ts';
import { Generator, headersOf, PRELUDE } from './generator.ts';
import { judge } from './judge.ts';

/** Structs that a compiler is given at once: it starts once for all of them. */
export const BATCH = 500;

/** The seeds of the batches that `count` structs make; each gives the same structs every time. */
export function batchesOf(seed: number, count: number): { seed: number; count: number }[] {
  return Array.from({ length: Math.ceil(count / BATCH) }, (_, i) => ({
    seed: seed + i,
    count: Math.min(BATCH, count - i * BATCH),
  }));
}

export async function compareBatch(
  service: TypeService,
  target: Target,
  { seed, count }: { seed: number; count: number },
): Promise<Difference[]> {
  const isC = target.language === 'c';
  const generator = isC ? new Generator(seed, target) : new ClassGenerator(seed, target);
  const structs = Array.from({ length: count }, () => generator.next());
  const source = (isC ? PRELUDE : CLASS_PRELUDE) + structs.map((one) => one.source).join('');
  const names = structs.map(({ name }) => name);
  const [truth, types] = await Promise.all([
    judge(target, headersOf(target) + source, names),
    service.parse({ source, ...target }),
  ]);
  return differences(structs, truth, new Map(types.map((type) => [type.name, type])), target.dialect);
}
