import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { apt, canInstall } from '../lib/apt.mjs';
import { Failure } from '../lib/failure.mjs';
import { cache, node24, root, toolEnvironment } from '../lib/paths.mjs';
import { run, step } from '../lib/steps.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const playwrightBrowsers = join(cache, 'playwright');

/** With a home in the cache, so that it leaves nothing in the user's. */
export function chromiumEnvironment() {
  const home = join(cache, 'chromium-home');
  mkdirSync(home, { recursive: true });
  return { ...toolEnvironment(), HOME: home, XDG_CONFIG_HOME: join(home, '.config'), XDG_CACHE_HOME: join(home, '.cache') };
}

/** Whether it starts at all: Ubuntu's package is a stub that asks for snap. @param {string} file */
function starts(file) {
  try {
    return /Chrom/.test(
      execFileSync(file, ['--version'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        timeout: 20_000,
        env: chromiumEnvironment(),
      }),
    );
  } catch {
    return false;
  }
}

function onPath() {
  const folders = (process.env.PATH ?? '').split(':').filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file) && starts(file));
}

/** Playwright's own download, if it is there. */
async function downloaded() {
  process.env.PLAYWRIGHT_BROWSERS_PATH = playwrightBrowsers;
  const { chromium } = await import('playwright-core');
  const file = chromium.executablePath();
  return existsSync(file) && starts(file) ? file : undefined;
}

/** The Chromium or Chrome of this machine. @returns {Promise<string | undefined>} */
export async function findChromium() {
  return onPath() ?? (await downloaded());
}

/** Debian's chromium, and a small font for Chinese text, so that the screenshots show what a desktop would. */
async function fromApt() {
  await apt('apt-update', 'update').catch(() => {}); // the lists that are there may do
  await apt('apt-chromium', 'install', '-y', '--no-install-recommends', 'chromium');
  await apt('apt-font', 'install', '-y', '--no-install-recommends', 'fonts-wqy-microhei').catch(() => {});
}

const fromPlaywright = () =>
  run('playwright', node24, [join(root, 'node_modules/playwright-core/cli.js'), 'install', 'chromium'], {
    env: { ...toolEnvironment(), PLAYWRIGHT_BROWSERS_PATH: playwrightBrowsers },
    sentence: () => 'the download failed',
  });

/** Debian's package when root with apt; else what is on PATH; else Playwright's own download. @returns {Promise<string>} */
export async function installChromium() {
  if (canInstall() && !starts('/usr/bin/chromium')) await step("Installing Debian's chromium package", fromApt).catch(() => {});
  const present = await findChromium();
  if (present) return present;
  await step("Downloading Playwright's Chromium", fromPlaywright).catch(() => {});
  const file = await downloaded();
  if (file) return file;
  throw new Failure(
    'The host and ui suites need a Chromium: install the package chromium (Debian, Fedora, Arch) or Google Chrome so that it is on PATH, then run the command again.',
  );
}
