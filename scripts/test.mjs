import './lib/host.mjs';
import { Failure, report } from './lib/failure.mjs';
import { main } from './lib/main.mjs';
import { setUp } from './setup/index.mjs';
import { installChromium } from './setup/chromium.mjs';
import { installCompilers } from './setup/compilers.mjs';
import { unpackHeaders } from './setup/headers.mjs';
import { installVsCode } from './setup/vscode.mjs';
import { runInDesktop } from './test/desktop.mjs';
import { bundleHostTests } from './test/host-bundle.mjs';
import { runInServer } from './test/host.mjs';
import { buildSanitized, buildThreaded } from './setup/sanitized.mjs';
import { leftovers, named, sharedMemory } from './test/leftovers.mjs';
import { mochaArguments, runInNode } from './test/mocha.mjs';
import { runUnderAddressSanitizer, runUnderThreadSanitizer } from './test/sanitizers.mjs';
import { summarize } from './test/results.mjs';

async function workbenchSetUp() {
  await installVsCode();
  await installChromium();
}

async function hostSetUp() {
  await workbenchSetUp();
  await bundleHostTests();
}

async function unitSetUp() {
  await installCompilers();
  await unpackHeaders();
}

/** name -> how it is run. @type {Record<string, { run: () => Promise<import('./test/results.mjs').SuiteResult>, setUp?: () => Promise<void> }>} */
const suites = {
  unit: { setUp: unitSetUp, run: () => runInNode('unit', { timeout: 10_000 }) },
  native: { run: () => runInNode('native', { timeout: 30_000 }) },
  host: { setUp: hostSetUp, run: () => runInServer() },
  ui: { setUp: workbenchSetUp, run: () => runInNode('ui', { timeout: 60_000, folders: ['page', 'ui'] }) },
  asan: { setUp: buildSanitized, run: runUnderAddressSanitizer },
  tsan: { setUp: buildThreaded, run: runUnderThreadSanitizer },
  desktop: { setUp: bundleHostTests, run: runInDesktop },
};

const onlyWhenAsked = new Set(['asan', 'tsan', 'desktop']);

/** Splits `unit native --grep x` into names of suites and arguments for mocha. */
function choose() {
  const given = process.argv.slice(2);
  const first = given.findIndex((argument) => argument.startsWith('-'));
  const names = first < 0 ? given : given.slice(0, first);
  if (first >= 0) mochaArguments.push(...given.slice(first));
  const unknown = names.filter((name) => !(name in suites));
  if (unknown.length) throw new Failure(`There is no suite '${unknown[0]}': choose from ${Object.keys(suites).join(', ')}.`);
  return names.length ? names : Object.keys(suites).filter((name) => !onlyWhenAsked.has(name));
}

/** @param {string} name @returns {Promise<import('./test/results.mjs').SuiteResult>} */
async function run(name) {
  try {
    return await suites[name].run();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    report(error);
    return { suite: name, records: [], crash: `did not run: ${error.message}` };
  }
}

await main(async () => {
  const chosen = choose();
  await setUp(async () => {
    for (const name of chosen) await suites[name].setUp?.();
  });
  const before = sharedMemory();
  const results = [];
  for (const name of chosen) {
    console.log(`\n── ${name} ──`);
    results.push(await run(name));
  }
  const left = await leftovers(before);
  if (left.length) results.push({ suite: 'leftovers', records: [], crash: `left ${named(left)}` });
  const { lines, failed } = summarize(results);
  console.log(lines.join('\n'));
  return failed ? 1 : 0;
});
