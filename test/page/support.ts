/** What the tests of the page share. */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { findChromium } from '../../scripts/setup/chromium.mjs';
import { skipBecause } from '../support/skip.ts';
import { Harness, type Screen } from './harness.ts';

/** The value at an offset; where it is to have a name, that one, or any where it is ''. */
export const cell = (page: Page, offset: number, name?: string): Locator => {
  const named = name === undefined ? '' : name === '' ? '[aria-label]' : `[aria-label="${name}"]`;
  return page.locator(`[role="gridcell"][data-offset="${offset}"]${named}`);
};
export const field = (page: Page, path: string): Locator => page.locator(`[role="row"][data-path="${path}"]`);
export const value = (page: Page, path: string): Locator => field(page, path).locator('[data-value]');
export const goTo = (page: Page, offset: number) =>
  page.evaluate((to) => window.testHost.post({ type: 'goTo', offset: to }), offset);
/** A number for all pixels of the canvas. */
export const pixels = (page: Page) =>
  page.locator('.bytes canvas').evaluate((canvas) => {
    if (!(canvas instanceof HTMLCanvasElement)) return 0;
    const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? new Uint8ClampedArray();
    return data.reduce((sum, value) => (Math.imul(sum, 31) + value) | 0, 7);
  });
/** Drawing follows the next animation frame, so a count is waited for. */
export const selects = (page: Page, count: number) =>
  page.waitForFunction((wanted) => document.querySelectorAll('.cell.selected').length === wanted, count, { timeout: 5000 });
export const written = (page: Page) => page.evaluate(() => [...window.testHost.written]);

/**
 * Starts a browser for a describe block; what it returns runs a test in a new page, and the page's own errors and refused messages
 * fail it.
 */
export function usePage(screen?: Screen): (scenario: string, test: (page: Page) => Promise<void>) => Promise<void> {
  let harness: Harness;

  before(async function () {
    this.timeout(30_000);
    if ((await findChromium()) === undefined) skipBecause(this, 'there is no Chromium on this machine');
    harness = await Harness.start(screen?.scale);
  });

  after(async () => {
    await harness?.stop();
  });

  return async (scenario, test) => {
    const { page, errors } = await harness.open(scenario, undefined, undefined, undefined, screen);
    try {
      // The bytes are there before all else.
      await page.locator('#page:not([aria-busy])').waitFor();
      await cell(page, 0, '').waitFor();
      await test(page);
      assert.deepEqual(errors, []);
      assert.deepEqual(await page.evaluate(() => window.testHost.refused), []);
    } finally {
      await page.context().close();
    }
  };
}
