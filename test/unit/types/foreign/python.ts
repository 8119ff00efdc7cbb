/** Python as the judge of its own formats and dtypes. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('../../../programs/types/foreign.py', import.meta.url));

export interface JudgedFormat {
  readonly text: string;
  readonly size: number;
  /** Offset and bytes of each item that is no padding. */
  readonly items: readonly (readonly [number, number])[];
}

export interface JudgedDtype {
  readonly text: string;
  readonly size: number;
  readonly alignment: number;
  /** Path, offset and bytes of every field, those in nested ones too. */
  readonly places: readonly (readonly [string, number, number])[];
}

/** Why Python cannot be asked, or undefined. */
export function noPython(module: string): string | undefined {
  const { error, status } = spawnSync('python3', ['-c', `import ${module}`]);
  if (error) return 'there is no python3 on PATH';
  return status === 0 ? undefined : `python3 has no ${module} (Debian: python3-${module})`;
}

export function judgedFormats(seed: number, count: number): readonly JudgedFormat[] {
  const isFormat = (one: object): one is JudgedFormat => 'text' in one && 'size' in one && 'items' in one;
  return ask('struct', seed, count, isFormat);
}

/** Each dtype as its repr, with and without 'np.', as its str, and as its descr where it has one. */
export function judgedDtypes(seed: number, count: number): readonly JudgedDtype[] {
  const isDtype = (one: object): one is JudgedDtype => 'text' in one && 'alignment' in one && 'places' in one;
  return ask('numpy', seed, count, isDtype);
}

function ask<T>(what: string, seed: number, count: number, is: (one: object) => one is T & object): readonly T[] {
  const { stdout, stderr, status } = spawnSync('python3', [SCRIPT, what, String(seed), String(count)], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
  });
  if (status !== 0) throw new Error(`foreign.py failed: ${stderr}`);
  const answer: unknown = JSON.parse(stdout);
  if (!Array.isArray(answer)) throw new Error('foreign.py answers with a list.');
  return answer.flatMap((one: unknown) => (typeof one === 'object' && one !== null && is(one) ? [one] : []));
}
