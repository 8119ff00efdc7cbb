import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/paths.mjs';
import { forHost, writeBundle } from '../setup/bundles.mjs';

/** What VS Code is told to run: `run()` of test/host/index.ts with every test file in it. */
export const hostBundle = join(root, 'dist/test/host.cjs');

/** Bundles test/host/*.test.ts; mocha stays outside and is found in the checkout's node_modules. */
export async function bundleHostTests() {
  const { build } = await import('esbuild');
  const folder = join(root, 'test/host');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .sort();
  const entries = files.map((name) => `[${JSON.stringify(name)}, () => require(${JSON.stringify(`./${name}`)})]`);
  const options = forHost(false);
  const result = await build({
    ...options,
    external: [...(options.external ?? []), 'mocha'],
    sourcemap: 'inline',
    outfile: hostBundle,
    stdin: {
      contents: `import { runTests } from './index.ts';\nexport const run = () => runTests([${entries.join(', ')}]);\n`,
      resolveDir: folder,
      sourcefile: 'host-tests.ts',
      loader: 'ts',
    },
  });
  writeBundle(result);
}
