/** The explorer with 5,000 objects, in VS Code itself: from the click on its icon, and from a key in its filter, to rows on the screen. */
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

interface Watched {
  readonly event: 'pointerdown' | 'keydown';
  /** Each row that can be seen holds it. */
  readonly text: string;
}

/** The time in ms from the user's doing until there are rows and all hold the text, drawn, by the page's own clock. */
async function untilDrawn(page: Page, { event, text }: Watched, act: () => Promise<void>): Promise<number> {
  const drawn = await page.evaluateHandle(
    ([name, row, wanted, limit]) => {
      const result = new Promise<number>((resolve, reject) => {
        let began = NaN;
        document.addEventListener(name, () => (began = performance.now()), { capture: true, once: true });
        const observer = new MutationObserver(() => {
          const rows = [...document.querySelectorAll(row)];
          if (Number.isNaN(began) || rows.length === 0 || !rows.every((one) => one.textContent.includes(wanted))) return;
          observer.disconnect();
          // A message that is sent before a frame is drawn arrives after it.
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => resolve(performance.now() - began);
          requestAnimationFrame(() => port2.postMessage(undefined));
        });
        observer.observe(document.body, { childList: true, subtree: true, characterData: true });
        setTimeout(() => reject(new Error(`the rows were not there within ${limit} ms`)), limit);
      });
      // A promise by itself would be waited for.
      return { result };
    },
    [event, ROW, text, WAIT_MS] as const,
  );
  await act();
  return await drawn.evaluate(({ result }) => result);
}

/** Times of single keystrokes in the filter, each of which leaves less than the one before. */
async function typeFilter(page: Page, digits: string): Promise<number[]> {
  await page.keyboard.press('F1');
  await page.keyboard.type('>Shared Memory: Filter');
  await page.locator('.quick-input-widget:visible [role="option"]', { hasText: 'Shared Memory: Filter…' }).first().click();
  await page.locator('.quick-input-widget:visible', { hasText: 'Filter Segments' }).waitFor();
  // All names of the load hold it.
  await page.keyboard.type('-');
  await page.waitForTimeout(500);
  const times: number[] = [];
  for (let typed = 0; typed < digits.length; typed++) {
    const text = `-${digits.slice(0, typed + 1)}`;
    times.push(await untilDrawn(page, { event: 'keydown', text }, () => page.keyboard.press(digits.charAt(typed))));
    await page.waitForTimeout(300);
  }
  return times;
}

interface Times {
  readonly first: number;
  readonly again: number;
  readonly keys: readonly number[];
}

/** In a new window of a new server. */
async function useExplorer(browser: Browser, digits: string): Promise<Times> {
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
    const open = (): Promise<number> =>
      untilDrawn(page, { event: 'pointerdown', text: '' }, () => icon(page, 'Shared Memory').click());
    const first = await open();
    await icon(page, 'Explorer').click();
    await page.locator(ROW).first().waitFor({ state: 'hidden' });
    await page.waitForTimeout(1000);
    const again = await open();
    return { first, again, keys: await typeFilter(page, digits) };
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
  // Typed after a '-': the objects are numbered. One that begins the pid, which stands after a '-' too, would be in all names.
  const digits = String(load.pid).startsWith('4') ? '3421' : '4321';
  const browser = await launchChromium();
  const times: Times[] = [];
  try {
    for (let round = 0; round < rounds; round++) times.push(await useExplorer(browser, digits));
  } finally {
    await browser.close();
  }
  const bar: Bar = { atMost: 500, of: 'ours' };
  const note = `${OBJECTS} POSIX objects and ${load.processes} processes that map 200 of them.`;
  return [
    {
      what: 'explorer, from the first click to rows',
      unit: 'ms',
      ours: times.map(({ first }) => first),
      bar,
      note: `${note} The extension is loaded and activated within this time.`,
    },
    { what: 'explorer, opened again', unit: 'ms', ours: times.map(({ again }) => again), bar, note },
    {
      what: 'explorer, from a key in the filter to its rows',
      unit: 'ms',
      ours: times.flatMap(({ keys }) => keys),
      bar: { atMost: 100, of: 'ours' },
      note: `${note} Each key leaves fewer rows than the one before.`,
    },
  ];
}
