import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { cell, field, selects, usePage, written } from './support.ts';

const tab = (page: Page, name: string) => page.getByRole('tab', { name });
const height = async (page: Page) => (await page.locator('.drawer').boundingBox())?.height ?? 0;

describe('the drawer', () => {
  const inPage = usePage();

  it('is closed at first; buttons, keys and the host open it, and it closes again', () =>
    inPage('student', async (page) => {
      const drawer = page.locator('.drawer');
      assert.equal(await drawer.isVisible(), false);
      await page.getByRole('button', { name: 'Inspector' }).click();
      assert.equal(await tab(page, 'Inspector').getAttribute('aria-selected'), 'true');
      await page.getByRole('button', { name: 'Inspector' }).click();
      await drawer.waitFor({ state: 'hidden' });
      await page.keyboard.press('Control+f');
      await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Find');
      await page.getByRole('button', { name: 'Close the drawer' }).click();
      await drawer.waitFor({ state: 'hidden' });
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Bytes');
      await page.evaluate(() => window.testHost.post({ type: 'show', tab: 'snapshots' }));
      await page.getByRole('tabpanel', { name: 'Snapshots' }).waitFor();
      assert.equal(await page.getByRole('tabpanel').count(), 1);
    }));

  it('changes tabs by the arrow keys', () =>
    inPage('student', async (page) => {
      await page.keyboard.press('Shift+Alt+I');
      await tab(page, 'Inspector').focus();
      await page.keyboard.press('ArrowRight');
      await page.getByRole('tabpanel', { name: 'Find' }).waitFor();
      await page.keyboard.press('End');
      assert.equal(await page.getByRole('tab').last().getAttribute('aria-selected'), 'true');
      await page.keyboard.press('ArrowRight');
      await page.getByRole('tabpanel', { name: 'Inspector' }).waitFor();
      assert.equal(await page.evaluate(() => document.activeElement?.id), 'tab-inspector');
      assert.equal(await page.locator('[role="tab"][tabindex="0"]').count(), 1);
    }));

  it('is as high as the user makes it, by pointer and keys, and leaves room for the bytes', () =>
    inPage('student', async (page) => {
      await page.keyboard.press('Shift+Alt+I');
      const before = await height(page);
      const sash = page.getByRole('separator', { name: 'Resize the drawer' });
      await sash.focus();
      await page.keyboard.press('ArrowUp');
      assert.equal(await height(page), before + 20);
      const box = await sash.boundingBox();
      assert.ok(box);
      await page.mouse.move(box.x + 200, box.y + 3);
      await page.mouse.down();
      await page.mouse.move(box.x + 200, box.y + 63);
      await page.mouse.up();
      assert.ok(Math.abs((await height(page)) - (before - 40)) <= 4);
      await sash.focus();
      await page.keyboard.press('End');
      assert.ok((await page.locator('.bytes .rows').boundingBox())?.height);
      await page.setViewportSize({ width: 1140, height: 420 });
      // The page is told of its size with its next frame.
      await page.waitForFunction(
        () => (document.querySelector('.drawer')?.getBoundingClientRect().height ?? Infinity) <= 420 - 160,
      );
    }));

  it('is what it was after a reload', () =>
    inPage('student', async (page) => {
      await page.keyboard.press('Shift+Alt+S');
      await page.getByRole('separator', { name: 'Resize the drawer' }).focus();
      await page.keyboard.press('ArrowUp');
      const before = await height(page);
      await page.waitForFunction((wanted) => sessionStorage.getItem('state')?.includes(`"height":${wanted}`), before);
      await page.reload();
      await page.getByRole('tabpanel', { name: 'Snapshots' }).waitFor();
      assert.equal(await height(page), before);
    }));
});

describe('the menu of the bytes', () => {
  const inPage = usePage();

  it('opens on the byte under the pointer, and by key at the cursor; Escape leads back', () =>
    inPage('student', async (page) => {
      await cell(page, 3).click({ button: 'right' });
      await page.getByRole('menu', { name: 'Bytes' }).waitFor();
      await page.locator('.cell.selected[data-offset="3"]').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('menu').waitFor({ state: 'detached' });
      await page.keyboard.press('Shift+F10');
      const menu = page.getByRole('menu', { name: 'Bytes' });
      await menu.waitFor();
      await page.keyboard.press('ArrowUp');
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Export Selection…');
      await page.keyboard.press('i');
      assert.match((await page.evaluate(() => document.activeElement?.textContent)) ?? '', /^Inspect/);
      await page.keyboard.press('Enter');
      await page.getByRole('tabpanel', { name: 'Inspector' }).waitFor();
      assert.equal(await menu.count(), 0);
    }));

  it('offers no storing while the view is read-only, and stores nothing', () =>
    inPage('market', async (page) => {
      await cell(page, 3).click({ button: 'right' });
      const fill = page.getByRole('menuitem', { name: 'Fill…' });
      assert.equal(await fill.getAttribute('aria-disabled'), 'true');
      await fill.click({ force: true });
      assert.equal(await page.locator('.toast').count(), 0);
      assert.equal(await page.getByRole('menu').count(), 1);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+z');
      await page.getByRole('status').filter({ hasText: 'read-only' }).waitFor();
    }));

  it('fills the selected bytes with a pattern, and refuses one that is none', () =>
    inPage('student', async (page) => {
      await cell(page, 8).click();
      await page.keyboard.press('Shift+ArrowRight');
      await page.keyboard.press('Shift+ArrowRight');
      await selects(page, 3);
      await page.keyboard.press('Shift+F10');
      await page.getByRole('menuitem', { name: 'Fill…' }).click();
      const input = page.getByRole('textbox', { name: 'Pattern' });
      await input.fill('ab cd ef 01');
      await page.getByRole('alert').filter({ hasText: '4 bytes' }).waitFor();
      await page.keyboard.press('Enter');
      assert.equal(await page.locator('.toast').count(), 1);
      await input.fill('ab cd');
      await page.keyboard.press('Enter');
      await cell(page, 10, 'ab').waitFor();
      await page.locator('.toast').waitFor({ state: 'detached' });
      assert.deepEqual(await page.evaluate(() => [...window.testHost.written]), [
        [8, 0xab],
        [9, 0xcd],
        [10, 0xab],
      ]);
    }));

  const paste = (page: Page, text: string) =>
    page.evaluate((pasted) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', pasted);
      document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, text);

  it('pastes hexadecimal as bytes, asks about text, and stays before the end', () =>
    inPage('student', async (page) => {
      await cell(page, 4).click();
      await paste(page, '0xde, 0xad');
      await cell(page, 5, 'ad').waitFor();
      await selects(page, 2);
      await paste(page, 'hi!');
      await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
      assert.equal(await page.evaluate(() => window.testHost.written.size), 2);
      await paste(page, 'hi!');
      await page.getByRole('button', { name: 'Paste as Text' }).click();
      await cell(page, 4, '68').waitFor();
      await cell(page, 34).click();
      await paste(page, 'aa bb cc');
      await page.getByRole('status').filter({ hasText: 'past the end' }).waitFor();
      assert.equal(await page.evaluate(() => window.testHost.written.has(34)), false);
    }));

  it('typed over and pasted, are stored only where they are still what was seen, if the user wants that', () =>
    inPage('student', async (page) => {
      await field(page, 'age').click();
      await page.keyboard.press('F2');
      await page.getByRole('switch', { name: 'Only if unchanged' }).click();
      await page.keyboard.press('Escape');
      await page.evaluate(() => window.testHost.written.set(4, 1).set(6, 1));
      await cell(page, 4).click();
      await page.keyboard.type('02');
      await page.getByRole('status').filter({ hasText: '0x4 holds 01 now, not 6f: nothing was stored' }).waitFor();
      await cell(page, 6).click();
      await selects(page, 1);
      await paste(page, 'ab');
      const anyway = page.getByRole('button', { name: 'Paste Anyway' });
      await page.getByRole('alertdialog').filter({ hasText: '0x6 holds 01 now, not 00' }).waitFor();
      await anyway.click();
      await cell(page, 6, 'ab').waitFor();
      await paste(page, 'aa bb cc');
      await page.getByRole('alertdialog').filter({ hasText: 'not 3 bytes' }).waitFor();
      assert.equal(new Map(await written(page)).get(7), undefined);
      await anyway.click();
      await cell(page, 8, 'cc').waitFor();
      assert.equal(new Map(await written(page)).get(4), 1);
    }));

  it('takes edits back and makes them again, and asks where the segment holds something else', () =>
    inPage('student', async (page) => {
      await cell(page, 1).click();
      await page.keyboard.type('4a');
      await cell(page, 1, '4a').waitFor();
      await page.keyboard.press('Control+z');
      await cell(page, 1, '65').waitFor();
      await page.keyboard.press('Control+Shift+z');
      await cell(page, 1, '4a').waitFor();
      await page.evaluate(() => (window.testHost.work.conflict = true));
      await page.keyboard.press('Control+z');
      await page.getByRole('alertdialog').filter({ hasText: 'something else' }).waitFor();
      assert.equal(await cell(page, 1).getAttribute('aria-label'), '4a');
      await page.getByRole('button', { name: 'Undo Anyway' }).click();
      await cell(page, 1, '65').waitFor();
      await page.evaluate(() => (window.testHost.work.conflict = false));
      await page.keyboard.press('Control+z');
      await page.getByRole('status').filter({ hasText: 'nothing to undo' }).waitFor();
    }));

  it('copies bytes as a C array, those that are not on the screen too', () =>
    inPage('million', async (page) => {
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await cell(page, 0).click();
      for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+PageDown');
      await page.keyboard.press('Shift+F10');
      await page.getByRole('menuitem', { name: 'Copy as C Array' }).click();
      await page.getByRole('status').filter({ hasText: 'copied' }).waitFor();
      const [text, selected] = await page.evaluate(async () => [
        await navigator.clipboard.readText(),
        document.querySelector('.footer .place')?.textContent,
      ]);
      const count = Number(/ ([\d,]+) bytes/.exec(selected ?? '')?.[1]?.replaceAll(',', ''));
      assert.match(text ?? '', new RegExp(`^unsigned char data\\[${count}\\]`));
      assert.equal((text ?? '').match(/0x/g)?.length, count);
      await page.evaluate(() => navigator.clipboard.writeText(''));
      await page.getByRole('grid', { name: 'Bytes' }).focus();
      await page.keyboard.press('Control+c');
      await page.waitForFunction(async () => (await navigator.clipboard.readText()) !== '');
      assert.equal((await page.evaluate(() => navigator.clipboard.readText())).split(' ').length, count);
    }));
});
