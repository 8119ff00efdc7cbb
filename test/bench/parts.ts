/** A benchmark of several parts, of which `npm run bench -- NAME --only PART` measures some. */
import type { Result } from './bench.ts';

export type Parts = Readonly<Record<string, () => Promise<Result[]>>>;

/** In the order in which they stand. `only`: names of parts; all when empty. A part that fails is a result too, which does not hold. */
export async function runParts(parts: Parts, only: readonly string[]): Promise<Result[]> {
  const unknown = only.find((name) => !(name in parts));
  if (unknown !== undefined) throw new Error(`there is no part '${unknown}': choose from ${Object.keys(parts).join(', ')}`);
  const results: Result[] = [];
  for (const [name, part] of Object.entries(parts)) {
    if (only.length > 0 && !only.includes(name)) continue;
    try {
      results.push(...(await part()));
    } catch (error) {
      // Minutes of measuring are not thrown away for one part.
      console.error(error);
      results.push({ what: name, text: `not measured: ${error instanceof Error ? error.message : String(error)}`, holds: false });
    }
  }
  return results;
}
