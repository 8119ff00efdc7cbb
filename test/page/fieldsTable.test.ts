import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { field, usePage } from './support.ts';

const cell = (page: Page, path: string) => page.locator(`.table [role="gridcell"][data-path="${path}"]`);
const openTable = async (page: Page, path: string): Promise<void> => {
  await field(page, path).click();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Show as Table' }).click();
  await page.getByRole('grid', { name: `Table of ${path}` }).waitFor();
};

describe('an array as a table', () => {
  const inPage = usePage();

  it('opens a million structs, reaches the last by a key, and keeps a screen of rows', () =>
    inPage('ticks', async (page) => {
      await openTable(page, 'ticks');
      const grid = page.getByRole('grid', { name: 'Table of ticks' });
      assert.equal(await grid.getAttribute('aria-rowcount'), '1000001');
      await cell(page, 'ticks[1].price').filter({ hasText: '386.125' }).waitFor();
      await page.keyboard.press('Control+End');
      await cell(page, 'ticks[999999].key').filter({ hasText: /\d/ }).waitFor();
      assert.ok((await page.locator('.table .rows .row').count()) < 60);
      const shown = await cell(page, 'ticks[999999].key').getAttribute('data-value');
      const expected = await page.evaluate(() => {
        const bytes = Uint8Array.from({ length: 8 }, (_, at) => window.testHost.byteAt(8 + 999_999 * 48 + at));
        return String(new DataView(bytes.buffer).getBigUint64(0, true));
      });
      assert.equal(shown, expected);
      assert.equal(await grid.getAttribute('aria-activedescendant'), 'active-cell');
      await page.keyboard.press('Escape');
      await field(page, 'ticks').waitFor();
    }));

  it('sorts a snapshot of it exactly, says from when it is, and goes back to live', () =>
    inPage('ticks', async (page) => {
      await openTable(page, 'ticks');
      await page.locator('.table .sort', { hasText: 'key' }).click();
      const said = page.locator('.table-bar .said');
      await said.filter({ hasText: /^(Reading|Sorting)/ }).waitFor();
      await said.filter({ hasText: /^sorted by key at \d\d:\d\d:\d\d, not live$/ }).waitFor({ timeout: 55_000 });
      assert.equal(await page.getByRole('columnheader', { name: 'key' }).getAttribute('aria-sort'), 'ascending');
      const keys = async (): Promise<bigint[]> => {
        const cells = page.locator('.table .rows .row [data-column="0"]');
        return (await cells.evaluateAll((all) => all.map((one) => (one instanceof HTMLElement ? one.dataset['value'] : '')))).map(
          (text) => BigInt(text ?? ''),
        );
      };
      const first = await keys();
      const all = await page.evaluate(() => {
        const least: [bigint, number][] = [];
        for (let index = 0; index < 1_000_000; index++)
          least.push([(BigInt(Math.imul(index, 2654435761) >>> 0) << 31n) | BigInt(index & 0xff), index]);
        least.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
        return least.slice(0, 30).map(([key]) => String(key));
      });
      assert.deepEqual(first.slice(0, 20).map(String), all.slice(0, 20));
      await page.keyboard.press('F2');
      await page.locator('.table-bar vscode-button', { hasText: 'Back to Live' }).click();
      await cell(page, 'ticks[0].key').waitFor();
      assert.equal(await said.innerText(), '');
    }));

  it('is cancelled while it reads', () =>
    inPage('ticks', async (page) => {
      await page.evaluate(() => (window.testHost.readDelay = 200));
      await openTable(page, 'ticks');
      await page.locator('.table .sort', { hasText: 'price' }).click();
      await page.locator('.table-bar vscode-button', { hasText: 'Cancel' }).click();
      await page.locator('.table-bar .said', { hasText: /./ }).waitFor({ state: 'detached' });
      await cell(page, 'ticks[0].price').waitFor();
      const reads = () =>
        page.evaluate(() => window.testHost.sent.filter((sent) => sent.type === 'request' && sent.name === 'read').length);
      const before = await reads();
      await page.waitForTimeout(600);
      assert.ok((await reads()) <= before + 1);
    }));

  it('shows the columns that were chosen, in the format of the field, and selects the bytes of a cell', () =>
    inPage('ticks', async (page) => {
      await openTable(page, 'ticks');
      await page.keyboard.press('Shift+F10');
      await page.getByRole('menuitem', { name: 'Columns' }).click();
      await page.getByRole('menuitemcheckbox', { name: 'from.port' }).click();
      await page.locator('.table .sort', { hasText: 'from.port' }).waitFor({ state: 'detached' });
      await cell(page, 'ticks[2].from.host').click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Display As' }).click();
      await page.getByRole('menuitemradio', { name: 'IPv4 Address', exact: true }).click();
      await cell(page, 'ticks[1].from.host')
        .filter({ hasText: /^\d+\.\d+\.\d+\.\d+$/ })
        .waitFor();
      await page
        .locator('.footer .place', { hasText: `offset 0x${(8 + 2 * 48 + 20).toString(16)} · 4 bytes · ticks[2].from.host` })
        .waitFor();
      assert.deepEqual(await page.evaluate(() => window.testHost.formats), { 'ticks[].from.host': 'ipv4' });
    }));

  it('edits a value in its cell, and is there again after a reload', () =>
    inPage('writing', async (page) => {
      await openTable(page, 'orders');
      await cell(page, 'orders[1].quantity').click();
      await page.keyboard.press('Enter');
      await page.keyboard.type('4711');
      await page.keyboard.press('Enter');
      await cell(page, 'orders[1].quantity').filter({ hasText: '4711' }).waitFor();
      await page.waitForFunction(() => /"table":"orders"/.test(sessionStorage.getItem('state') ?? ''));
      await page.reload();
      await page.getByRole('grid', { name: 'Table of orders' }).waitFor();
    }));
});
