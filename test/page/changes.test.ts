import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { cell, field, usePage } from './support.ts';

const choose = async (page: Page, name: string | RegExp): Promise<void> => {
  await page.getByRole('button', { name: /^Changes/ }).click();
  await page.getByRole('menuitemradio', { name }).click();
};
const pause = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: 'Resume' }).waitFor();
};
const resume = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('button', { name: 'Pause' }).waitFor();
};
const marked = (page: Page, offset: number) => page.locator(`.cell.changed[data-offset="${offset}"]`);

describe('marks of changes', () => {
  const inPage = usePage();

  it('stay since I last looked, until it was seen', () =>
    inPage('market', async (page) => {
      assert.equal(await page.getByRole('button', { name: 'Seen' }).isVisible(), false);
      await choose(page, 'Since I last looked');
      await marked(page, 0x30).waitFor();
      await field(page, 'seq').locator('.shown.changed').waitFor();
      await pause(page);
      await page.waitForTimeout(1300);
      assert.equal(await marked(page, 0x30).count(), 1, 'it does not fade');
      await page.getByRole('button', { name: 'Seen' }).click();
      await page.locator('.cell.changed').first().waitFor({ state: 'detached' });
      await resume(page);
      await marked(page, 0x30).waitFor();
    }));

  it('stay since a snapshot, which may have any name and may be removed', () =>
    inPage('market', async (page) => {
      const list = [{ id: 'a1', name: '<i>before</i>', time: 0, size: 65536, held: 0 }];
      await page.evaluate((list) => window.testHost.post({ type: 'snapshots', list }), list);
      await choose(page, 'Since snapshot <i>before</i>');
      await page.getByRole('button', { name: 'Changes: since <i>before</i>' }).waitFor();
      await marked(page, 0x30).waitFor();
      await page.evaluate(() => window.testHost.post({ type: 'snapshots', list: [] }));
      await page.getByRole('button', { name: 'Changes: live' }).waitFor();
      await page.waitForFunction(() => window.testHost.baseline === 'frame');
    }));

  it('stand on all that a shorter snapshot has not, and say so', () =>
    inPage('writing', async (page) => {
      const list = [{ id: 'a1', name: 'before', time: 0, size: 0x48, held: 0 }];
      await page.evaluate((list) => {
        Object.assign(window.testHost, { baselineSize: 0x48, baselineTick: 1 });
        window.testHost.post({ type: 'snapshots', list });
      }, list);
      await choose(page, 'Since snapshot before');
      await marked(page, 0x48).waitFor();
      assert.equal(await marked(page, 0x47).count(), 0);
      await field(page, 'best_bid').locator('.shown.changed').waitFor();
      await field(page, 'best_bid').hover();
      await field(page, 'best_bid').locator('[title*="past the end that the segment had then"]').waitFor();
      assert.equal(await field(page, 'symbol').locator('.shown.changed').count(), 0);
      await cell(page, 0x48).hover();
      await page.locator('.bytes [title*="past the end that the segment had then"]').waitFor();
    }));

  it('are not there before the baseline is, and are live again where the host has none', () =>
    inPage('market', async (page) => {
      await page.evaluate(() => window.testHost.known.delete('looked'));
      await choose(page, 'Since I last looked');
      await page.locator('.notice').filter({ hasText: 'no such snapshot' }).waitFor();
      await page.getByRole('button', { name: 'Changes: live' }).waitFor();
    }));

  it('are what they were after a reload', () =>
    inPage('market', async (page) => {
      await choose(page, 'Since I last looked');
      await marked(page, 0x30).waitFor();
      await page.waitForTimeout(500);
      await page.reload();
      await page.getByRole('button', { name: 'Changes: since I looked' }).waitFor();
      await page.waitForFunction(() => window.testHost.baseline === 'looked');
      await marked(page, 0x30).waitFor();
    }));
});

describe('the menu of changes', () => {
  const inPage = usePage();

  it('works by keys alone, and gives the focus back', () =>
    inPage('market', async (page) => {
      const button = page.getByRole('button', { name: /^Changes/ });
      await button.focus();
      await page.keyboard.press('ArrowDown');
      await page.getByRole('menuitemradio', { name: 'Live: flash and fade' }).and(page.locator(':focus')).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Changes: since I looked' }).and(page.locator(':focus')).waitFor();
      await page.keyboard.press('Enter');
      await page.keyboard.press('End');
      await page
        .getByRole('menuitemcheckbox', { name: /^Announce/ })
        .and(page.locator(':focus'))
        .waitFor();
      await page.keyboard.press('Escape');
      assert.equal(await page.getByRole('menu').count(), 0);
      assert.equal(await button.getAttribute('aria-expanded'), 'false');
      await page.locator('button[aria-haspopup=menu]:focus').waitFor();
    }));

  it('is closed by its button, by a turn of the wheel and by what gets the focus elsewhere', () =>
    inPage('market', async (page) => {
      const button = page.getByRole('button', { name: /^Changes/ });
      const menu = page.getByRole('menu');
      const closes = async (act: () => Promise<unknown>): Promise<void> => {
        await button.click();
        await menu.waitFor();
        assert.equal(await button.getAttribute('aria-expanded'), 'true');
        await act();
        await menu.waitFor({ state: 'detached' });
        assert.equal(await button.getAttribute('aria-expanded'), 'false');
      };
      await closes(() => button.click());
      await closes(async () => {
        await page.mouse.move(700, 600);
        await page.mouse.wheel(0, 10);
      });
      await closes(() => page.evaluate(() => document.querySelector<HTMLElement>('[aria-label="Bytes"]')?.focus()));
      await closes(() => field(page, 'seq').click({ force: true }));
    }));
});

describe('announcements of changes', () => {
  const inPage = usePage();
  const spoken = (page: Page) => page.locator('.spoken').innerText();

  it('tell of the selected field, once in five seconds, and only when asked to', () =>
    inPage('market', async (page) => {
      await field(page, 'seq').click();
      await marked(page, 0x30).waitFor();
      await page.waitForTimeout(500);
      assert.equal(await spoken(page), '');
      await page.getByRole('button', { name: /^Changes/ }).click();
      await page.getByRole('menuitemcheckbox', { name: /^Announce/ }).click();
      await page
        .locator('.spoken')
        .filter({ hasText: /^seq changed \d+ times?, now \d+$/ })
        .waitFor({ state: 'attached' });
      const first = await spoken(page);
      const times = await page.evaluate(async () => {
        const seen = new Set<string>();
        for (let i = 0; i < 30; i++) {
          seen.add(document.querySelector('.spoken')?.textContent ?? '');
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        return [...seen];
      });
      assert.deepEqual(times, [first], 'not again within three seconds');
      await page.waitForFunction((before) => document.querySelector('.spoken')?.textContent !== before, first);
      assert.match(await spoken(page), /^seq changed \d{2,} times, now \d+$/);
    }));

  it('are silent for a field that does not change', () =>
    inPage('market', async (page) => {
      await page.getByRole('button', { name: /^Changes/ }).click();
      await page.getByRole('menuitemcheckbox', { name: /^Announce/ }).click();
      await field(page, 'state').click();
      await cell(page, 0x58).and(page.locator('.selected')).waitFor();
      const before = await spoken(page);
      await page.waitForTimeout(1500);
      assert.equal(await spoken(page), before);
    }));
});
