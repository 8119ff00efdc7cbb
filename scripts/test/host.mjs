import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from '../lib/children.mjs';
import { logs, root } from '../lib/paths.mjs';
import { launchChromium } from '../vscode/browser.mjs';
import { startServer } from '../vscode/server.mjs';
import { hostBundle } from './host-bundle.mjs';
import { mochaArguments, recordsFile } from './mocha.mjs';
import { judge, readRecords } from './results.mjs';

/** Stands before each line of the reporter in the extension host. */
const spoken = '[test] ';

/** What test/host/index.ts is told. @param {string} suite @param {string} results */
export function hostEnvironment(suite, results) {
  const grep = mochaArguments.indexOf('--grep');
  return {
    SHMSCOPE_CHECKOUT: root,
    SHMSCOPE_SUITE: suite,
    SHMSCOPE_RESULTS: results,
    SHMSCOPE_SPOKEN: spoken,
    ...(grep >= 0 ? { SHMSCOPE_GREP: mochaArguments[grep + 1] } : {}),
  };
}

/** An address that makes the workbench run the host tests, for the server's smoke-test driver. @param {string} url @param {string} extension @param {string} tests */
function testAddress(url, extension, tests) {
  const remote = (path) => `vscode-remote://remote${path}`;
  const payload = [
    ['extensionDevelopmentPath', remote(extension)],
    ['extensionTestsPath', remote(tests)],
  ];
  return `${url}?payload=${encodeURIComponent(JSON.stringify(payload))}`;
}

/**
 * Runs the bundled host tests in the extension host of VS Code's own server: a page in Chromium is the workbench.
 * @param {object} [options]
 * @param {string} [options.suite]
 * @param {string} [options.bundle] the tests
 * @param {string} [options.extension] the unpacked extension that is tested, default: the checkout
 * @param {number} [options.limit] ms for all of it
 */
export async function runInServer({ suite = 'host', bundle = hostBundle, extension = root, limit = 15 * 60_000 } = {}) {
  const results = recordsFile(suite);
  const data = mkdtempSync(join(tmpdir(), 'shmscope-host-'));
  const folder = join(data, 'workspace');
  mkdirSync(folder);
  const log = createWriteStream(join(logs, `${suite}-workbench.log`));
  atEnd(() => rmSync(data, { recursive: true, force: true, maxRetries: 5 }));
  const server = await startServer({ data, extension, folder, smokeTestDriver: true, env: hostEnvironment(suite, results) });
  const browser = await launchChromium();
  let code = -1;
  try {
    const page = await browser.newPage();
    const ended = new Promise((resolve) => {
      void page.exposeFunction('codeAutomationLog', (type, args) => {
        const text = args.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(' ');
        log.write(`${type}: ${text}\n`);
        // The workbench logs much of its own; what the reporter and a failing run() say is for the person who waits.
        const at = text.indexOf(spoken);
        if (at >= 0) console.log(text.slice(at + spoken.length));
      });
      void page.exposeFunction('codeAutomationExit', resolve);
      page.once('crash', () => resolve(-2));
      page.once('close', () => resolve(-3));
      setTimeout(() => resolve(-4), limit).unref();
    });
    await page.goto(testAddress(server.url, extension, bundle));
    code = await ended;
  } finally {
    await browser.close();
    await server.stop();
  }
  const records = readRecords(results);
  rmSync(results, { force: true });
  const result = judge(suite, records, code);
  return result.crash ? { ...result, crash: `${result.crash}; .cache/logs/${suite}-workbench.log tells more` } : result;
}
