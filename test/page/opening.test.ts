/** The page between its first frame, which shows bytes only, and the script that brings all else. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { cell, usePage } from './support.ts';

/** Loads the page again, whose second script waits for `release`. */
async function heldUp(page: Page): Promise<{ readonly release: () => void }> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  await page.route('**/rest.js', async (route) => {
    await promise;
    await route.continue();
  });
  await page.reload();
  return { release: () => resolve(undefined) };
}

const whole = (page: Page) => page.locator('#page:not([aria-busy])').waitFor();
const place = async (page: Page) => await page.locator('.bytes canvas').boundingBox();

describe('the opening of a page', () => {
  const inPage = usePage();

  it('shows bytes that live before the rest is there', () =>
    inPage('busy', async (page) => {
      const { release } = await heldUp(page);
      await cell(page, 0)
        .filter({ hasText: /[0-9a-f]{2}/ })
        .waitFor();
      assert.equal(await page.locator('.live').count(), 0);
      assert.equal(await page.locator('main').getAttribute('aria-busy'), 'true');
      release();
      await whole(page);
      await page.locator('.live').waitFor();
    }));

  for (const width of [480, 1000, 1440])
    it(`has the bytes where they stay, in ${width} pixels`, () =>
      inPage('huge', async (page) => {
        await page.setViewportSize({ width, height: 760 });
        const { release } = await heldUp(page);
        await cell(page, 0)
          .filter({ hasText: /[0-9a-f]{2}/ })
          .waitFor();
        const before = await place(page);
        release();
        await whole(page);
        await page.locator('.live').waitFor();
        const after = await place(page);
        assert.equal(after?.x, before?.x);
        assert.ok(Math.abs((after?.y ?? 0) - (before?.y ?? NaN)) <= 1, `${after?.y} after ${before?.y}`);
      }));

  it('says that the controls could not be loaded', () =>
    inPage('huge', async (page) => {
      const errors: Error[] = [];
      page.on('pageerror', (error) => errors.push(error));
      await page.route('**/rest.js', (route) =>
        route.fulfill({ contentType: 'text/javascript', body: 'throw new TypeError("x")' }),
      );
      await page.reload();
      await page.getByText('The controls of this page could not be loaded.').waitFor();
      await cell(page, 0)
        .filter({ hasText: /[0-9a-f]{2}/ })
        .waitFor();
      assert.deepEqual(errors, []);
    }));
});
