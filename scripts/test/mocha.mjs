import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { start } from '../lib/children.mjs';
import { cache, nodeHome, node24, root, toolEnvironment } from '../lib/paths.mjs';
import { judge, readRecords } from './results.mjs';

/** Where a suite of this run writes its records. @param {string} suite */
export function recordsFile(suite) {
  const folder = join(cache, 'results');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${suite}.${process.pid}.jsonl`);
  rmSync(file, { force: true });
  return file;
}

/** Arguments that follow `--` on the command line after the suites' names go to mocha, e.g. --grep. */
export const mochaArguments = [];

/**
 * Runs a suite's *.test.ts in Node 24, which strips the types.
 * @param {string} suite
 * @param {{ timeout: number, folders?: readonly string[], env?: NodeJS.ProcessEnv }} options timeout of one test in ms; folders in test/, default: that of the suite's name
 */
export async function runInNode(suite, { timeout, folders = [suite], env = {} }) {
  const file = recordsFile(suite);
  const child = start(
    node24,
    [
      '--disable-warning=ExperimentalWarning',
      join(root, 'node_modules/mocha/bin/mocha.js'),
      ...folders.map((folder) => `test/${folder}/**/*.test.ts`),
      `--timeout=${timeout}`,
      '--no-config',
      '--forbid-only',
      '--exit',
      `--reporter=${join(root, 'scripts/test/reporter.cjs')}`,
      `--reporter-option=suite=${suite},results=${file}`,
      ...mochaArguments,
    ],
    {
      cwd: root,
      env: { ...toolEnvironment(), PATH: `${join(nodeHome, 'bin')}:${process.env.PATH}`, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  const code = await new Promise((resolve) => {
    child.once('error', () => resolve(-1));
    child.once('exit', resolve);
  });
  const records = readRecords(file);
  rmSync(file, { force: true });
  return judge(suite, records, code);
}
