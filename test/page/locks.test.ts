import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { field, selects, usePage } from './support.ts';

const show = async (page: Page) => {
  await page.evaluate(() => window.testHost.post({ type: 'show', tab: 'locks' }));
  await page.getByRole('tabpanel', { name: 'Locks' }).waitFor();
};
const grid = (page: Page) => page.getByRole('treegrid', { name: 'Locks' });
const rows = (page: Page) => page.locator('.lock-rows .lock-row');
const lockRow = (page: Page, name: string | RegExp) => rows(page).filter({ has: page.locator('.lock-label', { hasText: name }) });
const asks = (page: Page, name: string) =>
  page.evaluate(
    (wanted) => window.testHost.sent.flatMap((one) => (one.type === 'request' && one.name === wanted ? [one.ask] : [])),
    name,
  );
const asked = (page: Page, name: string) =>
  page.waitForFunction((wanted) => window.testHost.sent.some((one) => one.type === 'request' && one.name === wanted), name);

describe('the tab Locks', () => {
  const inPage = usePage();

  it('lists what is in trouble first, with who waits and how often it was held', () =>
    inPage('locks', async (page) => {
      await page.keyboard.press('Shift+Alt+L');
      await lockRow(page, /^lock$/).waitFor();
      const first = await rows(page).first().innerText();
      assert.deepEqual(first.split('\n').map((text) => text.trim()).slice(0, 5), ['lock', 'locked by strategy (1240)', '2', '37 %', '5 %']); // prettier-ignore
      assert.equal(await rows(page).nth(1).locator('.lock-label').innerText(), 'journal');
      assert.match((await rows(page).nth(1).locator('.lock-icon').getAttribute('class')) ?? '', /codicon-warning .*lock-bad/);
      await page.getByRole('list', { name: 'Findings' }).getByText('logger (1251) died while it held journal').waitFor();
    }));

  it('is gone through by keys: rows are opened, their bytes selected, their lines asked for', () =>
    inPage('locks', async (page) => {
      await show(page);
      await page.locator('.lock-row.selected', { hasText: 'lock' }).waitFor();
      await page.keyboard.press('ArrowRight');
      await lockRow(page, 'owner').waitFor();
      assert.equal(await rows(page).first().getAttribute('aria-expanded'), 'true');
      for (let step = 0; step < 2; step++) await page.keyboard.press('ArrowDown');
      await page.locator('.lock-row.selected', { hasText: 'feed.c:88 · push_order' }).waitFor();
      await selects(page, 40);
      await page.locator('.fields .row.selected[data-path="lock"]').waitFor();
      await page.keyboard.press('Enter');
      await asked(page, 'openWhere');
      assert.deepEqual(await asks(page, 'openWhere'), [{ offset: 8, tid: 1236 }]);
      await page.keyboard.press('ArrowLeft');
      await page.locator('.lock-row.selected .lock-label').getByText('lock', { exact: true }).waitFor();
      await page.keyboard.press('ArrowLeft');
      await lockRow(page, 'owner').waitFor({ state: 'detached' });
      assert.equal(await grid(page).getAttribute('aria-activedescendant'), 'active-lock');
      await page.keyboard.press('Escape');
      await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'grid');
    }));

  it('keeps what is chosen and open while the locks go on', () =>
    inPage('locks', async (page) => {
      await show(page);
      await lockRow(page, 'journal').click();
      await page.keyboard.press('ArrowRight');
      await lockRow(page, 'owner').waitFor();
      await page.evaluate(() => {
        const { locks } = window.testHost.scenario;
        if (!locks) throw new Error('no locks');
        const changed = locks.locks.map((lock) => (lock.path === 'slots' ? { ...lock, text: 'count 2', value: 2 } : lock));
        window.testHost.post({ type: 'locks', locks: { ...locks, findings: [], locks: changed } });
      });
      await page.getByText('count 2').first().waitFor();
      assert.equal(await page.locator('.lock-row.selected .lock-label').innerText(), 'journal');
      await lockRow(page, 'owner').waitFor();
      await page.locator('.findings').waitFor({ state: 'hidden' });
      await page.locator('.deadlock').waitFor({ state: 'hidden' });
    }));

  it('draws a deadlock, whose locks lead to their bytes or to their segment', () =>
    inPage('locks', async (page) => {
      await show(page);
      const ring = page.locator('svg.ring');
      await ring.waitFor();
      assert.equal(await ring.locator('.ring-node').count(), 4);
      assert.deepEqual([await ring.locator('.waits line').count(), await ring.locator('.held line').count()], [2, 2]);
      assert.match((await ring.getAttribute('aria-label')) ?? '', /strategy \(1240\), feedhandler \(1234\) wait for each other/);
      await page.getByText('strategy (1240) holds lock and waits for risk.limits in /risk_limits at strategy.cc:118').waitFor();
      await page.getByRole('button', { name: 'lock in this segment', exact: true }).click();
      await selects(page, 40);
      await page.getByRole('button', { name: 'risk.limits in /risk_limits', exact: true }).focus();
      await page.keyboard.press('Enter');
      await asked(page, 'showOtherLock');
      assert.deepEqual(await asks(page, 'showOtherLock'), [{ id: 'posix:2', offset: 0x140 }]);
    }));

  it('has thousands of locks without thousands of rows', () =>
    inPage('locksMany', async (page) => {
      await show(page);
      await grid(page).focus();
      await page.keyboard.press('End');
      await lockRow(page, 'rows[1999].lock').waitFor();
      assert.equal(await grid(page).getAttribute('aria-rowcount'), '2001');
      assert.ok((await rows(page).count()) < 40);
      await page.getByText('There are more locks than these 2,000.').waitFor();
    }));

  it('says why there are none, and where a type is missing offers to choose one', async () => {
    const said = (scenario: string, text: string) =>
      inPage(scenario, async (page) => {
        await show(page);
        await page.locator('.lock-words', { hasText: text }).waitFor();
        assert.equal(await grid(page).isVisible(), false);
      });
    await said('locksWithout', 'struct MarketRing holds no locks that ShmScope knows');
    await said('locksFailed', 'its header is gone');
    await said('student', 'Looking at the locks…');
    await inPage('locksUntyped', async (page) => {
      await show(page);
      await page.locator('.lock-words vscode-button', { hasText: 'Choose a Type…' }).click();
      await asked(page, 'pickType');
    });
  });

  it('says what could not be seen, and of a segment that is gone that this is how it was', async () => {
    await inPage('locksCorrupt', async (page) => {
      await show(page);
      await page.getByText('The threads of 3 processes may not be looked at: who waits among them is not seen. Run VS Code as root').waitFor(); // prettier-ignore
      await rows(page).first().getByText('no such lock word').waitFor();
      // Narrow: the sentence breaks beside its icon, not below it.
      await page.setViewportSize({ width: 480, height: 800 });
      const line = page.locator('.lock-word', { hasText: 'The threads of 3 processes' });
      const [icon, text] = await Promise.all([line.locator('.codicon').boundingBox(), line.locator('span').last().boundingBox()]);
      assert.ok(icon && text && text.height > icon.height, 'it has several lines');
      assert.ok(text.x >= icon.x + icon.width && text.y < icon.y + icon.height, JSON.stringify({ icon, text }));
    });
    await inPage('locksGone', async (page) => {
      await show(page);
      await page.getByText('The segment is gone: so its locks stood when they were seen last.').waitFor();
      await lockRow(page, 'journal').waitFor();
    });
  });
});

describe('locks among the fields', () => {
  const inPage = usePage();

  it('show how they stand instead of their bytes, with a sign that is no colour', () =>
    inPage('locks', async (page) => {
      await field(page, 'lock').getByText('locked by strategy (1240) · 2 wait').waitFor();
      assert.match((await field(page, 'journal').locator('.lock-mark').getAttribute('class')) ?? '', /codicon-warning/);
      assert.match((await field(page, 'stats').locator('.lock-mark').getAttribute('class')) ?? '', /codicon-unlock/);
      await field(page, 'magic').locator('.lock-mark').waitFor({ state: 'hidden' });
      await field(page, 'lock').hover();
      await page.locator('[data-path="lock"] .col.value[title*="waits: feedhandler (1234), thread 1236"]').waitFor();
    }));

  it('open to their owner and waiters, from where the line can be opened; a lock that is a struct has its own parts', () =>
    inPage('locks', async (page) => {
      await field(page, 'lock').click();
      await page.keyboard.press('ArrowRight');
      const details = page.locator('.fields .row.detail');
      await details.first().waitFor();
      assert.deepEqual(await details.locator('.field-name').allInnerTexts(), ['owner', 'waits', 'waits', 'share', 'type']);
      for (let step = 0; step < 2; step++) await page.keyboard.press('ArrowDown');
      await page.locator('.fields .row.detail.selected', { hasText: 'feedhandler (1234)' }).waitFor();
      await selects(page, 40);
      await page.keyboard.press('Enter');
      await asked(page, 'openWhere');
      assert.deepEqual(await asks(page, 'openWhere'), [{ offset: 8, tid: 1236 }]);
      await field(page, 'seq').click();
      await page.locator('.cell.selected[data-offset="312"]').waitFor();
      await field(page, 'book').locator('.twisty').click();
      await field(page, 'book.guard').locator('.twisty').click();
      await field(page, 'book.guard._M_mutex').waitFor();
      await field(page, 'lock').click();
      await page.keyboard.press('ArrowLeft');
      await details.first().waitFor({ state: 'detached' });
    }));

  it('lead to the tab: by the sign, and by the banner', () =>
    inPage('locks', async (page) => {
      await field(page, 'journal').locator('.lock-mark').click();
      await page.locator('.lock-row.selected', { hasText: 'journal' }).waitFor();
      await lockRow(page, 'owner').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Close the drawer' }).click();
      const banner = page.locator('.banner', { hasText: 'wait for each other' });
      await banner.locator('vscode-button', { hasText: 'Show' }).click();
      await grid(page).waitFor();
    }));
});
