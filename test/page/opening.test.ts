/** The page between its document, which has the first rows in it, and the script that draws all else. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { root } from '../../scripts/lib/paths.mjs';
import { cell, usePage } from './support.ts';

const PICTURES = join(root, '.cache/screenshots/page');
const GIB = 2 ** 30;

/** Loads the page again, as one that was never open, its script held up until `release`. */
async function heldUp(page: Page): Promise<{ readonly release: () => void }> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  await page.route('**/webview.js', async (route) => {
    await promise;
    await route.continue();
  });
  await page.addInitScript(() => sessionStorage.clear());
  await page.reload();
  return { release: () => resolve(undefined) };
}

const whole = async (page: Page): Promise<void> => {
  await page.locator('#page:not([aria-busy])').waitFor();
  await page.locator('.live').waitFor();
  await cell(page, 0, '').waitFor();
};
const firstByte = (page: Page) => page.locator('#first-rows [data-offset="0"]');
/** Where an element is. */
const box = (page: Page, selector: string) =>
  page.evaluate((at) => {
    const { left, width, top, bottom } = document.querySelector(at)?.getBoundingClientRect() ?? new DOMRect(NaN);
    return { left, middle: left + width / 2, height: (top + bottom) / 2 };
  }, selector);

describe('the opening of a page', () => {
  const inPage = usePage();
  before(() => void mkdirSync(PICTURES, { recursive: true }));

  for (const [scenario, size] of [
    ['busy', 4096],
    ['huge', 64 * GIB],
  ] as const)
    for (const width of [480, 1000, 1440])
      it(`has the rows of ${size} bytes where they stay, in ${width} pixels`, () =>
        inPage(scenario, async (page) => {
          await page.setViewportSize({ width, height: 760 });
          const { release } = await heldUp(page);
          await firstByte(page)
            .filter({ hasText: /^[0-9a-f]{2}$/ })
            .waitFor();
          assert.equal(await page.locator('main').getAttribute('aria-busy'), 'true');
          const [before, text] = [await box(page, '#first-rows [data-offset="0"]'), await box(page, '#first-rows b')];
          await page.screenshot({ path: join(PICTURES, `opening-${scenario}-${width}-first.png`) });
          release();
          await whole(page);
          await page.screenshot({ path: join(PICTURES, `opening-${scenario}-${width}-whole.png`) });
          const after = await box(page, '.bytes .row .cell[data-offset="0"]');
          assert.ok(Math.abs(before.middle - after.middle) <= 1, `${before.middle} and ${after.middle}`);
          assert.ok(Math.abs(before.height - after.height) <= 1.5, `${before.height} and ${after.height}`);
          const textAfter = await box(page, '#byte-rows .text');
          assert.ok(Math.abs(text.left - textAfter.left) <= 1, `${text.left} and ${textAfter.left}`);
        }));

  it('shows no rows where the page was before, or of long ago', () =>
    inPage('huge', async (page) => {
      // The page keeps its state a little after it is whole.
      await page.waitForFunction(() => sessionStorage.getItem('state') !== null);
      await page.route('**/webview.js', () => undefined);
      await page.reload();
      await page.locator('.columns.first').waitFor();
      assert.equal(await page.locator('#first-rows').count(), 0);
      await page.addInitScript(() => {
        sessionStorage.clear();
        const now = Date.now;
        Date.now = () => now() + 5000;
      });
      await page.reload();
      await page.locator('.columns.first').waitFor();
      assert.equal(await page.locator('#first-rows').count(), 0);
    }));

  it('says that the page could not be loaded, and shows nothing that would not move', () =>
    inPage('huge', async (page) => {
      await page.route('**/webview.js', (route) =>
        route.fulfill({ contentType: 'text/javascript', body: 'throw new TypeError("x")' }),
      );
      await page.addInitScript(() => sessionStorage.clear());
      await page.reload();
      await page.getByText('This page could not be loaded.').waitFor();
      assert.equal(await page.locator('#first-rows').count(), 0);
    }));
});
