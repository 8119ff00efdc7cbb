/** The compilers that judge layouts: each only compiles, so that those for other machines can be asked too. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Abi } from '../../../api.d.ts';
import type { Target } from '../../../src/types/layout/spec.ts';

export const ABIS: readonly Abi[] = ['x86_64', 'aarch64', 'i386', 'arm'];
export const DIALECTS: readonly Target['dialect'][] = ['gcc', 'clang'];
export const TARGETS: readonly Target[] = (['c', 'c++'] as const).flatMap((language) =>
  ABIS.flatMap((abi) => DIALECTS.map((dialect): Target => ({ abi, dialect, language }))),
);

const TRIPLES: Readonly<Record<Abi, string>> = {
  x86_64: 'x86_64-linux-gnu',
  aarch64: 'aarch64-linux-gnu',
  i386: 'i686-linux-gnu',
  arm: 'arm-linux-gnueabihf',
};
const HOSTS: Partial<Record<string, Abi>> = { x64: 'x86_64', arm64: 'aarch64', ia32: 'i386', arm: 'arm' };

const works = (command: string): boolean => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
const known = new Map<string, readonly string[] | undefined>();

/** The command that compiles for a target, or undefined where this machine has none. */
export function compilerOf(target: Target): readonly string[] | undefined {
  const key = `${target.abi} ${target.dialect} ${target.language}`;
  if (!known.has(key)) known.set(key, findCompiler(target));
  return known.get(key);
}

/** Why a target's compiler cannot be asked. */
export function lackOf({ abi, dialect, language }: Target): string {
  const program = dialect === 'clang' ? 'clang' : `${TRIPLES[abi]}-${language === 'c' ? 'gcc' : 'g++'}`;
  return `there is no ${program} on PATH to judge layouts for ${abi}`;
}

function findCompiler({ abi, dialect, language }: Target): readonly string[] | undefined {
  if (dialect === 'clang') {
    const clang = language === 'c' ? 'clang' : 'clang++';
    return works(clang) ? [clang, `--target=${TRIPLES[abi]}`] : undefined;
  }
  const gcc = language === 'c' ? 'gcc' : 'g++';
  if (HOSTS[process.arch] === abi && works(gcc)) return [gcc];
  const cross = `${TRIPLES[abi]}-${gcc}`;
  if (works(cross)) return [cross];
  return HOSTS[process.arch] === 'x86_64' && abi === 'i386' && works(gcc) ? [gcc, '-m32'] : undefined;
}

/** The object that a text becomes. Rejects with what the compiler says. */
export async function compile(target: Target, source: string, flags: readonly string[] = []): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), `shmscope-oracle-${process.pid}-`));
  try {
    const object = join(folder, 'object.o');
    const standard = target.language === 'c' ? '-std=gnu17' : '-std=gnu++17';
    await run(target, ['-w', '-c', standard, ...flags, '-x', target.language, '-', '-o', object], source);
    return readFileSync(object);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the compiler prints, given `source` as its standard input. */
export function run(target: Target, args: readonly string[], source: string): Promise<string> {
  const [command, ...before] = compilerOf(target) ?? [];
  if (command === undefined) return Promise.reject(new Error(lackOf(target)));
  return new Promise((resolve, reject) => {
    const child = execFile(command, [...before, ...args], { maxBuffer: 2 ** 26 }, (error, stdout) => {
      if (error) reject(new Error(error.message));
      else resolve(stdout);
    });
    child.stdin?.end(source);
  });
}
