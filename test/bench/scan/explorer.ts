/** The explorer with 5,000 objects, in VS Code itself: from the click on its icon to rows on the screen. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { root } from '../../../scripts/lib/paths.mjs';
import { findChromium } from '../../../scripts/setup/chromium.mjs';
import { serverMain } from '../../../scripts/setup/vscode.mjs';
import { launchChromium } from '../../../scripts/vscode/browser.mjs';
import { startServer } from '../../../scripts/vscode/server.mjs';
import type { Bar, Result } from '../bench.ts';
import { startLoad } from './load.ts';

const OBJECTS = 5000;
const PROCESSES = 500;
const MAPPINGS = 200;
/** A workbench that is still starting takes both cores of a small machine. */
const REST_MS = 4000;
const WAIT_MS = 30_000;
/** Segments stand below the groups. */
const ROW = '.sidebar [role="treeitem"][aria-level="2"]';

const icon = (page: Page, name: string): Locator =>
  page.locator('.activitybar [role="tab"]').filter({ has: page.locator(`.action-label[aria-label^="${name}"]`) });

/** The time in ms from pressing the mouse on `target` until a row has been drawn, by the page's own clock. */
async function untilRows(page: Page, target: Locator): Promise<number> {
  const drawn = await page.evaluateHandle(
    ([row, limit]) => {
      const result = new Promise<number>((resolve, reject) => {
        let pressed = NaN;
        const press = (): void => {
          pressed = performance.now();
        };
        document.addEventListener('pointerdown', press, { capture: true, once: true });
        const observer = new MutationObserver(() => {
          if (Number.isNaN(pressed) || document.querySelector(row) === null) return;
          observer.disconnect();
          // The frame after the one in which it came into the document.
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - pressed)));
        });
        observer.observe(document.body, { childList: true, subtree: true });
        setTimeout(() => reject(new Error(`no row within ${limit} ms`)), limit);
      });
      // A promise by itself would be waited for.
      return { result };
    },
    [ROW, WAIT_MS] as const,
  );
  await target.click();
  return await drawn.evaluate(({ result }) => result);
}

/** In a new window of a new server: [opened for the first time, opened again]. */
async function openTwice(browser: Browser): Promise<readonly [number, number]> {
  const data = mkdtempSync(join(tmpdir(), 'shmscope-bench-'));
  const folder = join(data, 'workspace');
  mkdirSync(folder);
  const server = await startServer({ data, extension: root, folder, env: { XDG_RUNTIME_DIR: data } });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    await page.goto(server.url);
    // It turns up when the extension host answers.
    await page.locator('#status\\.host').waitFor();
    await page.waitForTimeout(REST_MS);
    const first = await untilRows(page, icon(page, 'Shared Memory'));
    await icon(page, 'Explorer').click();
    await page.locator(ROW).first().waitFor({ state: 'hidden' });
    await page.waitForTimeout(1000);
    const again = await untilRows(page, icon(page, 'Shared Memory'));
    return [first, again];
  } finally {
    await context.close();
    await server.stop();
    rmSync(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

export async function explorer(rounds: number): Promise<Result[]> {
  if (!existsSync(serverMain) || !(await findChromium())) {
    return [{ what: 'explorer', text: "VS Code's server or Chromium could not be installed, so the explorer was not measured." }];
  }
  await using load = await startLoad(PROCESSES, MAPPINGS, OBJECTS);
  const browser = await launchChromium();
  const times: (readonly [number, number])[] = [];
  try {
    for (let round = 0; round < rounds; round++) times.push(await openTwice(browser));
  } finally {
    await browser.close();
  }
  const bar: Bar = { atMost: 500, of: 'ours' };
  const note = `${OBJECTS} POSIX objects and ${load.processes} processes that map 200 of them.`;
  return [
    {
      what: 'explorer, from the first click to rows',
      unit: 'ms',
      ours: times.map(([first]) => first),
      bar,
      note: `${note} The extension is loaded and activated within this time.`,
    },
    { what: 'explorer, opened again', unit: 'ms', ours: times.map(([, again]) => again), bar, note },
  ];
}
