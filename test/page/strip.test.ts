import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { cell, usePage } from './support.ts';

const SIZE = 64 * 2 ** 30;
const strip = (page: Page): Locator => page.getByRole('slider', { name: 'Overview of the segment' });
const text = (page: Page, wanted: RegExp) =>
  page.waitForFunction(
    (source) => new RegExp(source).test(document.querySelector('.strip [role=slider]')?.getAttribute('aria-valuetext') ?? ''),
    wanted.source,
    { timeout: 10_000 },
  );
const box = async (page: Page) => (await strip(page).boundingBox()) ?? assert.fail('the strip is not there');
/** The first offset that is shown, which the slider's value is. */
const top = async (page: Page): Promise<number> => Number(await strip(page).getAttribute('aria-valuenow'));
/** Distinct colours in the strip's column `x` (a part of its width) at `y` (a part of its height), as 'r,g,b,a'. */
const pixel = (page: Page, x: number, y: number) =>
  page.evaluate(
    ([x, y]) => {
      const canvas = document.querySelector<HTMLCanvasElement>('.strip canvas');
      if (!canvas) return '';
      const context = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
      context?.drawImage(canvas, 0, 0);
      const data = context?.getImageData(Math.floor(x * canvas.width), Math.floor(y * canvas.height), 1, 1).data;
      return data ? [...data].join() : '';
    },
    [x, y] as const,
  );
const EMPTY = '0,0,0,0';
const views = (page: Page) =>
  page.evaluate(() => window.testHost.sent.flatMap((message) => (message.type === 'view' ? [message.view.cells] : [])));

describe('the overview strip', () => {
  const inPage = usePage();

  it('asks for a cell for each pixel, and for none while it is hidden, which a reload remembers', () =>
    inPage('huge', async (page) => {
      const { height } = await box(page);
      assert.deepEqual(await views(page).then((all) => all.at(-1)), Math.floor(height));
      await page.getByRole('button', { name: /Changes/ }).click();
      await page.getByRole('menuitemcheckbox', { name: 'Overview strip' }).click();
      await strip(page).waitFor({ state: 'hidden' });
      await page.waitForFunction(() => window.testHost.cells === 0);
      await page.waitForTimeout(500);
      await page.reload();
      await cell(page, 0, '').waitFor();
      assert.equal(await strip(page).isVisible(), false);
      assert.ok((await views(page)).every((cells) => cells === 0));
    }));

  it('scrolls by click, drag, wheel and keys, and says where the view is', () =>
    inPage('huge', async (page) => {
      const { x, y, width, height } = await box(page);
      const cellBytes = SIZE / height;
      await page.mouse.move(x + width / 2, y + height / 2);
      await page.mouse.down();
      await text(page, /^view at 0x8\w{8} of 64 GiB|^view at 0x7f\w{7} /);
      await page.mouse.move(x + width / 2, y + height * 0.75);
      await page.mouse.up();
      await text(page, /^view at 0x(bf|c0)\w{7} of 64 GiB/);
      assert.ok(Math.abs((await top(page)) - SIZE * 0.75) < 2 * cellBytes);
      const before = await top(page);
      await page.mouse.wheel(0, 400);
      await page.waitForFunction(
        (at) => document.querySelector('.strip [role=slider]')?.getAttribute('aria-valuenow') !== String(at),
        before,
      );
      assert.ok((await top(page)) > before && (await top(page)) < before + 10_000, 'the wheel moves by rows');
      await strip(page).focus();
      await page.keyboard.press('End');
      await cell(page, SIZE - 1, '').waitFor();
      await page.keyboard.press('Home');
      await text(page, /^view at 0x0 of/);
      await page.keyboard.press('ArrowDown');
      await page.waitForFunction(() => document.querySelector('.strip [role=slider]')?.getAttribute('aria-valuenow') !== '0');
      assert.ok(Math.abs((await top(page)) - cellBytes) <= 16);
    }));

  it('shows what holds memory and what changes, which cools down', () =>
    inPage('huge', async (page) => {
      await text(page, /2 parts changing/);
      const cold = await pixel(page, 0.5, 0.2);
      assert.notEqual(cold, EMPTY);
      assert.notEqual(await pixel(page, 0.5, 0.12), cold, 'a part that changes');
      assert.equal(await pixel(page, 0.5, 0.5), EMPTY, 'a part that holds nothing');
      await page.evaluate(() => (window.testHost.stripping = false));
      await text(page, /nothing changing/);
      assert.equal(await pixel(page, 0.5, 0.12), cold, 'it has cooled down');
    }));

  it('tells what is under the pointer', () =>
    inPage('huge', async (page) => {
      await text(page, /parts changing/);
      const { x, y, width, height } = await box(page);
      const tip = page.locator('.strip-tip');
      const says = (at: number, what: RegExp) =>
        page.mouse.move(x + width / 2, y + height * at).then(() => tip.filter({ hasText: what }).waitFor());
      await says(0.12, /^0x1\w+ – 0x1\w+\s+holds memory, chang\w+( \d s ago)?\s+looked at every 1\.2 s$/);
      await says(0.5, /holds no memory\s+looked at/);
      await says(0.8, /holds memory in part/);
      await page.mouse.move(x - 200, y + 50);
      await tip.waitFor({ state: 'hidden' });
    }));

  it('takes the colours of another theme', () =>
    inPage('huge', async (page) => {
      await text(page, /parts changing/);
      const before = await pixel(page, 0.5, 0.2);
      await page.evaluate(() => document.documentElement.style.setProperty('--vscode-charts-blue', '#ff0000'));
      for (const until = Date.now() + 5000; (await pixel(page, 0.5, 0.2)) === before && Date.now() < until;)
        await page.waitForTimeout(50);
      assert.match(await pixel(page, 0.5, 0.2), /^25\d,0,0,/);
    }));

  it('is not drawn again while nothing changes', () =>
    inPage('sparse', async (page) => {
      await text(page, /nothing changing/);
      assert.equal(await pixel(page, 0.5, 0.5), EMPTY);
      await page.evaluate(() => {
        const { prototype } = ImageBitmapRenderingContext;
        const show = Reflect.get(prototype, 'transferFromImageBitmap');
        prototype.transferFromImageBitmap = function (...args) {
          document.body.dataset['drawn'] = 'yes';
          show.apply(this, args);
        };
      });
      const drawn = () => page.evaluate(() => document.body.dataset['drawn']);
      await page.waitForTimeout(1000);
      assert.equal(await drawn(), undefined);
      await strip(page).press('End');
      await page.waitForFunction(() => document.body.dataset['drawn'] === 'yes');
    }));

  it('shows a segment of fewer bytes than pixels, which changed once and then never', () =>
    inPage('tiny', async (page) => {
      await text(page, /^view at 0x0 of 36 B, 1 part changing/);
      const { x, y, width, height } = await box(page);
      await page.mouse.move(x + width / 2, y + height - 2);
      await page
        .locator('.strip-tip')
        .filter({ hasText: /^0x23\s+holds memory\s/ })
        .waitFor();
      await text(page, /nothing changing/);
    }));

  it('keeps what it knew of a segment that is gone, and shows no heat', () =>
    inPage('huge', async (page) => {
      await text(page, /parts changing/);
      await page.evaluate(() => window.testHost.setStatus({ phase: 'gone' }));
      await text(page, /nothing changing/);
      assert.notEqual(await pixel(page, 0.5, 0.2), EMPTY);
    }));

  it('shows only the view where nothing is known', () =>
    inPage('student', async (page) => {
      await text(page, /^view at 0x0 of 36 B$/);
      assert.equal(await page.evaluate(() => window.testHost.cells > 0), true);
    }));
});
