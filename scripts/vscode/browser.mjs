import { atEnd } from '../lib/children.mjs';
import { Failure } from '../lib/failure.mjs';
import { chromiumEnvironment, findChromium } from '../setup/chromium.mjs';

/** Starts the machine's Chromium without a window. @param {readonly string[]} [more] arguments for it */
export async function launchChromium(more = []) {
  const executablePath = await findChromium();
  if (!executablePath) throw new Failure('No Chromium was found: npm test installs one.');
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({
    executablePath,
    env: chromiumEnvironment(),
    // root has no sandbox of its own, and a container's /dev/shm is often too small for the renderers.
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-dev-shm-usage', ...more],
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  atEnd(() => browser.close().catch(() => {}));
  return browser;
}
