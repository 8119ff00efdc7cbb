/** Functions and lines of 1,000 addresses of a large program: the reader beside addr2line. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseAnswers, queryText, type Answer, type FileQuery } from '../../../src/code/answers.ts';
import { Helper } from '../../../src/types/debuginfo/file/helper.ts';
import { CHECKOUT } from '../../programs/build.ts';
import { randomNumbers } from '../../unit/types/random.ts';
import type { Result } from '../bench.ts';
import { largeProgram } from './largeProgram.ts';

const HELPER = join(CHECKOUT, 'dist/shmscope-dwarf');
const ROUNDS = 11;
const COUNT = 1000;
const WHAT = 'functions and lines of 1,000 addresses';

export async function symbols(): Promise<Result[]> {
  const missing = ['g++', 'nm', 'addr2line'].filter((name) => spawnSync(name, ['--version']).error);
  if (missing.length > 0) return [{ what: WHAT, text: `not measured: ${missing.join(', ')} not installed` }];
  if (!existsSync(HELPER)) return [{ what: WHAT, text: 'not measured: the reader of debug info was not built' }];
  const path = await largeProgram();
  const queries = addressesIn(path).map((address): FileQuery => ({ address, kind: 'exact' }));
  const input = queries.map(({ address }) => `0x${address.toString(16)}\n`).join('');
  const helper = new Helper(HELPER);
  const read = (): Promise<readonly Answer[]> =>
    helper.ask(['code', queryText(queries)], { path, name: path, root: '/' }, async (output) => {
      const { answers } = await parseAnswers(output, queries.length);
      return answers;
    });
  const peer = (): string =>
    execFileSync('addr2line', ['-f', '-e', path], { input, encoding: 'utf8', stdio: 'pipe', maxBuffer: 2 ** 26, cwd: '/' });
  const agreed = agreement(await read(), peer());
  const times = { ours: [] as number[], peer: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    times.ours.push(await timed(read));
    times.peer.push(await timed(peer));
  }
  const note = `${agreed.text}; more than 15 MB of .debug_info`;
  return [
    { what: WHAT, unit: 'ms', ...times, peerName: 'addr2line -f', bar: { atMost: 0.2, of: 'ratio' }, note },
    { what: 'lines as addr2line has them', ...agreed },
  ];
}

/** Of functions, chosen by a seed. */
function addressesIn(path: string): bigint[] {
  const all = [
    ...execFileSync('nm', [path], { encoding: 'utf8', maxBuffer: 2 ** 26 }).matchAll(/^([\da-f]+) [tTwW] (part|_Z)/gm),
  ];
  const random = randomNumbers(1);
  return Array.from({ length: COUNT }, () => BigInt(`0x${all[Math.floor(random() * all.length)]?.[1] ?? '0'}`));
}

/**
 * For functions that have no name for the linker in their debug info, as gcc's in lambda expressions, addr2line of binutils 2.40 says the
 * unit's first file with the line of another one: those are told apart. gdb and llvm-addr2line say what the reader says.
 */
function agreement(answers: readonly Answer[], said: string): { readonly text: string; readonly holds: boolean } {
  const lines = said.trim().split('\n');
  let [same, otherFile] = [0, 0];
  answers.forEach(({ file = '??', line = 0 }, i) => {
    const told = (lines[2 * i + 1] ?? '').replace(/ \(discriminator.*/, '').replace(/\?$/, '0');
    if (told === `${file}:${line}`) same++;
    else if (told.endsWith(`:${line}`) && line > 0) otherFile++;
  });
  const text = `${same} of ${answers.length} as addr2line, ${otherFile} more with the same line of another file`;
  return { text, holds: same + otherFile >= answers.length - 1 };
}

async function timed(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
