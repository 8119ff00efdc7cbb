import './lib/host.mjs';
import { join } from 'node:path';
import { main } from './lib/main.mjs';
import { withLock } from './lib/lock.mjs';
import { node24, root, toolEnvironment } from './lib/paths.mjs';
import { run } from './lib/steps.mjs';
import { installDependencies } from './setup/dependencies.mjs';

await main(async () => {
  await withLock(installDependencies);
  const prettier = join(root, 'node_modules/prettier/bin/prettier.cjs');
  await run('format', node24, [prettier, '--write', '--log-level', 'warn', root], {
    env: toolEnvironment(),
    sentence: () => 'Some files could not be formatted: prettier says why above.',
  });
});
