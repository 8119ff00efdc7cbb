import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { field, usePage, value } from './support.ts';

const asked = (page: Page) =>
  page.evaluate(() => window.testHost.sent.flatMap((message) => (message.type === 'request' ? [message.name] : [])));
const button = (page: Page, text: string) => page.locator('vscode-button', { hasText: text });

describe('the type of a segment in the page', () => {
  const inPage = usePage();

  it('begins where it is said to: fields, bytes and the selection agree', () =>
    inPage('conflict', async (page) => {
      await field(page, 'symbol').locator('[data-value="EURUSD"]').waitFor();
      assert.match(await field(page, 'seq').locator('.col.at').innerText(), /^0x1030$/);
      await page.locator('.type-chip', { hasText: 'struct MarketRing at 0x1000' }).waitFor();
      await field(page, 'best_bid').click();
      await page.locator('.cell.selected[data-offset="4168"]').waitFor();
      await page.evaluate(() => window.testHost.post({ type: 'goTo', offset: 4096 + 0x38 }));
      await page.locator('.row.selected[data-path="head"]').waitFor();
      await page.evaluate(() => window.testHost.post({ type: 'goTo', offset: 0x38 }));
      await page.locator('.row.selected[data-path="head"]').waitFor({ state: 'detached' });
    }));

  it('opens the quick pick from the header', () =>
    inPage('market', async (page) => {
      await page.locator('.type-chip').click();
      await page.waitForFunction(() =>
        window.testHost.sent.some((message) => message.type === 'request' && message.name === 'pickType'),
      );
    }));

  it('says why a suggested type stands there, and keeps it', () =>
    inPage('suggested', async (page) => {
      await page.getByText("struct MarketRing, since 'ring' in strategy (1240) points here.").waitFor();
      await button(page, 'Choose…').waitFor();
      await page.locator('.banner vscode-button', { hasText: 'Keep' }).click();
      await page.waitForFunction(() =>
        window.testHost.sent.some((message) => message.type === 'request' && message.name === 'keepType'),
      );
    }));

  it('counts what is suggested, and offers it where there is no type yet', () =>
    inPage('several', async (page) => {
      await page.locator('.type-chip', { hasText: '3 types suggested' }).waitFor();
      await button(page, 'struct Order at 0x60').click();
      await page.waitForFunction(() =>
        window.testHost.sent.some(
          (message) => message.type === 'request' && JSON.stringify(message.ask).includes("'order' in logger"),
        ),
      );
    }));

  it('says what would bring debug info', () =>
    inPage('lacking', async (page) => {
      await page.getByText('feedhandler (1234) has no debug info. Build it with -g').waitFor();
    }));

  it('offers the compiler for a text that it cannot read, and only then', () =>
    inPage('lacking', async (page) => {
      const ask = button(page, 'Ask the Compiler');
      await page.locator('textarea').fill('struct good { int x; };');
      await page.getByText('Gives').waitFor();
      assert.equal(await ask.isVisible(), false);
      await page.locator('textarea').fill('struct bad @ {');
      await page.locator('.type-error').waitFor();
      await ask.click();
      await page.waitForFunction(() =>
        window.testHost.sent.some((message) => message.type === 'request' && message.name === 'compileText'),
      );
    }));

  it('shows a conflict in a line, its differences in a table, and marks on the fields', () =>
    inPage('conflict', async (page) => {
      await page.getByText('feedhandler (1234) and strategy (1240) lay out struct Order differently: 3 differences').waitFor();
      assert.equal(await page.getByRole('table').count(), 0);
      await button(page, 'Show').click();
      const row = page.getByRole('row').filter({ hasText: 'price' }).first();
      await row.getByText('at 12, float').waitFor();
      await page.locator('[data-path="orders"] .twisty').click();
      await page.locator('[data-path="orders[0]"] .twisty').click();
      await page.locator('.row.conflicting[data-path="orders[0].price"] .conflict-mark').waitFor();
      assert.equal(await page.locator('.row.conflicting[data-path="orders[0].id"]').count(), 0);
      await button(page, 'Hide').click();
      await page.getByRole('table').waitFor({ state: 'detached' });
    }));

  it('keeps the last good layout beside a problem, and opens the place of it', () =>
    inPage('broken', async (page) => {
      await page.getByText("What you see is the type as it was before: 12:3: unknown type 'price_t'").waitFor();
      await value(page, 'head').waitFor();
      await button(page, 'Open include/ring.h:12:3').click();
      await button(page, 'Open .vscode/shmscope.json:3:5').click();
      await page.locator('.banner vscode-button', { hasText: 'Ask the Compiler' }).click();
      await page.waitForFunction(() => window.testHost.sent.filter((message) => message.type === 'request').length >= 3);
      const names = (await asked(page)).filter((name) => name === 'openProblem' || name === 'compileType');
      assert.deepEqual(names, ['openProblem', 'openProblem', 'compileType']);
    }));
});
