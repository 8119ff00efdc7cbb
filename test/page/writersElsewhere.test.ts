import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { copied, several } from './reports.ts';
import { field, goTo, usePage } from './support.ts';
import { asked, asks, chip, said, tell, watchHead } from './writersSupport.ts';

describe('writers from the other views', () => {
  const inPage = usePage();
  const choose = (page: Page, name: string) => page.getByRole('menuitem', { name, exact: true }).click();

  it('begin at once from the menu of a field', () =>
    inPage('market', async (page) => {
      await field(page, 'head').click({ button: 'right' });
      await choose(page, 'Find Writers');
      assert.deepEqual(await asked(page, 'findWriters'), watchHead);
      await page.getByRole('tabpanel', { name: 'Writers' }).waitFor();
      await said(page, 'Setting breakpoints…');
      await field(page, 'head').click({ button: 'right' });
      await choose(page, 'Find Writers and Readers');
      assert.deepEqual(await asked(page, 'findWriters', 2), { ...watchHead, reads: true });
    }));

  it('are told in the byte order that the page shows', () =>
    inPage('market', async (page) => {
      await page.getByRole('combobox', { name: 'Byte order' }).click();
      await page.getByRole('option', { name: 'big-endian' }).click();
      await field(page, 'head').click({ button: 'right' });
      await choose(page, 'Find Writers');
      assert.deepEqual(await asked(page, 'findWriters'), { ...watchHead, byteOrder: 'big' });
    }));

  it('begin from the keyboard, and tell why what is chosen cannot be watched', () =>
    inPage('market', async (page) => {
      await field(page, 'orders').click();
      await page.keyboard.press('Shift+F10');
      const item = page.getByRole('menuitem', { name: 'Find Writers', exact: true });
      assert.equal(await item.getAttribute('aria-disabled'), 'true');
      assert.equal(await item.getAttribute('title'), 'orders has 1,024 elements: choose one of them.');
      await page.keyboard.press('Escape');
      await field(page, 'head').click();
      await page.keyboard.press('Shift+F10');
      await page.keyboard.type('add');
      await page.keyboard.press('Enter');
      await chip(page, 'head').locator('.chip-remove').waitFor();
      assert.deepEqual(await asks(page, 'findWriters'), []);
    }));

  it('begin from the menu of the bytes', () =>
    inPage('untyped', async (page) => {
      await goTo(page, 0x40);
      await page.keyboard.press('Shift+ArrowRight');
      await page.keyboard.press('Shift+F10');
      await choose(page, 'Find Writers');
      assert.deepEqual(await asked(page, 'findWriters'), { fields: [{ offset: 0x40, length: 2 }], ms: 10_000, reads: false });
    }));

  it('begin from a cell of an array that is shown as a table', () =>
    inPage('ticks', async (page) => {
      await field(page, 'ticks').click();
      await page.keyboard.press('Shift+F10');
      await choose(page, 'Show as Table');
      await page.locator('.table .cell[data-path="ticks[1].price"]').click({ button: 'right' });
      await choose(page, 'Find Writers');
      assert.match(JSON.stringify(await asked(page, 'findWriters')), /"length":8,"path":"ticks\[1\]\.price"/);
    }));

  it('are marked at their fields while they are looked for', () =>
    inPage('market', async (page) => {
      await tell(page, {});
      const mark = field(page, 'head').locator('.watch-mark');
      await mark.waitFor();
      assert.equal(await mark.getAttribute('title'), 'Watched: nobody was seen to write yet');
      await tell(page, { places: several() });
      await field(page, 'head').locator('.watch-mark[title="Watched: written by feed (1234) feed.c:31"]').waitFor();
      assert.equal(await page.locator('.watch-mark:visible').count(), 1);
      await page.setViewportSize({ width: 1700, height: 760 });
      await field(page, 'head').locator('.written-by', { hasText: 'by feed.c:31' }).waitFor();
      await tell(page, { places: [copied()] });
      await field(page, 'head').locator('.written-by', { hasText: 'by account.c:29' }).waitFor();
      await tell(page, { state: 'ended', places: several() });
      await mark.waitFor({ state: 'hidden' });
    }));
});
