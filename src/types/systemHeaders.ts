/** Where the headers of this machine's system lie. */
import type { Abi } from '../../api.d.ts';
import { machineAbi } from './service.ts';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const TRIPLES: Partial<Record<string, string>> = {
  x64: 'x86_64-linux-gnu',
  arm64: 'aarch64-linux-gnu',
  ia32: 'i386-linux-gnu',
  arm: 'arm-linux-gnueabihf',
};

let known: readonly string[] | undefined;

/**
 * Absolute paths, in the order in which gcc looks there; without a compiler those of libraries alone. Found once. None for another machine
 * than this one: its headers would say sizes of ours.
 */
export function systemHeaders(abi: Abi | undefined): readonly string[] {
  return abi === undefined || abi === machineAbi() ? (known ??= find()) : [];
}

function find(): string[] {
  const triple = TRIPLES[process.arch] ?? '';
  // stddef.h, limits.h and stdatomic.h are the compiler's own: the newest one's.
  const compilers = ['/usr/lib/gcc', '/usr/lib64/gcc'].flatMap((folder) =>
    list(folder).flatMap((target) => list(join(folder, target)).map((version) => join(folder, target, version, 'include'))),
  );
  const own = compilers.filter((folder) => existsSync(join(folder, 'stddef.h'))).sort(byVersion);
  return [...own.slice(-1), '/usr/local/include', ...(triple ? [join('/usr/include', triple)] : []), '/usr/include'].filter(
    (folder) => existsSync(folder),
  );
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function byVersion(a: string, b: string): number {
  const of = (path: string): number => Number(/\/(\d+)[^/]*\/include$/.exec(path)?.[1] ?? 0);
  return of(a) - of(b);
}
