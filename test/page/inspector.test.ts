import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { cell, selects, usePage, written } from './support.ts';

const reading = (page: Page, id: string) => page.locator(`[data-reading="${id}"]`);
const value = (page: Page, id: string) => reading(page, id).locator('[data-value]');
const shows = (page: Page, id: string, text: string) =>
  page.waitForFunction(
    ([wanted, expected]) =>
      document.querySelector<HTMLElement>(`[data-reading="${wanted}"] [data-value]`)?.dataset['value'] === expected,
    [id, text],
  );

describe('the inspector', () => {
  const inPage = usePage();
  const open = async (page: Page, offset: number) => {
    await cell(page, offset).click();
    await page.keyboard.press('Shift+Alt+I');
    await page.getByRole('grid', { name: 'Inspector' }).waitFor();
  };

  it('reads the bytes at the cursor in every type, in the byte order that was chosen', () =>
    inPage('student', async (page) => {
      await open(page, 32);
      await shows(page, 'u32', '20');
      await page.locator('.header vscode-single-select').first().click();
      await page.getByRole('option', { name: 'big-endian' }).click();
      await shows(page, 'u32', String(20 * 2 ** 24));
      await page.locator('.inspector-head', { hasText: 'age' }).waitFor();
      assert.equal(await value(page, 'u64').getAttribute('data-value'), '', 'only four bytes are left');
    }));

  it('follows the frames, and tells the same as the bytes do', () =>
    inPage('market', async (page) => {
      await open(page, 0x30);
      const seen = await page.evaluate(async () => {
        const values = new Set<string>();
        const wrong: string[] = [];
        for (let i = 0; i < 30; i++) {
          await new Promise(requestAnimationFrame);
          const shown = document.querySelector<HTMLElement>('[data-reading="u64"] [data-value]')?.dataset['value'] ?? '';
          const bytes = Array.from({ length: 8 }, (_, at) => document.querySelector(`[data-offset="${0x37 - at}"]`)?.ariaLabel);
          if (BigInt(`0x${bytes.join('')}`) !== BigInt(shown)) wrong.push(`${shown} ${bytes.join('')}`);
          values.add(shown);
        }
        return { wrong, count: values.size };
      });
      assert.deepEqual(seen.wrong, []);
      assert.ok(seen.count > 3);
    }));

  it('shows no value where no memory is held', () =>
    inPage('market', async (page) => {
      await open(page, 0x150);
      await page.locator('.inspector-head', { hasText: 'no memory is held here' }).waitFor();
      assert.equal(await value(page, 'u8').getAttribute('data-value'), '');
    }));

  it('stores what is typed, after a check, where the cursor was', () =>
    inPage('student', async (page) => {
      await open(page, 32);
      await shows(page, 'u32', '20');
      for (let i = 0; i < 2; i++) await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      const input = page.getByRole('textbox', { name: 'Value as u16' });
      await input.fill('70000');
      await page.getByRole('alert').filter({ hasText: 'does not fit' }).waitFor();
      await page.keyboard.press('Enter');
      assert.deepEqual(await written(page), []);
      await input.fill('0x102');
      await page.keyboard.press('Enter');
      await cell(page, 33, '01').waitFor();
      assert.deepEqual(await written(page), [
        [32, 2],
        [33, 1],
      ]);
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Inspector');
    }));

  it('keeps what was typed when the write fails, and Escape gives it up', () =>
    inPage('student', async (page) => {
      await open(page, 0);
      await page.evaluate(() => (window.testHost.failWrites = true));
      await value(page, 'u8').dblclick();
      await page.getByRole('textbox', { name: 'Value as u8' }).fill('7');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').filter({ hasText: 'Permission denied' }).waitFor();
      assert.equal(await page.getByRole('textbox', { name: 'Value as u8' }).inputValue(), '7');
      await page.keyboard.press('Escape');
      await page.locator('.reading-editor').waitFor({ state: 'hidden' });
    }));

  it('stores only what is still there as it was seen, where the user wants that', () =>
    inPage('student', async (page) => {
      await open(page, 32);
      await value(page, 'u16').dblclick();
      const input = page.getByRole('textbox', { name: 'Value as u16' });
      await page.getByRole('switch', { name: 'Only if unchanged' }).click();
      await input.fill('7');
      await page.evaluate(() => window.testHost.written.set(33, 1));
      await page.keyboard.press('Enter');
      await page.getByRole('alert').filter({ hasText: 'It holds 276 now, not 20: nothing was stored' }).waitFor();
      assert.deepEqual(await written(page), [[33, 1]]);
      await page.keyboard.press('Enter');
      await cell(page, 32, '07').waitFor();
      await cell(page, 31).click();
      await value(page, 'u16').dblclick();
      await input.fill('8');
      await page.locator('.edit-hint').filter({ hasText: 'not bytes that are not aligned' }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('alert').filter({ hasText: 'not aligned' }).waitFor();
      assert.equal((await written(page)).length, 2);
    }));

  it('refuses to edit while the view is read-only', () =>
    inPage('market', async (page) => {
      await open(page, 0);
      await page.keyboard.press('F2');
      await page.getByRole('status').filter({ hasText: 'read-only' }).waitFor();
      assert.equal(await page.locator('.reading-editor').isVisible(), false);
    }));

  it('refuses a value that would reach past the end', () =>
    inPage('student', async (page) => {
      await open(page, 35);
      await value(page, 'u16').dblclick();
      await page.getByRole('textbox', { name: 'Value as u16' }).fill('1');
      await page.getByRole('alert').filter({ hasText: 'past the end' }).waitFor();
      await page.keyboard.press('Enter');
      assert.deepEqual(await written(page), []);
    }));

  it('copies a reading by key', () =>
    inPage('student', async (page) => {
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await open(page, 0);
      await shows(page, 'u8', '104');
      await page.keyboard.press('Control+c');
      await page.getByRole('status').filter({ hasText: 'copied' }).waitFor();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), '104');
    }));

  it('follows a pointer into the segment by the address of a mapper', () =>
    inPage('writing', async (page) => {
      await page.evaluate(() => {
        const bytes = [0x40, 0, 0x40, 0x1c, 0x3a, 0x7f, 0, 0];
        bytes.forEach((byte, at) => window.testHost.written.set(0x10 + at, byte));
        window.testHost.frame();
      });
      await open(page, 0x10);
      await reading(page, 'pointer').filter({ hasText: '0x40 (feedhandler 1234)' }).waitFor();
      await page.keyboard.press('End');
      await page.keyboard.press('Control+Enter');
      await page.locator('.cell.selected[data-offset="64"]').waitFor();
      await selects(page, 1);
    }));
});
