/** Asking shmscope-dwarf for the code of one file, and what other programs say of it. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAnswers, queryText, type Answers, type FileQuery } from '../../../src/code/answers.ts';
import { Helper } from '../../../src/types/debuginfo/file/helper.ts';
import { skipBecause } from '../../support/skip.ts';
import { program } from '../dwarf/support.ts';

export const sourceOf = (name: string): string => fileURLToPath(new URL(`../../programs/code/${name}`, import.meta.url));

/** Skips the test where the helper was not built. */
export function helperFor(context: Mocha.Context): Helper {
  if (!existsSync(program)) skipBecause(context, 'the reader of debug info was not built: libelf is not there');
  return new Helper(program);
}

/** What it says of a file, of which separate debug info is below `root`. */
export function ask(helper: Helper, path: string, queries: readonly FileQuery[], root = '/', name = path): Promise<Answers> {
  return helper.ask(['code', queryText(queries)], { path, name, root }, (output) => parseAnswers(output, queries.length));
}

export interface Function {
  readonly name: string;
  readonly address: bigint;
  readonly size: number;
}

/** The functions that `nm` lists. */
export function functionsOf(path: string, ...flags: string[]): Function[] {
  return run('nm', '-S', ...flags, path)
    .split('\n')
    .flatMap((line) => {
      const [, address, size, name] = /^([\da-f]+) ([\da-f]+) [tTwW] (.*)$/.exec(line) ?? [];
      return address === undefined || size === undefined || name === undefined
        ? []
        : [{ name, address: BigInt(`0x${address}`), size: Number.parseInt(size, 16) }];
    });
}

/** What a program prints; some fail in the end for what nobody asked. */
export function run(command: string, ...words: string[]): string {
  return spawnSync(command, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 2 ** 28 }).stdout;
}
