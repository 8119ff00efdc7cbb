import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { cell, selects, usePage } from './support.ts';

const input = (page: Page) => page.getByRole('textbox', { name: 'Find' });
const said = (page: Page, text: string | RegExp) => page.locator('.find .find-message').filter({ hasText: text }).waitFor();
const kind = async (page: Page, name: string) => {
  await page.locator('.find-form vscode-single-select').first().click();
  await page.getByRole('option', { name, exact: true }).click();
};
const asked = (page: Page, name: string) =>
  page.evaluate((wanted) => window.testHost.sent.filter((one) => one.type === 'request' && one.name === wanted).length, name);

describe('the tab Find', () => {
  const inPage = usePage();

  it('finds the next place and the one before, and says that it went round', () =>
    inPage('market', async (page) => {
      await cell(page, 0).click();
      await page.keyboard.press('Control+f');
      await input(page).fill('EURUSD');
      await page.keyboard.press('Enter');
      await page.locator('.cell.selected[data-offset="64"]').waitFor();
      await selects(page, 6);
      await page.locator('[data-path="symbol"][aria-selected="true"]').waitFor();
      await page.keyboard.press('Enter');
      await said(page, 'continued from the start');
      await page.keyboard.press('Shift+Enter');
      await said(page, 'continued from the end');
      await input(page).fill('nowhere');
      await page.keyboard.press('Enter');
      await said(page, 'Nothing found.');
    }));

  it('keeps the cursor where it is opened before the segment is live, and can be typed into', () =>
    inPage('student', async (page) => {
      await page.keyboard.press('Control+f');
      const live = { phase: 'live', replaced: false, writing: false, canWrite: true, paused: false } as const;
      for (const phase of ['loading', 'live'] as const) {
        await page.evaluate((status) => window.testHost.post({ type: 'status', status }), { ...live, phase });
        // Two frames: by then it is drawn.
        await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
        await page.keyboard.type(phase);
      }
      assert.equal(await input(page).inputValue(), 'loadinglive');
    }));

  it('takes short selected bytes as the query, and goes on by F3 with the drawer closed', () =>
    inPage('student', async (page) => {
      await cell(page, 2).click();
      await page.keyboard.press('Shift+ArrowRight');
      await selects(page, 2);
      await page.keyboard.press('Control+f');
      assert.equal(await input(page).inputValue(), '6c 6c');
      await input(page).fill('6c');
      await page.getByRole('button', { name: 'Close the drawer' }).click();
      await page.keyboard.press('F3');
      await selects(page, 1);
      await page.locator('.cell.selected[data-offset="2"]').waitFor();
      await page.keyboard.press('F3');
      await page.locator('.cell.selected[data-offset="3"]').waitFor();
      await page.keyboard.press('F3');
      await page.locator('.cell.selected[data-offset="2"]').waitFor();
      await page.getByRole('status').filter({ hasText: 'continued from the start' }).waitFor();
      await page.keyboard.press('Shift+F3');
      await page.locator('.cell.selected[data-offset="3"]').waitFor();
    }));

  it('lists all hits with their bytes and fields, and marks them', () =>
    inPage('student', async (page) => {
      await page.keyboard.press('Control+f');
      await kind(page, 'Hex bytes');
      await input(page).fill('6?');
      await page.getByRole('button', { name: 'Find All' }).click();
      await said(page, '5 hits');
      await page.getByRole('option').filter({ hasText: 'name' }).nth(4).waitFor();
      // The list and the marks are drawn with the next frame.
      await page.waitForFunction(() => document.querySelectorAll('.cell.hit').length === 5);
      assert.equal(await page.getByRole('option').filter({ hasText: 'name' }).count(), 5);
      await page.getByRole('listbox', { name: 'Hits' }).focus();
      await page.keyboard.press('End');
      await page.locator('.cell.selected[data-offset="4"]').waitFor();
      await said(page, '5 of 5');
      await page.keyboard.press('Enter');
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Bytes');
      await page.locator('.query input').fill('6');
      await page.locator('.cell.hit').first().waitFor({ state: 'detached' });
    }));

  it('lists a hundred thousand hits without their rows', () =>
    inPage('hostile', async (page) => {
      await page.evaluate(() => (window.testHost.size = 200_000));
      await page.keyboard.press('Control+f');
      await input(page).fill('<');
      await page.getByRole('button', { name: 'Find All' }).click();
      await said(page, '100,000 hits, the first ones: there are more');
      assert.ok((await page.getByRole('option').count()) < 40);
      await page.getByRole('listbox', { name: 'Hits' }).focus();
      await page.keyboard.press('End');
      await page.locator('.cell.selected[data-offset="99999"]').waitFor();
    }));

  it('says in words what cannot be searched for', () =>
    inPage('student', async (page) => {
      await page.keyboard.press('Control+f');
      await kind(page, 'Hex bytes');
      for (const [name, text, error] of [
        ['Hex bytes', 'zz', 'no hexadecimal digit'],
        ['Number', '99999999999', 'does not fit u32'],
        ['Regular expression', '(', 'no regular expression'],
      ] as const) {
        await kind(page, name);
        await input(page).fill(text);
        await page.getByRole('alert').filter({ hasText: error }).waitFor();
        await page.keyboard.press('Enter');
        assert.equal(await input(page).getAttribute('aria-invalid'), 'true');
      }
      assert.equal(await asked(page, 'find'), 0);
    }));

  it('shows how far it is, and Escape cancels', () =>
    inPage('student', async (page) => {
      await page.evaluate(() => (window.testHost.failWork = 'hold'));
      await page.keyboard.press('Control+f');
      await input(page).fill('abc');
      await page.getByRole('button', { name: 'Find All' }).click();
      await said(page, 'searching… 40 % · 12 found');
      await page.locator('.find vscode-progress-bar').waitFor();
      await page.keyboard.press('Escape');
      await said(page, 'Cancelled.');
      await page.locator('.find vscode-progress-bar').waitFor({ state: 'hidden' });
    }));

  it('narrows down where a value is', () =>
    inPage('market', async (page) => {
      await page.keyboard.press('Control+f');
      await page.getByRole('radio', { name: 'Narrow' }).click();
      await page.getByRole('textbox', { name: 'Value to look for' }).fill('-1');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').filter({ hasText: 'does not fit u32' }).waitFor();
      await page.locator('.narrow-form vscode-single-select').nth(1).click();
      await page.getByRole('option', { name: 'is anything' }).click();
      await page.getByRole('button', { name: 'First Scan' }).click();
      await said(page, '16,384 places left after 1 scan');
      await page.locator('.narrow-form vscode-single-select').nth(1).click();
      await page.getByRole('option', { name: 'changed', exact: true }).click();
      await page.getByRole('button', { name: 'Next Scan' }).click();
      await said(page, /^\d places? left after 2 scans/);
      await page.getByRole('option').filter({ hasText: 'seq' }).waitFor();
      await page.getByRole('button', { name: 'Start Again' }).click();
      await page.getByRole('button', { name: 'First Scan' }).waitFor();
      assert.equal(await asked(page, 'endNarrowing'), 1);
    }));

  it('shows the value of a place as it is now', () =>
    inPage('market', async (page) => {
      await page.keyboard.press('Control+f');
      await page.getByRole('radio', { name: 'Narrow' }).click();
      await page.getByRole('textbox', { name: 'Value to look for' }).fill('2');
      await page.getByRole('button', { name: 'First Scan' }).click();
      const value = page.getByRole('option').filter({ hasText: 'state' }).locator('.hit-value');
      await value.filter({ hasText: /^2$/ }).waitFor();
      await page.evaluate(() => window.testHost.written.set(0x58, 1));
      await value.filter({ hasText: /^1$/ }).waitFor();
    }));

  it('tells of too many places, and what helps', () =>
    inPage('student', async (page) => {
      await page.evaluate(() => (window.testHost.failWork = 'EOVERFLOW'));
      await page.keyboard.press('Control+f');
      await page.getByRole('radio', { name: 'Narrow' }).click();
      await page.getByRole('textbox', { name: 'Value to look for' }).fill('0');
      await page.getByRole('button', { name: 'First Scan' }).click();
      await said(page, 'There are too many places. Begin with a value, or with a narrower range.');
      await page.getByRole('button', { name: 'First Scan' }).waitFor();
    }));

  it('searches nothing in a segment that is gone', () =>
    inPage('student', async (page) => {
      await page.keyboard.press('Control+f');
      await page.evaluate(() => window.testHost.setStatus({ phase: 'gone' }));
      await page.locator('.find .empty', { hasText: 'cannot be searched' }).waitFor();
      assert.equal(await page.locator('.find-search').getAttribute('inert'), '');
    }));
});
