/** `npm run fuzz -- layout [--abi A] [--dialect D] [--language L] [--count N] [--seed N]`: random structs against the compilers. */
import { parseArgs } from 'node:util';
import type { Target } from '../../src/types/layout/spec.ts';
import { batchesOf, compareBatch } from '../unit/types/batch.ts';
import { compilerOf, lackOf, TARGETS } from '../unit/types/compilers.ts';
import { makeService } from '../unit/types/support.ts';

/** Differences that are printed in full. */
const SHOWN = 5;

/** The exit code: 1 where a layout differs, or a compiler that was asked for is missing. */
export async function run(args: readonly string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const options = { abi: text, dialect: text, language: text, count: text, seed: text };
  const { values } = parseArgs({ args: [...args], options });
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  const asked = TARGETS.filter(
    ({ abi, dialect, language }) =>
      abi === (values.abi ?? abi) && dialect === (values.dialect ?? dialect) && language === (values.language ?? language),
  );
  console.log(`seed ${seed}`);
  let failed = asked.length === 0;
  for (const target of asked) failed = !(await fuzz(target, seed, countOf(values.count, target))) || failed;
  return failed ? 1 : 0;
}

/** The bars. */
function countOf(given: string | undefined, { language }: Target): number {
  return Number(given ?? (language === 'c' ? 100_000 : 20_000));
}

async function fuzz(target: Target, seed: number, count: number): Promise<boolean> {
  const what = `${target.language} ${target.abi} ${target.dialect}`;
  if (compilerOf(target) === undefined) {
    console.log(`✗ ${what}: ${lackOf(target)}`);
    return false;
  }
  const service = makeService({ timeLimit: 60_000 });
  const began = Date.now();
  let [found, done] = [0, 0];
  try {
    for (const batch of batchesOf(seed, count)) {
      for (const { text } of await compareBatch(service, target, batch))
        if (found++ < SHOWN) console.log(`  batch of --seed ${batch.seed}:\n${text}`);
      done += batch.count;
    }
  } finally {
    service.dispose();
  }
  const seconds = ((Date.now() - began) / 1000).toFixed(0);
  console.log(`${found > 0 ? '✗' : '✓'} ${what}: ${found} of ${done} differ (${seconds} s)`);
  return found === 0;
}
