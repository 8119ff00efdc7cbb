/**
 * Runs the host suite inside VS Code's extension host, under VS Code's own server and under the desktop alike.
 * scripts/test/host-bundle.mjs calls it with the test files; scripts/test/reporter.cjs writes the results.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type MochaClass from 'mocha';

type TestFile = readonly [name: string, load: () => unknown];

const isMocha = (value: unknown): value is typeof MochaClass => typeof value === 'function' && 'reporters' in value;

/** Resolves when every test passed; rejects otherwise, and VS Code ends with a failure code. */
export async function runTests(files: readonly TestFile[]): Promise<void> {
  const checkout = process.env['SHMSCOPE_CHECKOUT'];
  if (checkout === undefined) throw new Error('SHMSCOPE_CHECKOUT is not set: start the host suite with npm test -- host');
  const require = createRequire(join(checkout, 'package.json'));
  const loaded: unknown = require('mocha');
  if (!isMocha(loaded)) throw new Error('mocha is not what it used to be: require gave no constructor');
  const mocha = new loaded({
    ui: 'bdd',
    timeout: 30_000,
    forbidOnly: true,
    reporter: join(checkout, 'scripts/test/reporter.cjs'),
    reporterOptions: { suite: process.env['SHMSCOPE_SUITE'] ?? 'host', results: process.env['SHMSCOPE_RESULTS'] },
    ...(process.env['SHMSCOPE_GREP'] === undefined ? {} : { grep: process.env['SHMSCOPE_GREP'] }),
  });
  for (const [name, load] of files) {
    mocha.suite.emit('pre-require', globalThis, name, mocha);
    load();
  }
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} tests failed`);
}
