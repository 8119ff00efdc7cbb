import './lib/host.mjs';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { Failure } from './lib/failure.mjs';
import { main } from './lib/main.mjs';
import { cache, node24, root } from './lib/paths.mjs';
import { run, step } from './lib/steps.mjs';
import { bundle, setUp } from './setup/index.mjs';
import { writeNotices } from './package/notices.mjs';

const limit = 2 * 1024 * 1024;

/** --out FILE, or shmscope-<target>-<version>.vsix in the checkout. @param {string} target */
function outFile(target) {
  const at = process.argv.indexOf('--out');
  if (at >= 0 && process.argv[at + 1]) return resolve(process.argv[at + 1]);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return join(root, `shmscope-${target}-${version}.vsix`);
}

/** Copies what ships into a folder of its own, so that a package never disturbs the dist/ that somebody runs. @param {string} stage */
async function fill(stage) {
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  await bundle({ release: true, folder: join(stage, 'dist') });
  for (const name of ['package.json', '.vscodeignore', 'README.md', 'CHANGELOG.md', 'LICENSE', 'api.d.ts', 'media', 'schemas']) {
    const from = join(root, name);
    if (existsSync(from)) cpSync(from, join(stage, name), { recursive: true });
  }
  writeNotices(stage);
}

await main(async () => {
  const target = `linux-${process.arch}`;
  const file = outFile(target);
  const stage = join(cache, 'package');
  await setUp(async () => {
    await step('Building the bundles of the package', () => fill(stage));
    const vsce = join(root, 'node_modules/@vscode/vsce/vsce');
    await step(`Packing for ${target}`, () =>
      run(
        'package',
        node24,
        [
          vsce,
          'package',
          ...['--target', target, '--out', file],
          '--no-dependencies',
          // The README's pictures are in the package; there is no address yet to make its links absolute.
          '--no-rewrite-relative-links',
          '--allow-missing-repository',
        ],
        {
          cwd: stage,
          sentence: () => 'vsce did not pack the extension: it says why above.',
        },
      ),
    );
  });
  const { size } = statSync(file);
  console.log(`${relative(process.cwd(), file)}: ${(size / 1024).toFixed(0)} KiB`);
  if (size > limit) {
    throw new Failure(
      'The package is over 2 MB: .vscodeignore says what goes in, .cache/logs/package.log how large each file is.',
    );
  }
});
