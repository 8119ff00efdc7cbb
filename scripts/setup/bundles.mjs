import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from '../lib/paths.mjs';
import { writeWhole } from '../lib/stamp.mjs';
import { addonFile } from './addon.mjs';

const modules = join(root, 'node_modules');
const dist = join(root, 'dist');

/** @param {boolean} release @returns {import('esbuild').BuildOptions} */
const common = (release) => ({
  absWorkingDir: root,
  bundle: true,
  write: false,
  minify: release,
  sourcemap: release ? false : 'linked',
  legalComments: 'none',
  logLevel: 'silent',
});

/** In the extension host: CommonJS, because VS Code loads extensions with require. @param {boolean} release */
export const forHost = (release) => ({
  ...common(release),
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode'],
  // Its CommonJS build knows __dirname; the other one would look for import.meta.url, which a .cjs bundle has not.
  alias: { 'web-tree-sitter': join(modules, 'web-tree-sitter/web-tree-sitter.cjs') },
});

/** What is bundled. @param {boolean} [release] @returns {import('esbuild').BuildOptions[]} */
export function bundles(release = false) {
  return [
    { ...forHost(release), entryPoints: ['src/extension.ts'], outfile: 'dist/extension.cjs' },
    { ...forHost(release), entryPoints: ['src/types/worker.ts'], outfile: 'dist/types-worker.cjs' },
    {
      ...common(release),
      entryPoints: { webview: 'webview/main.ts' },
      outdir: 'dist',
      platform: 'browser',
      format: 'iife',
      target: 'es2022',
      loader: { '.ttf': 'file' },
    },
  ];
}

/** What is copied beside the bundles, from -> name in dist/. */
export const assets = [
  [join(modules, 'web-tree-sitter/web-tree-sitter.wasm'), 'web-tree-sitter.wasm'],
  [join(modules, 'tree-sitter-c/tree-sitter-c.wasm'), 'tree-sitter-c.wasm'],
  [join(modules, '@vscode/codicons/dist/codicon.css'), 'codicon.css'],
  [join(modules, '@vscode/codicons/dist/codicon.ttf'), 'codicon.ttf'],
  [addonFile, 'shmscope.node'],
];

/** Replaces a file only when its content differs: a running extension host keeps what it has loaded. */
function put(file, content) {
  if (existsSync(file) && readFileSync(file).equals(content)) return;
  writeWhole(file, content);
}

/** @param {import('esbuild').BuildResult} result */
export function writeBundle(result) {
  for (const file of result.outputFiles ?? []) put(file.path, Buffer.from(file.contents));
}

export function copyAssets() {
  for (const [from, name] of assets) if (existsSync(from)) put(join(dist, name), readFileSync(from));
}

/** @param {import('esbuild').BuildOptions} options */
const entry = (options) => Object.values(options.entryPoints)[0];

/**
 * Builds everything in dist/.
 * @param {{ release?: boolean }} [options] `release` minifies and leaves source maps out
 */
export async function buildBundles({ release = false } = {}) {
  const { build } = await import('esbuild');
  const wanted = bundles(release).filter(
    (options) => existsSync(join(root, entry(options))) || console.log(`  (no ${entry(options)} yet)`),
  );
  for (const result of await Promise.all(wanted.map(build))) writeBundle(result);
  copyAssets();
  if (release)
    for (const name of ['extension.cjs', 'types-worker.cjs', 'webview.js', 'webview.css'])
      rmSync(join(dist, `${name}.map`), { force: true });
}

/** Rebuilds on every change until the process ends. */
export async function watchBundles() {
  const { context } = await import('esbuild');
  copyAssets();
  for (const options of bundles()) {
    const name = relative(root, join(root, entry(options)));
    const say = {
      name: 'say',
      /** @param {import('esbuild').PluginBuild} build */
      setup(build) {
        // These two lines are what the problem matcher in .vscode/tasks.json waits for.
        build.onStart(() => console.log(`[watch] build started: ${name}`));
        build.onEnd((result) => {
          for (const { text, location } of result.errors)
            console.error(`✘ [ERROR] ${text}\n    ${location?.file}:${location?.line}:${location?.column}:`);
          if (!result.errors.length) writeBundle(result);
          console.log(`[watch] build finished: ${name}`);
        });
      },
    };
    await (await context({ ...options, plugins: [say] })).watch();
  }
}
