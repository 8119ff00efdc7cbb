import './lib/host.mjs';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from './lib/main.mjs';
import { node24, root, toolEnvironment } from './lib/paths.mjs';
import { sources } from './lib/sources.mjs';
import { wrongImports } from './lint/imports.mjs';
import { withLock } from './lib/lock.mjs';
import { installDependencies } from './setup/dependencies.mjs';

const longest = 400;

/** @param {string} file */
const read = (file) => readFileSync(join(root, file), 'utf8');

function tooLong() {
  return sources(/\.(ts|mjs|cjs|css|cc|h|c)$/)
    .map((file) => ({ file, lines: read(file).split('\n').length - 1 }))
    .filter(({ lines }) => lines > longest)
    .map(({ file, lines }) => `${file}: ${lines} lines, ${longest} at most`);
}

/** @param {string} command @param {readonly string[]} args @returns {string[]} what it complains of */
function tool(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...toolEnvironment(), PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` },
    maxBuffer: 1e8,
  });
  if (status === 0) return [];
  return [`${stdout ?? ''}${stderr ?? ''}`.trim() || String(error ?? `exit code ${status}`)];
}

/** @param {string} name @param {readonly string[]} args of a package that is run by Node 24 */
const bin = (name, args) => tool(node24, [join(root, 'node_modules', name), ...args]);

function clangFormat() {
  if (spawnSync('clang-format', ['--version']).status !== 0) {
    console.log('  (clang-format is not on PATH: the C and C++ files were not checked)');
    return [];
  }
  return tool('clang-format', ['--dry-run', '--Werror', ...sources(/\.(cc|h|c)$/)]);
}

/** @type {[string, () => string[]][]} */
const checks = [
  ['types (tsc)', () => tool(join(root, 'node_modules/.bin/tsc'), ['-b', '--pretty', 'false'])],
  ['rules (oxlint)', () => bin('oxlint/bin/oxlint', ['--type-aware', '--deny-warnings', '-c', '.oxlintrc.json'])],
  ['import directions', () => sources(/\.ts$/).flatMap((file) => wrongImports(file, read(file)))],
  ['length of files', tooLong],
  ['format (prettier)', () => bin('prettier/bin/prettier.cjs', ['--check', '--log-level=warn', '.'])],
  ['format (clang-format)', clangFormat],
];

await main(async () => {
  await withLock(installDependencies);
  let failed = 0;
  for (const [name, check] of checks) {
    const complaints = check();
    console.log(`${complaints.length ? '✗' : '✓'} ${name}`);
    for (const complaint of complaints) console.error(complaint.replace(/^/gm, '    '));
    if (complaints.length) failed++;
  }
  return failed ? 1 : 0;
});
