import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { bid, copied, head, missed, place, several } from './reports.ts';
import { cell, field, usePage } from './support.ts';
import { asked, asks, chip, said, tell } from './writersSupport.ts';

const row = (page: Page, text: string | RegExp) =>
  page.getByRole('grid', { name: 'Writers' }).getByRole('row').filter({ hasText: text });
const start = (page: Page) => page.getByRole('button', { name: 'Find Writers', exact: true });
/** Drawing follows the next animation frame. */
const inOrder = (page: Page, names: readonly string[]) =>
  page.waitForFunction(
    (wanted) => [...document.querySelectorAll('.writer .process-name')].map((one) => one.textContent).join() === wanted,
    names.join(),
    { timeout: 5000 },
  );
const open = async (page: Page) => {
  await page.keyboard.press('Shift+Alt+W');
  await page.getByRole('tabpanel', { name: 'Writers' }).waitFor();
};

describe('the tab Writers', () => {
  const inPage = usePage();

  it('watches what is selected, and says what can be selected instead', () =>
    inPage('market', async (page) => {
      await field(page, 'head').click();
      await open(page);
      await page.locator('.chip.selection', { hasText: 'head' }).waitFor();
      await page.locator('.writers .empty', { hasText: 'nobody is stopped' }).waitFor();
      await field(page, 'orders').click();
      await page.locator('.writers .empty', { hasText: 'orders has 1,024 elements: choose one of them.' }).waitFor();
      await page.locator('.writers-go vscode-button[disabled]').waitFor();
      await cell(page, 0x39).click();
      await page.locator('.chip.selection', { hasText: 'head' }).waitFor();
      await page.keyboard.press('Shift+ArrowRight');
      await page.keyboard.press('Shift+ArrowRight');
      await page.locator('.writers .empty', { hasText: '3 bytes from 0x39 on are selected' }).waitFor();
    }));

  it('finds with what was set, and Stop ends it, on the same key', () =>
    inPage('market', async (page) => {
      await field(page, 'head').click();
      await open(page);
      await page.locator('.writers vscode-single-select').click();
      await page.getByRole('option', { name: '30 s' }).click();
      await page.locator('.writers vscode-checkbox').click();
      await start(page).focus();
      await page.keyboard.press('Enter');
      assert.deepEqual(await asked(page, 'findWriters'), { fields: [head], ms: 30_000, reads: true });
      await said(page, 'Setting breakpoints…');
      await page.getByRole('button', { name: 'Stop' }).waitFor();
      assert.equal(
        await page.getByRole('button', { name: 'Stop' }).evaluate((button) => button === document.activeElement),
        true,
      );
      await tell(page, { reads: true });
      await said(page, 'Watching 3 threads of 2 processes… nobody has touched it so far.');
      await page
        .getByRole('timer', { name: 'Time left' })
        .filter({ hasText: /^[67] s left$/ })
        .waitFor();
      await page.keyboard.press('Enter');
      assert.equal(await asked(page, 'stopWriters'), null);
    }));

  it('puts up to four fields together, and takes them away again by key', () =>
    inPage('market', async (page) => {
      await open(page);
      const add = page.getByRole('button', { name: 'Add Field' });
      for (const path of ['head', 'tail', 'best_bid', 'best_ask']) {
        await field(page, path).click();
        await add.click();
        await chip(page, path).locator('.chip-remove').waitFor();
      }
      await field(page, 'seq').click();
      await page.locator('vscode-button[disabled][title="At most 4 fields are watched at a time."]').waitFor();
      await page.getByRole('button', { name: 'Remove tail' }).focus();
      await page.keyboard.press('Delete');
      await chip(page, 'tail').waitFor({ state: 'detached' });
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Remove best_bid');
      await start(page).click();
      const ask = await asked(page, 'findWriters');
      assert.deepEqual(JSON.stringify(ask).match(/"path":"\w+"/g), ['"path":"head"', '"path":"best_bid"', '"path":"best_ask"']);
      await page.waitForTimeout(400);
      await page.reload();
      await page.locator('.chip', { hasText: 'best_ask' }).waitFor();
    }));

  it('lists who writes, and a click opens the line, or that of the caller', () =>
    inPage('market', async (page) => {
      await open(page);
      await tell(page, { places: several(), seen: 30_900, lost: 7200 });
      await said(page, '30,900 stores seen · 81\u00a0% of the stores were seen');
      await row(page, 'feed.c:31').filter({ hasText: 'feed (1234)' }).filter({ hasText: '9,870/s' }).waitFor();
      await row(page, 'strategy (1240) · thread 1244').locator('.value').filter({ hasText: '1819' }).waitFor();
      await row(page, 'feed.c:31').click();
      assert.deepEqual(await asked(page, 'openLine'), { place: 1, of: 'own', focus: false });
      await page.getByText('wire.c:77').click();
      assert.deepEqual(await asked(page, 'openLine', 2), { place: 3, of: 'caller', focus: false });
      // Without a line of its own the caller's is meant, wherever it is pressed.
      await row(page, '__memcpy').locator('.process').click();
      assert.deepEqual(await asked(page, 'openLine', 3), { place: 3, of: 'caller', focus: false });
      await row(page, 'legacy (1260)').click();
      const line = row(page, 'legacy (1260)').locator('.line');
      assert.equal(await line.textContent(), 'legacy 0x555555555104');
      assert.match(
        (await line.getAttribute('title')) ?? '',
        /in \/opt\/legacy\/bin\/legacy\nlegacy is stripped: build it with -g\.$/,
      );
      assert.equal((await asks(page, 'openLine')).length, 3);
      assert.equal(await page.locator('.writers img, .writers b').count(), 0);
    }));

  it('shows own code first: the line that called a library, which opens it; that of the library by a press on it', () =>
    inPage('market', async (page) => {
      await page.setViewportSize({ width: 1500, height: 760 });
      await open(page);
      await tell(page, { places: [copied(), place(1)] });
      const copy = row(page, 'renamer (1280)');
      await copy.locator('.function', { hasText: /^rename_owner via __strcpy_evex$/ }).waitFor();
      assert.equal(await copy.locator('.line').textContent(), 'account.c:29');
      assert.equal(await copy.locator('.library').textContent(), 'strcpy-evex.S:635');
      const name = /^renamer \(1280\) rename_owner account\.c:29 via __strcpy_evex 19 to 20 4\.4\/s 23 /;
      await page.getByRole('row', { name }).waitFor();
      await page.getByRole('row', { name: /^feed \(1234\) publish feed\.c:31 402\/s 1,204 / }).waitFor();
      await copy.locator('.line').click();
      assert.deepEqual(await asked(page, 'openLine'), { place: 6, of: 'caller', focus: false });
      await copy.locator('.process').click();
      assert.deepEqual(await asked(page, 'openLine', 2), { place: 6, of: 'caller', focus: false });
      await copy.locator('.library').click();
      assert.deepEqual(await asked(page, 'openLine', 3), { place: 6, of: 'own', focus: false });
      await page.keyboard.press('Enter');
      assert.deepEqual(await asked(page, 'openLine', 4), { place: 6, of: 'caller', focus: true });
      await page.keyboard.press('Shift+Enter');
      assert.deepEqual(await asked(page, 'openLine', 5), { place: 6, of: 'own', focus: true });
      await page.setViewportSize({ width: 800, height: 760 });
      await copy.locator('.library').waitFor({ state: 'hidden' });
      assert.match(
        (await copy.locator('.line').getAttribute('title')) ?? '',
        /account\.c:29\nvia __strcpy_evex: .*strcpy-evex\.S:635$/,
      );
      await tell(page, { places: [{ ...copied(), caller: { function: 'rename_owner' } }] });
      await copy.locator('.library', { hasText: 'strcpy-evex.S:635' }).waitFor();
      await copy.locator('.process').click();
      assert.deepEqual(await asked(page, 'openLine', 6), { place: 6, of: 'own', focus: false });
    }));

  it('goes by keys: arrows choose, Enter opens, Escape leads back to the bytes', () =>
    inPage('market', async (page) => {
      await open(page);
      await tell(page, { places: several() });
      await page.getByRole('grid', { name: 'Writers' }).focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await row(page, 'book.cc:118').and(page.locator('[aria-selected="true"]')).waitFor();
      await page.keyboard.press('Enter');
      assert.deepEqual(await asked(page, 'openLine'), { place: 2, of: 'own', focus: true });
      await page.keyboard.press('End');
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Shift+Enter');
      assert.deepEqual(await asked(page, 'openLine', 2), { place: 3, of: 'caller', focus: true });
      // Rows are drawn with the next frame.
      const id = await row(page, '__memcpy').getAttribute('id');
      await page.locator(`[role="grid"][aria-label="Writers"][aria-activedescendant="${id}"]`).waitFor();
      await page.keyboard.press('Escape');
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Bytes');
    }));

  it('sorts by rate, or by what the head of a column says, and keeps the chosen row', () =>
    inPage('market', async (page) => {
      const places = [
        place(1, { rate: 5, count: 50, process: 'b' }),
        place(2, { rate: 70, count: 7, process: 'c' }),
        place(3, { rate: 6, count: 600, process: 'a' }),
      ];
      await open(page);
      await tell(page, { state: 'ended', places });
      await row(page, 'c (1234)').click();
      await page.mouse.move(10, 10);
      await inOrder(page, ['c (1234)', 'a (1234)', 'b (1234)']);
      assert.equal(await page.getByRole('columnheader', { name: 'Rate' }).getAttribute('aria-sort'), 'descending');
      await page.getByRole('button', { name: 'Process' }).click();
      await inOrder(page, ['a (1234)', 'b (1234)', 'c (1234)']);
      assert.equal(await page.getByRole('columnheader', { name: 'Process' }).getAttribute('aria-sort'), 'ascending');
      await page.getByRole('button', { name: 'Process' }).click();
      await inOrder(page, ['c (1234)', 'b (1234)', 'a (1234)']);
      await row(page, 'c (1234)').and(page.locator('[aria-selected="true"]')).waitFor();
      await page.getByRole('button', { name: 'Count' }).click();
      await inOrder(page, ['a (1234)', 'b (1234)', 'c (1234)']);
    }));

  it('leaves the rows under the pointer where they are', () =>
    inPage('market', async (page) => {
      await open(page);
      await tell(page, { places: [place(1, { rate: 9, process: 'one' }), place(2, { rate: 1, process: 'two' })] });
      await row(page, 'one').hover();
      await tell(page, {
        places: [
          place(3, { rate: 90, process: 'new' }),
          place(1, { rate: 1, process: 'one' }),
          place(2, { rate: 9, process: 'two' }),
        ],
      });
      await row(page, 'new').waitFor();
      await inOrder(page, ['one (1234)', 'two (1234)', 'new (1234)']);
      await page.mouse.move(10, 10);
      await tell(page, {
        places: [
          place(3, { rate: 90, process: 'new' }),
          place(1, { rate: 1, process: 'one' }),
          place(2, { rate: 9, process: 'two' }),
        ],
      });
      await page.waitForFunction(() => document.querySelector('.writer .process-name')?.textContent === 'new (1234)');
    }));

  it('says that nobody wrote, and who could not be watched', () =>
    inPage('market', async (page) => {
      await open(page);
      const now = Date.now();
      await tell(page, { state: 'ended', processes: 3, startedAt: now - 10_000, endsAt: now });
      await said(page, 'Nobody wrote to it: every thread of all 3 processes was watched for 10 s.');
      assert.equal(await page.locator('.missed').isVisible(), false);
      await tell(page, { state: 'ended', missed, moreMissed: 2, startedAt: now - 10_000, endsAt: now });
      await said(page, 'None seen in 10 s, but these could not be watched:');
      await page.getByText('logger (1251): It belongs to another user').waitFor();
      await page.getByText('debuggee (1300), thread 1302: Its breakpoint registers are taken').waitFor();
      await page.getByText('and 2 more').waitFor();
      await tell(page, { state: 'ended', missed, places: several() });
      await page.getByText('2 could not be watched').click();
      await page.getByText('logger (1251): It belongs to another user').waitFor();
    }));

  it('shows a hint, labelled as one, where breakpoints cannot be had', () =>
    inPage('market', async (page) => {
      await open(page);
      const failure = { message: 'This virtual machine has no breakpoint registers.', remedy: 'Run on the machine itself.' };
      const hint = [
        { time: Date.now(), before: '17', after: '18', ran: ['feed (1234)', '<b>x</b> (7)'] },
        { time: Date.now() - 1000, before: '16', after: '17', ran: [] },
      ];
      await tell(page, { state: 'ended', failure, hint });
      await page.getByText('This virtual machine has no breakpoint registers. Run on the machine itself.').waitFor();
      await page.getByRole('heading', { name: 'A hint, no proof: breakpoints cannot be had here.' }).waitFor();
      const hints = page.getByRole('grid', { name: 'Changes and who ran' }).getByRole('row');
      await hints.filter({ hasText: '17 → 18' }).filter({ hasText: 'feed (1234), <b>x</b> (7)' }).waitFor();
      await hints.filter({ hasText: '16 → 17' }).filter({ hasText: 'nobody' }).waitFor();
    }));

  it('has a column for the field where there are several, and none for values that nobody has', () =>
    inPage('market', async (page) => {
      await open(page);
      await tell(page, { fields: [head, bid], places: [place(1), place(2, { field: 1 })] });
      const column = (name: string) => page.getByRole('grid', { name: 'Writers' }).getByRole('columnheader', { name });
      await column('Field').waitFor();
      await row(page, 'best_bid').waitFor();
      await column('Value').waitFor({ state: 'hidden' });
      await tell(page, { places: [place(1, { after: '7' })] });
      await column('Value').waitFor();
      await column('Field').waitFor({ state: 'hidden' });
    }));

  it('lists five hundred places without their rows', () =>
    inPage('market', async (page) => {
      await open(page);
      const places = Array.from({ length: 500 }, (_, id) => place(id, { rate: 500 - id, process: `p${id}` }));
      await tell(page, { places, morePlaces: 312 });
      await said(page, 'the first 500 of 812 places are shown');
      assert.ok((await page.locator('.writer').count()) < 20);
      await page.getByRole('grid', { name: 'Writers' }).focus();
      await page.keyboard.press('End');
      await row(page, 'p499').waitFor();
      assert.equal(await page.getByRole('grid', { name: 'Writers' }).getAttribute('aria-rowcount'), '501');
    }));

  it('says what went wrong, until the next try', () =>
    inPage('market', async (page) => {
      const remark = '/build/feed.c is not on this machine.';
      await field(page, 'head').click();
      await open(page);
      await tell(page, { places: several() });
      await page.evaluate((text) => (window.testHost.failWriters = text), remark);
      await row(page, 'feed.c:31').click();
      await page.getByRole('alert').filter({ hasText: remark }).waitFor();
      await page.evaluate(() => (window.testHost.failWriters = undefined));
      await row(page, 'feed.c:31').click();
      await page.locator('.writers-problem').waitFor({ state: 'hidden' });
    }));

  it('begins nothing in a segment that is gone, and keeps what was found', () =>
    inPage('market', async (page) => {
      await field(page, 'head').click();
      await open(page);
      await tell(page, { state: 'ended', places: several() });
      await page.evaluate(() => window.testHost.setStatus({ phase: 'gone' }));
      await page.locator('.writers .empty', { hasText: 'The segment is gone' }).waitFor();
      await page.locator('.writers-go vscode-button[disabled]').waitFor();
      await row(page, 'feed.c:31').waitFor();
      await page.evaluate(() => window.testHost.post({ type: 'writers' }));
      await page.getByRole('grid', { name: 'Writers' }).waitFor({ state: 'hidden' });
    }));

  it('says that nobody maps it writable', () =>
    inPage('market', async (page) => {
      await page.evaluate(() => {
        const { segment } = window.testHost.scenario;
        window.testHost.post({
          type: 'segment',
          segment: { ...segment, mappers: segment.mappers.map((one) => ({ ...one, protection: 'r--' })) },
        });
      });
      await field(page, 'head').click();
      await open(page);
      await page.locator('.writers .empty', { hasText: 'Nobody maps this segment writable now.' }).waitFor();
    }));

  it('is wide enough for names at every width, and nothing runs over its edge', () =>
    inPage('market', async (page) => {
      await open(page);
      await tell(page, { fields: [head, bid], places: [...several(), copied()], missed });
      for (const width of [1400, 900, 620, 420, 320]) {
        await page.setViewportSize({ width, height: 760 });
        await row(page, 'feed.c:31').locator('.line').waitFor();
        const over = await page.evaluate(
          () =>
            [...document.querySelectorAll('.writers, .writers .grid-row')].filter((one) => one.scrollWidth > one.clientWidth + 1)
              .length,
        );
        assert.equal(over, 0, `${width} px`);
        const shown = await page
          .locator('.writer .line')
          .first()
          .evaluate((line) => line.getBoundingClientRect().width);
        assert.ok(shown > 50, `${width} px: ${shown}`);
      }
    }));

  it('exports, and opens by the word of the host', () =>
    inPage('market', async (page) => {
      await page.evaluate(() => window.testHost.post({ type: 'show', tab: 'writers' }));
      await page.getByRole('tabpanel', { name: 'Writers' }).waitFor();
      await tell(page, { places: several() });
      await page.getByRole('button', { name: 'Export the report…' }).click();
      assert.equal(await asked(page, 'exportWriters'), null);
    }));
});
