import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { selects, usePage } from './support.ts';

const take = async (page: Page, name: string) => {
  await page.getByRole('textbox', { name: 'Name of the snapshot' }).fill(name);
  await page.keyboard.press('Enter');
  await snapshot(page, name).waitFor();
};
const snapshot = (page: Page, name: string) =>
  page.getByRole('listbox', { name: 'Snapshots' }).getByRole('option').filter({ hasText: name });
const difference = (page: Page, text: string | RegExp) =>
  page.getByRole('listbox', { name: 'Differences' }).getByRole('option').filter({ hasText: text });
const compared = (page: Page, text: string) => page.locator('.compare .find-message').filter({ hasText: text }).waitFor();
const poke = (page: Page, offset: number, byte: number) =>
  page.evaluate(([at, to]) => window.testHost.written.set(at ?? 0, to ?? 0), [offset, byte]);
const asks = (page: Page, name: string) =>
  page.evaluate(
    (wanted) => window.testHost.sent.flatMap((one) => (one.type === 'request' && one.name === wanted ? [one.ask] : [])),
    name,
  );

describe('the tab Snapshots', () => {
  const inPage = usePage();
  const open = async (page: Page) => {
    await page.keyboard.press('Shift+Alt+S');
    await page.getByRole('tabpanel', { name: 'Snapshots' }).waitFor();
  };

  it('begins empty, takes by the time or by a name, and lists what is kept', () =>
    inPage('student', async (page) => {
      await open(page);
      await page.locator('.snapshots .empty', { hasText: 'A snapshot keeps' }).waitFor();
      await page.getByRole('button', { name: 'Take Snapshot' }).click();
      await snapshot(page, 'Snapshot ').filter({ hasText: '36 B · 4 KiB on disk' }).waitFor();
      await take(page, 'before');
      assert.equal(await page.getByRole('listbox', { name: 'Snapshots' }).getByRole('option').count(), 2);
    }));

  it('takes one of who is quicker than the first bytes', () =>
    inPage('student', async (page) => {
      await open(page);
      const loading = { phase: 'loading', replaced: false, writing: false, canWrite: true, paused: false } as const;
      await page.evaluate((status) => window.testHost.post({ type: 'status', status }), loading);
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      await take(page, 'early');
    }));

  it('compares with live by field, and F7 goes through what differs', () =>
    inPage('writing', async (page) => {
      await open(page);
      await take(page, 'before');
      await poke(page, 0x58, 1);
      await poke(page, 0x20, 0x99);
      await snapshot(page, 'before').click();
      await compared(page, '2 differences');
      await difference(page, 'state').filter({ hasText: 'OPEN (2)' }).filter({ hasText: 'HALTED (1)' }).waitFor();
      await difference(page, '0x20').filter({ hasText: '99' }).waitFor();
      await page.keyboard.press('F7');
      await page.keyboard.press('F7');
      await compared(page, '2 of 2 differences');
      await page.locator('[data-path="state"][aria-selected="true"]').waitFor();
      await selects(page, 4);
      await page.keyboard.press('Shift+F7');
      await page.locator('.cell.selected[data-offset="32"]').waitFor();
      await poke(page, 0x40, 0x41);
      await page.getByRole('button', { name: 'Compare again' }).click();
      await compared(page, '3 differences');
      assert.equal((await asks(page, 'compare')).length, 2);
    }));

  it('goes on comparing past the last difference that it knows, and begins again after the very last', () =>
    inPage('untyped', async (page) => {
      await page.evaluate(() => (window.testHost.mostDifferences = 2));
      await open(page);
      await take(page, 'before');
      for (const at of [0x100, 0x200, 0x300]) await poke(page, at, 0xee);
      await snapshot(page, 'before').click();
      await compared(page, '2 differences, and more after them');
      for (let i = 0; i < 3; i++) {
        await page.keyboard.press('F7');
        await page.locator(`.cell.selected[data-offset="${0x100 * (i + 1)}"]`).waitFor();
      }
      await compared(page, '3 of 3 differences');
      await page.keyboard.press('F7');
      await page.locator('.cell.selected[data-offset="256"]').waitFor();
    }));

  it('compares by bytes where no type is set, and two snapshots with each other', () =>
    inPage('untyped', async (page) => {
      await open(page);
      await take(page, 'one');
      await poke(page, 5, 0xee);
      await take(page, 'two');
      await poke(page, 6, 0xdd);
      await snapshot(page, 'one').click();
      await compared(page, '1 difference');
      await difference(page, /^0x5/).filter({ hasText: 'ee dd' }).waitFor();
      await page.locator('.compare-bar vscode-single-select').nth(1).click();
      await page.locator('.compare-bar').getByRole('option', { name: /^two/ }).last().click();
      await difference(page, /ee$/).waitFor();
      await page.getByRole('button', { name: 'Open in Diff Editor' }).click();
      assert.deepEqual(await asks(page, 'openDiff'), [{ left: 's1', right: 's2' }]);
    }));

  it('stays with what is compared while other snapshots come and go', () =>
    inPage('untyped', async (page) => {
      await open(page);
      await take(page, 'one');
      await poke(page, 5, 0xee);
      await snapshot(page, 'one').click();
      await compared(page, '1 difference');
      await take(page, 'two');
      await page.locator('.compare-bar').getByRole('combobox').first().filter({ hasText: 'one' }).waitFor();
      await page.getByRole('button', { name: 'Open in Diff Editor' }).click();
      assert.deepEqual(await asks(page, 'openDiff'), [{ left: 's1', right: 'live' }]);
    }));

  it('renames in place, and deletes once that was confirmed', () =>
    inPage('student', async (page) => {
      await open(page);
      await take(page, 'before');
      await snapshot(page, 'before').click();
      await page.keyboard.press('F2');
      await page.getByRole('textbox', { name: 'New name' }).fill('after');
      await page.keyboard.press('Enter');
      await snapshot(page, 'after').waitFor();
      await page.keyboard.press('Delete');
      await page.keyboard.press('Escape');
      assert.deepEqual(await asks(page, 'removeSnapshot'), []);
      await page.keyboard.press('Delete');
      await page.locator('.confirm').getByRole('button', { name: 'Delete' }).click();
      await page.locator('.snapshots .empty', { hasText: 'A snapshot keeps' }).waitFor();
    }));

  it('marks changes since a snapshot, and back', () =>
    inPage('student', async (page) => {
      await open(page);
      await take(page, 'before');
      await snapshot(page, 'before').click();
      await page.getByRole('button', { name: 'Mark changes since this' }).click();
      await snapshot(page, 'changes marked since this').waitFor();
      await page.getByRole('button', { name: 'since the frame before again' }).click();
      await page.locator('.badge').waitFor({ state: 'hidden' });
      assert.deepEqual(await asks(page, 'setBaseline'), [{ baseline: 's1' }, { baseline: 'frame' }]);
    }));

  it('cancels a snapshot that is being taken, and says why one failed', () =>
    inPage('student', async (page) => {
      await open(page);
      await page.evaluate(() => (window.testHost.failWork = 'hold'));
      await page.getByRole('button', { name: 'Take Snapshot' }).click();
      await page.locator('.kept .find-message', { hasText: 'working… 40 %' }).waitFor();
      await page.keyboard.press('Escape');
      await page.locator('.kept .find-message', { hasText: 'Cancelled: nothing was kept.' }).waitFor();
      await page.evaluate(() => (window.testHost.failWork = 'ENOSPC'));
      await page.getByRole('button', { name: 'Take Snapshot' }).click();
      await page.locator('.kept .find-message.failed', { hasText: 'Not taken: ' }).waitFor();
    }));

  it('keeps its snapshots when the segment is gone, and takes none', () =>
    inPage('student', async (page) => {
      await open(page);
      await take(page, 'before');
      await page.evaluate(() => window.testHost.setStatus({ phase: 'gone' }));
      await page.locator('vscode-button[disabled]', { hasText: 'Take Snapshot' }).waitFor();
      assert.equal(await snapshot(page, 'before').count(), 1);
    }));
});
