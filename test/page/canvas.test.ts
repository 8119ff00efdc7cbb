/** What stands on the canvas of the bytes, by its pixels. */
import assert from 'node:assert/strict';
import { cell, goTo, pixels, selects, usePage } from './support.ts';

describe('the canvas of the bytes', () => {
  const inPage = usePage();

  it('look the same whether few rows are drawn or all', () =>
    inPage('market', async (page) => {
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.getByRole('button', { name: 'Resume' }).waitFor();
      await page.locator('.changed').first().waitFor({ state: 'detached' });
      for (const [from, to] of [
        [0x44, 0x46],
        [0x68, 0xc2],
        [0x21, 0x22],
      ] as const) {
        await cell(page, from).click();
        await cell(page, to).click({ modifiers: ['Shift'] });
        await selects(page, to - from + 1);
        await page.mouse.move(5, 5);
        await page.locator('.cell.hovered').first().waitFor({ state: 'detached' });
        const inParts = await pixels(page);
        // What is taken for another theme is drawn as a whole.
        await page.evaluate(() => document.documentElement.style.setProperty('--vscode-none', String(Math.random())));
        await page.waitForTimeout(200);
        assert.equal(await pixels(page), inParts, `from ${from} to ${to}`);
      }
    }));

  it('equal the canvas: both change with the bytes, and both stand still with them', () =>
    inPage('student', async (page) => {
      const before = await pixels(page);
      assert.equal(await pixels(page), before);
      await page.evaluate(() => {
        window.testHost.written.set(7, 0xab);
        window.testHost.frame();
      });
      await cell(page, 7, 'ab').waitFor();
      const changed = await pixels(page);
      assert.notEqual(changed, before);
      await page.locator('.cell.changed').waitFor({ state: 'detached' });
      assert.notEqual(await pixels(page), changed, 'the mark fades on the canvas too');
    }));

  it('hatch memory that is not held in parts of rows too, and say what is below the pointer', () =>
    inPage('mapped', async (page) => {
      assert.equal(await cell(page, 0x57).getAttribute('aria-label'), '66');
      assert.equal(await cell(page, 0x58).getAttribute('aria-label'), '··');
      assert.equal(await cell(page, 0x6b).getAttribute('aria-label'), '··');
      assert.notEqual(await cell(page, 0x6c).getAttribute('aria-label'), '··');
      await cell(page, 0x21).hover();
      await page.locator('#byte-rows[title*="offset 0x21 (33)"][title*="holds e9"]').waitFor();
      await goTo(page, 0x1000);
      await page.locator('.hole-text', { hasText: 'no memory held: 0x1000 – 0x1fff' }).waitFor({ state: 'attached' });
    }));

  it('show the stripes of memory that is not held through its marks, in whole rows and in parts', () =>
    inPage('mapped', async (page) => {
      /** The colours above the digits of the value at `offset`. */
      const above = async (offset: number) =>
        new Set(
          await cell(page, offset).evaluate((element) => {
            const canvas = document.querySelector('.bytes canvas');
            if (!(canvas instanceof HTMLCanvasElement)) return [];
            const [box, whole] = [element.getBoundingClientRect(), canvas.getBoundingClientRect()];
            const image = canvas.getContext('2d')?.getImageData(box.left - whole.left, box.top - whole.top + 1, box.width, 3);
            return [...new Uint32Array(image?.data.buffer ?? new ArrayBuffer())];
          }),
        );
      for (const offset of [0x5a, 0x1024]) {
        await goTo(page, offset + 2);
        await page.locator(`.cell.selected[data-offset="${offset + 2}"]`).waitFor();
        await page.mouse.move(0, 0);
        await page.locator('.cell.hovered').first().waitFor({ state: 'detached' });
        const plain = await above(offset);
        await cell(page, offset).hover();
        await page.locator(`.cell.hovered[data-offset="${offset}"]`).waitFor();
        const marked = await above(offset);
        assert.ok(plain.size > 1, 'there are stripes');
        assert.ok(marked.size > 1, 'there still are');
        assert.ok(
          [...marked].every((colour) => !plain.has(colour)),
          'in other colours',
        );
      }
    }));

  it('follow the theme and the font', () =>
    inPage('student', async (page) => {
      const before = await pixels(page);
      await page.evaluate(() => document.documentElement.style.setProperty('--vscode-editor-background', '#ffffff'));
      await page.waitForFunction(() => {
        const canvas = document.querySelector('.bytes canvas');
        if (!(canvas instanceof HTMLCanvasElement)) return false;
        return canvas.getContext('2d')?.getImageData(2, 2, 1, 1).data[0] === 255;
      });
      assert.notEqual(await pixels(page), before);
      const width = async () => (await cell(page, 0).boundingBox())?.width ?? 0;
      const narrow = await width();
      await page.evaluate(() => document.documentElement.style.setProperty('--vscode-editor-font-size', '24px'));
      await page.waitForFunction(
        (less) => (document.querySelector('#byte-rows .cell')?.getBoundingClientRect().width ?? 0) > less * 1.4,
        narrow,
      );
      await cell(page, 33).click();
      await page.locator('.cell.selected[data-offset="33"]').waitFor();
    }));
});
