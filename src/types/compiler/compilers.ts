/** Which compilers can lay out types for an ABI, in the order in which they are tried. */
import { basename } from 'node:path';
import type { Abi } from '../../../api.d.ts';
import type { Command } from './flags.ts';

export interface Compiler {
  readonly program: string;
  readonly args: readonly string[];
}

export interface Wanted {
  readonly abi: Abi | undefined;
  readonly dialect: 'gcc' | 'clang' | undefined;
  readonly entry: Command | undefined;
}

export const NO_COMPILER = {
  sentence: 'There is no compiler for this: neither gcc nor clang that makes code for this ABI is on PATH.',
  remedy: 'Install gcc or clang; for another machine, its cross compiler or clang.',
};

const HERE: Partial<Record<string, Abi>> = { x64: 'x86_64', arm64: 'aarch64', ia32: 'i386', arm: 'arm' };
const TRIPLES: Record<Abi, string> = {
  x86_64: 'x86_64-linux-gnu',
  aarch64: 'aarch64-linux-gnu',
  i386: 'i686-linux-gnu',
  arm: 'arm-linux-gnueabihf',
};

/**
 * The one of compile_commands.json first, unless another ABI or dialect is asked for; then gcc or clang of PATH, but not in place of a cross
 * compiler: they would lay out for this machine.
 */
export function compilersFor({ abi, dialect, entry }: Wanted): Compiler[] {
  const named = entry?.compiler;
  const fits =
    named !== undefined &&
    abi === undefined &&
    (dialect === undefined || /clang/.test(basename(named)) === (dialect === 'clang'));
  const own = fits ? [{ program: named, args: more(named) }] : [];
  if (fits && /^[\w.]+-.*(?:gcc|g\+\+|cc|c\+\+|clang)/.test(basename(named))) return own;
  const gcc = dialect === 'clang' ? [] : gccsFor(abi);
  const clang: Compiler[] = dialect === 'gcc' ? [] : [{ program: 'clang', args: [...more('clang'), ...targetOf(abi)] }];
  return [...own, ...gcc, ...clang];
}

function gccsFor(abi: Abi | undefined): Compiler[] {
  const here = HERE[process.arch];
  if (abi === undefined || abi === here) return [{ program: 'gcc', args: more('gcc') }];
  const cross = { program: `${TRIPLES[abi]}-gcc`, args: more('gcc') };
  return abi === 'i386' && here === 'x86_64' ? [cross, { program: 'gcc', args: ['-m32', ...more('gcc')] }] : [cross];
}

function targetOf(abi: Abi | undefined): string[] {
  return abi === undefined || abi === HERE[process.arch] ? [] : [`--target=${TRIPLES[abi]}`];
}

/** Both leave out types that another file is expected to have: GCC manual, -femit-class-debug-always; Clang's, -fstandalone-debug. */
function more(program: string): string[] {
  return [/clang/.test(basename(program)) ? '-fstandalone-debug' : '-femit-class-debug-always'];
}
