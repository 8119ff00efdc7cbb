import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { field, selects, usePage, value, written } from './support.ts';

const menuOf = async (page: Page, path: string): Promise<void> => {
  await field(page, path).click();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menu').waitFor();
};
const choose = async (page: Page, path: string, item: RegExp, format: string): Promise<void> => {
  await menuOf(page, path);
  await page.getByRole('menuitem', { name: item }).click();
  await page.getByRole('menuitemradio', { name: format, exact: true }).click();
};
const shows = (page: Page, path: string, text: string) => field(page, path).locator('.shown', { hasText: text }).waitFor();
const toolbar = (page: Page, name: string) => page.locator(`vscode-toolbar-button[title="${name}"]`);
const type = async (page: Page, path: string, text: string): Promise<void> => {
  await field(page, path).click();
  await page.keyboard.press('F2');
  await page.locator('.field-editor input').fill(text);
  await page.keyboard.press('Enter');
};

describe('the fields', () => {
  const inPage = usePage();

  it('show values in the format that was chosen by keys, remember it, and take it when editing', () =>
    inPage('zoo', async (page) => {
      await menuOf(page, 'sent');
      await page.keyboard.press('d');
      await page.keyboard.press('ArrowRight');
      await page.getByRole('menuitemradio', { name: 'Default' }).waitFor();
      for (let i = 0; i < 20; i++) {
        const label = await page.locator('.menu-item:focus .menu-label').innerText();
        if (label === 'Time: Nanoseconds since 1970, UTC') break;
        await page.keyboard.press('ArrowDown');
      }
      await page.keyboard.press('Enter');
      await shows(page, 'sent', '2026-07-21 02:13:20.123456789Z');
      assert.deepEqual(await page.evaluate(() => window.testHost.formats), { sent: 'time-ns' });
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('role')), 'treegrid');
      await type(page, 'sent', '2026-07-21 02:13:20.000000001Z');
      await shows(page, 'sent', '.000000001Z');
      const bytes = new Map(await written(page));
      const view = new DataView(Uint8Array.from({ length: 8 }, (_, at) => bytes.get(at) ?? 0).buffer);
      assert.equal(view.getBigInt64(0, true), 1_784_600_000_000_000_001n);
      await type(page, 'sent', 'tomorrow');
      await page.locator('.edit-error', { hasText: 'Write a time' }).waitFor();
    }));

  it('show addresses, UUIDs, text and denormals, and say what they are', () =>
    inPage('zoo', async (page) => {
      await choose(page, 'host', /^Display As/, 'IPv4 Address');
      await shows(page, 'host', '192.168.0.1');
      await choose(page, 'id', /^Display As/, 'UUID');
      await shows(page, 'id', 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6');
      await choose(page, 'text', /^Display As/, 'Text');
      await shows(page, 'text', '"grüße"');
      await choose(page, 'label', /^Display As/, 'Bytes');
      await shows(page, 'label', '68 69 00');
      assert.equal(await field(page, 'tiny').locator('.note').innerText(), 'denormal');
      assert.equal(await value(page, 'pair').getAttribute('data-value'), '{seq 0, left 0, right 0}');
      await page.evaluate(() => window.testHost.frame());
      await page.reload();
      await shows(page, 'pair', '{seq');
    }));

  it('apply a format to the same field of all elements', () =>
    inPage('market', async (page) => {
      await field(page, 'orders').locator('.twisty').click();
      await field(page, 'orders[0]').locator('.twisty').click();
      await choose(page, 'orders[0].quantity', /^Display As/, 'Hexadecimal');
      assert.deepEqual(await page.evaluate(() => window.testHost.formats), { 'orders[].quantity': 'hex' });
      await field(page, 'orders[0]').locator('.twisty').click();
      await field(page, 'orders[1]').locator('.twisty').click();
      await field(page, 'orders[1].quantity')
        .locator('.shown', { hasText: /^(0x[0-9a-f]+|0)$/ })
        .waitFor();
    }));

  it('show holes and padding on demand', () =>
    inPage('zoo', async (page) => {
      assert.equal(await page.locator('.row.gap').count(), 0);
      await toolbar(page, 'Show holes and padding').click();
      await field(page, '(hole at 13)').waitFor();
      assert.equal(await field(page, '(hole at 13)').locator('.shown').innerText(), '00 00 00');
      assert.equal(await field(page, '(padding at 128)').locator('.col.size').innerText(), '128');
      await field(page, '(hole at 13)').click();
      await selects(page, 3);
      await page.keyboard.press('Enter');
      await page.getByRole('status').filter({ hasText: 'No member is here' }).waitFor();
    }));

  it('follow pointers by the mapping, offset pointers and offsets, and say where one leads nowhere', () =>
    inPage('zoo', async (page) => {
      assert.equal(await field(page, 'next').locator('.lead.link').innerText(), '→ 0x58');
      await field(page, 'next').click();
      await page.keyboard.press('Control+Enter');
      await page.locator('[data-path="side"][aria-selected="true"]').waitFor();
      await selects(page, 4);
      await field(page, 'link').locator('.lead.link').click();
      await page.locator('[data-path="pair"][aria-expanded="true"]').waitFor();
      await page.locator('[data-path="pair.seq"][aria-selected="true"]').waitFor();
      await choose(page, 'at', /^Display As/, 'Offset from the Start of the Segment');
      await field(page, 'at').locator('.lead.link', { hasText: '→ 0x78' }).waitFor();
      await menuOf(page, 'at');
      await page.getByRole('menuitem', { name: 'Follow Pointer' }).click();
      await page.locator('[data-path="label"][aria-selected="true"]').waitFor();
      await field(page, 'other').click();
      await page.keyboard.press('Control+Enter');
      await page.getByRole('status').filter({ hasText: 'no process that is seen maps this segment there' }).waitFor();
    }));

  it('ask as whom to follow a pointer where mappers have the segment at other places', () =>
    inPage('zoo', async (page) => {
      await page.evaluate(() => {
        const { segment } = window.testHost.scenario;
        const [first] = segment.mappers;
        if (!first) return;
        const other = { ...first, pid: 77, process: 'reader', address: '0x7f3a1c400050' };
        window.testHost.post({ type: 'segment', segment: { ...segment, mappers: [first, other] } });
      });
      await field(page, 'next').locator('.lead', { hasText: '→ 2 places' }).waitFor();
      await field(page, 'next').click();
      await page.keyboard.press('Control+Enter');
      await page.getByRole('menuitem', { name: 'As reader 77 maps it: 0x8' }).click();
      await page.locator('[data-path="host"][aria-selected="true"]').waitFor();
    }));

  it('say that a guarded struct is inconsistent, in all of its fields, instead of showing it as right', () =>
    inPage('zoo', async (page) => {
      await menuOf(page, 'pair');
      await page.getByRole('menuitem', { name: 'Read Whole' }).click();
      await page.getByRole('menuitem', { name: /By Sequence Counter/ }).click();
      await page.getByRole('menuitemradio', { name: 'pair.seq', exact: true }).click();
      await page.waitForFunction(() => window.testHost.guards.length === 1);
      assert.deepEqual(await page.evaluate(() => window.testHost.guards), [
        { offset: 72, length: 16, sequence: { offset: 72, length: 4, byteOrder: 'little' } },
      ]);
      await field(page, 'pair').locator('.guard').waitFor();
      await field(page, 'pair').locator('.twisty').click();
      await shows(page, 'pair.right', '0');
      await page.evaluate(() => {
        window.testHost.torn = [{ offset: 72, length: 16 }];
        window.testHost.frame();
      });
      for (const path of ['pair', 'pair.seq', 'pair.right']) await shows(page, path, 'inconsistent');
      assert.equal(await value(page, 'side').getAttribute('data-value'), '1');
      await field(page, 'pair.left').click();
      await page.keyboard.press('F2');
      assert.equal(await page.locator('.field-editor').isVisible(), false);
      await page.waitForFunction(() => /pair\.seq/.test(sessionStorage.getItem('state') ?? ''));
      await page.reload();
      await page.waitForFunction(() => window.testHost.guards.length === 1);
    }));

  it('store only if the value is still what was seen, where the user wants that', () =>
    inPage('zoo', async (page) => {
      await field(page, 'host').click();
      await page.keyboard.press('F2');
      await page.getByRole('switch', { name: 'Only if unchanged' }).click();
      await page.locator('.field-editor input').fill('99');
      await page.evaluate(() => window.testHost.written.set(8, 5));
      await page.keyboard.press('Enter');
      await page.locator('.edit-error', { hasText: 'It holds 3232235525 now, not 3232235521' }).waitFor();
      assert.equal(await page.locator('.field-editor input').inputValue(), '99');
      assert.equal(new Map(await written(page)).get(9), undefined);
      await page.keyboard.press('Enter');
      await page.locator('[data-path="host"] [data-value="99"]').waitFor();
      await field(page, 'odd').click();
      await page.keyboard.press('F2');
      await page.locator('.edit-hint', { hasText: 'not 12 bytes' }).waitFor();
      await page.keyboard.press('Escape');
      await field(page, 'bits').locator('.twisty').click();
      await type(page, 'bits.level', '7');
      await page.locator('[data-path="bits.level"] [data-value="7"]').waitFor();
    }));

  it('offer the names of an enum, and take one by arrow keys', () =>
    inPage('zoo', async (page) => {
      await field(page, 'side').click();
      await page.keyboard.press('F2');
      await page.getByRole('option', { name: 'SELL' }).waitFor();
      assert.equal(await page.getByRole('option').count(), 3);
      await page.keyboard.type('se');
      await page.getByRole('option', { name: 'BUY' }).waitFor({ state: 'detached' });
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.locator('[data-path="side"] [data-value="2"]').waitFor();
    }));

  it('count changes, tell the value before, and show only what changes', () =>
    inPage('zoo', async (page) => {
      await field(page, 'pair').locator('.twisty').click();
      await shows(page, 'pair.left', '0');
      await toolbar(page, 'Count changes').click();
      await toolbar(page, 'Show only fields that change').click();
      await field(page, 'pair.left').waitFor({ state: 'detached' });
      await page.locator('.fields-bar .said', { hasText: /^0 of \d+ fields changed/ }).waitFor();
      await page.waitForFunction(() => window.testHost.ranges.some(({ offset, length }) => offset === 0 && length >= 128));
      const step = () =>
        page.evaluate(() => {
          window.testHost.tick += 1;
          window.testHost.frame();
        });
      await page.waitForTimeout(100);
      await step();
      await field(page, 'pair.left').waitFor();
      const paths = () =>
        page.locator('.fields .rows .row').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-path')));
      assert.deepEqual(await paths(), ['tag', 'pair.seq', 'pair.left', 'pair.right']);
      await field(page, 'tag').click();
      await shows(page, 'tag', '1');
      await step();
      await shows(page, 'tag', '2');
      await field(page, 'tag').locator('.col.count', { hasText: '2' }).waitFor();
      assert.match((await field(page, 'tag').getAttribute('aria-description')) ?? '', /was 1, changed 2 times/);
      assert.equal(await field(page, 'pair.left').locator('.col.count').innerText(), '2', 'the change that made it come counts');
      assert.deepEqual(await paths(), ['tag', 'pair.seq', 'pair.left', 'pair.right'], 'none goes');
      await toolbar(page, 'Show only fields that change').click();
      await field(page, 'sent').waitFor();
    }));
});
