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
  return `${url}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}

/**
 * Opens a page that runs the tests of `bundle` in a new extension host.
 * @param {import('playwright-core').Browser} browser
 * @param {string} url of the server, which has the smoke-test driver
 * @param {string} extension the unpacked extension that is tested
 * @param {string} bundle
 * @param {{ say: (line: string) => void, limit?: number }} options `say` gets all that the workbench logs; limit in ms
 * @returns {Promise<number>} 0 when run() resolved; negative when the page died or took too long
 */
export async function openTests(browser, url, extension, bundle, { say, limit = 15 * 60_000 }) {
  const context = await browser.newContext();
  const page = await context.newPage();
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  try {
    const ended = new Promise((resolve) => {
      page.once('crash', () => resolve(-2));
      page.once('close', () => resolve(-3));
      timer = setTimeout(() => resolve(-4), limit);
      void page.exposeFunction('codeAutomationExit', resolve);
    });
    await page.exposeFunction('codeAutomationLog', (type, args) =>
      say(`${type}: ${args.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(' ')}`),
    );
    await page.goto(testAddress(url, extension, bundle));
    return await ended;
  } finally {
    clearTimeout(timer);
    await context.close();
  }
}

/** Runs the host suite in the extension host of VS Code's own server: a page in Chromium is the workbench. */
export async function runInServer() {
  const results = recordsFile('host');
  const data = mkdtempSync(join(tmpdir(), 'shmscope-host-'));
  const folder = join(data, 'workspace');
  mkdirSync(folder);
  mkdirSync(logs, { recursive: true });
  const log = createWriteStream(join(logs, 'host-workbench.log'));
  atEnd(() => rmSync(data, { recursive: true, force: true, maxRetries: 5 }));
  const server = await startServer({
    data,
    extension: root,
    folder,
    smokeTestDriver: true,
    // Its sockets go with the folder.
    env: { ...hostEnvironment('host', results), XDG_RUNTIME_DIR: data },
  });
  const browser = await launchChromium();
  let code = -1;
  try {
    code = await openTests(browser, server.url, root, hostBundle, {
      say: (line) => {
        log.write(`${line}\n`);
        // The workbench logs much of its own; what the reporter says is for the person who waits.
        const at = line.indexOf(spoken);
        if (at >= 0) console.log(line.slice(at + spoken.length));
      },
    });
  } finally {
    await browser.close();
    await server.stop();
  }
  const records = readRecords(results);
  rmSync(results, { force: true });
  const result = judge('host', records, code);
  return result.crash ? { ...result, crash: `${result.crash}; .cache/logs/host-workbench.log tells more` } : result;
}
