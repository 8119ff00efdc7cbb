import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { atEnd } from '../lib/children.mjs';
import { Failure } from '../lib/failure.mjs';
import { cache, toolEnvironment } from '../lib/paths.mjs';
import { findChromium } from '../setup/chromium.mjs';

/** Starts the machine's Chromium without a window. Its home is in the cache, so that it leaves nothing in the user's. */
export async function launchChromium() {
  const executablePath = await findChromium();
  if (!executablePath) throw new Failure('No Chromium was found: npm test installs one.');
  const home = join(cache, 'chromium-home');
  mkdirSync(home, { recursive: true });
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({
    executablePath,
    env: { ...toolEnvironment(), HOME: home, XDG_CONFIG_HOME: join(home, '.config'), XDG_CACHE_HOME: join(home, '.cache') },
    // root has no sandbox of its own, and a container's /dev/shm is often too small for the renderers.
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-dev-shm-usage'],
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  atEnd(() => browser.close().catch(() => {}));
  return browser;
}
