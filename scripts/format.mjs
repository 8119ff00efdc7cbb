import './lib/host.mjs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { main } from './lib/main.mjs';
import { withLock } from './lib/lock.mjs';
import { node24, root, toolEnvironment } from './lib/paths.mjs';
import { sources } from './lib/sources.mjs';
import { run } from './lib/steps.mjs';
import { installDependencies } from './setup/dependencies.mjs';

await main(async () => {
  await withLock(installDependencies);
  const prettier = join(root, 'node_modules/prettier/bin/prettier.cjs');
  await run('format', node24, [prettier, '--write', '--log-level', 'warn', root], {
    env: toolEnvironment(),
    sentence: () => 'Some files could not be formatted: prettier says why above.',
  });
  if (spawnSync('clang-format', ['--version']).status !== 0) {
    console.log('  (clang-format is not on PATH: the C and C++ files were not formatted)');
    return;
  }
  await run('clang-format', 'clang-format', ['-i', ...sources(/\.(cc|h|c)$/)], {
    cwd: root,
    sentence: () => 'Some C or C++ files could not be formatted: clang-format says why above.',
  });
});
