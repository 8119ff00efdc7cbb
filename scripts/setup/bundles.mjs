import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { root } from '../lib/paths.mjs';
import { writeWhole } from '../lib/stamp.mjs';
import { addonFile } from './addon.mjs';
import { dwarfFile } from './dwarf.mjs';

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

/** In the extension host: CommonJS, because VS Code loads extensions with require. @param {boolean} release @returns {import('esbuild').BuildOptions} */
export const forHost = (release) => ({
  ...common(release),
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode'],
  // Its UMD build, which Node takes, hides its parts from a bundler.
  alias: { 'jsonc-parser': join(modules, 'jsonc-parser/lib/esm/main.js') },
});

/** What is bundled. @param {boolean} [release] @returns {import('esbuild').BuildOptions[]} */
export function bundles(release = false) {
  return [
    { ...forHost(release), entryPoints: ['src/extension.ts'], outfile: 'dist/extension.cjs' },
    { ...forHost(release), entryPoints: ['src/types/worker.ts'], outfile: 'dist/types-worker.cjs' },
    { ...forHost(release), entryPoints: ['src/live/regexWorker.ts'], outfile: 'dist/regex-worker.cjs' },
    {
      ...common(release),
      // Every byte is read again whenever a panel opens; the first script is within the page's document.
      minify: true,
      sourcemap: false,
      entryPoints: { webview: 'webview/main.ts', 'webview-first': 'webview/first.ts' },
      outdir: 'dist',
      platform: 'browser',
      format: 'iife',
      target: 'es2022',
    },
    {
      ...common(release),
      minify: true,
      sourcemap: false,
      entryPoints: { webview: 'webview/main.css', 'webview-first': 'webview/first.css' },
      outdir: 'dist',
    },
  ];
}

/** What is copied beside the bundles, from -> name in dist/. */
export const assets = [
  [join(modules, '@vscode/codicons/dist/codicon.css'), 'codicon.css'],
  [join(modules, '@vscode/codicons/dist/codicon.ttf'), 'codicon.ttf'],
  [addonFile, 'shmscope.node'],
];

/** Replaces a file only when its content differs: a running extension host keeps what it has loaded. */
function put(file, content) {
  if (existsSync(file) && readFileSync(file).equals(content)) return;
  writeWhole(file, content);
}

/** @param {import('esbuild').BuildResult} result @param {string} [folder] instead of dist/ */
export function writeBundle(result, folder = dist) {
  for (const file of result.outputFiles ?? []) put(join(folder, relative(dist, file.path)), Buffer.from(file.contents));
}

/** @param {string} [folder] instead of dist/ */
export function copyAssets(folder = dist) {
  for (const [from, name] of assets) put(join(folder, name), readFileSync(from));
  // Not built where libelf is not to be had.
  const program = join(folder, basename(dwarfFile));
  if (existsSync(dwarfFile)) {
    put(program, readFileSync(dwarfFile));
    chmodSync(program, 0o755);
  } else rmSync(program, { force: true });
}

/**
 * Builds everything that ships.
 * @param {{ release?: boolean, folder?: string }} [options] `release` minifies and leaves source maps out; `folder` instead of dist/
 */
export async function buildBundles({ release = false, folder = dist } = {}) {
  const { build } = await import('esbuild');
  for (const result of await Promise.all(bundles(release).map((options) => build(options)))) writeBundle(result, folder);
  copyAssets(folder);
}

/** Rebuilds on every change until the process ends. Its lines are what the problem matcher of .vscode/tasks.json waits for. */
export async function watchBundles() {
  const { context } = await import('esbuild');
  copyAssets();
  let building = 0;
  const report = {
    name: 'report',
    /** @param {import('esbuild').PluginBuild} build */
    setup(build) {
      build.onStart(() => {
        if (building++ === 0) console.log('[watch] building');
      });
      build.onEnd((result) => {
        for (const { text, location } of result.errors)
          console.error(`✘ [ERROR] ${text}\n    ${location?.file}:${location?.line}:${location?.column}:`);
        if (!result.errors.length) writeBundle(result);
        if (--building === 0) console.log('[watch] ready');
      });
    },
  };
  const contexts = await Promise.all(bundles().map((options) => context({ ...options, plugins: [report] })));
  await Promise.all(contexts.map((one) => one.watch()));
}
