/** `npm run fuzz -- dwarf [--minutes N] [--seed N] [--from N] [--count N]`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fuzzDwarf } from './dwarf.ts';

const FOLDER = fileURLToPath(new URL('../../.cache/fuzz', import.meta.url));

/** The exit code: 1 where something was found. */
export async function run(args: readonly string[]): Promise<number> {
  const number = { type: 'string' } as const;
  const { values } = parseArgs({ args: [...args], options: { minutes: number, seed: number, from: number, count: number } });
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  const count = values.count === undefined ? Infinity : Number(values.count);
  const minutes = Number(values.minutes ?? (values.count === undefined ? 10 : Infinity));
  console.log(`seed ${seed}`);
  const { files, read, slowest, memory, findings } = fuzzDwarf({
    seed,
    from: Number(values.from ?? 0),
    count,
    milliseconds: minutes * 60_000,
  });
  mkdirSync(FOLDER, { recursive: true });
  for (const { index, what, file } of findings) {
    writeFileSync(join(FOLDER, `dwarf-${seed}-${index}`), file);
    console.log(`✗ --seed ${seed} --from ${index} --count 1: ${what}\n  .cache/fuzz/dwarf-${seed}-${index}`);
  }
  console.log(
    `${files} files, ${Math.round((100 * read) / Math.max(1, files))} % with types; slowest ${Math.round(slowest)} ms; ` +
      `${memory >> 10} MiB at most; ${findings.length} findings`,
  );
  return findings.length > 0 ? 1 : 0;
}
