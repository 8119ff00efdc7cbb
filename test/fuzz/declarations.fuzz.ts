/** `npm run fuzz -- declarations [--minutes N] [--seed N] [--from N] [--count N]`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fuzzDeclarations } from './declarations.ts';

const FOLDER = fileURLToPath(new URL('../../.cache/fuzz', import.meta.url));

/** The exit code: 1 where something was found. */
export async function run(args: readonly string[]): Promise<number> {
  const number = { type: 'string' } as const;
  const options = { minutes: number, seed: number, from: number, count: number };
  const { values } = parseArgs({ args: [...args], options });
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  const count = values.count === undefined ? Infinity : Number(values.count);
  const minutes = Number(values.minutes ?? (values.count === undefined ? 10 : Infinity));
  console.log(`seed ${seed}`);
  const plan = { seed, from: Number(values.from ?? 0), count, milliseconds: minutes * 60_000 };
  const { texts, accepted, slowest, memory, findings } = await fuzzDeclarations(plan);
  mkdirSync(FOLDER, { recursive: true });
  for (const { index, what, text } of findings) {
    const file = join(FOLDER, `declarations-${seed}-${index}.txt`);
    writeFileSync(file, text);
    console.log(
      `✗ --seed ${seed} --from ${index} --count 1: ${what.split('\n').slice(0, 4).join('\n')}\n  .cache/fuzz/declarations-${seed}-${index}.txt`,
    );
  }
  const share = texts === 0 ? 0 : Math.round((100 * accepted) / texts);
  console.log(
    `${texts} texts, ${share} % with types; slowest ${Math.round(slowest)} ms; grew by ${memory >> 20} MiB; ${findings.length} findings`,
  );
  return findings.length > 0 ? 1 : 0;
}
