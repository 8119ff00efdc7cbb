import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { CONTEXT } from '../../webview/bytes/window.ts';
import { cell, goTo, pixels, selects, usePage, written } from './support.ts';

const GIB = 2 ** 30;
/** What the 'huge' scenario holds at an offset. */
const huge = (offset: number): string => ((Math.floor(offset / 16) + offset) & 255).toString(16).padStart(2, '0');
/** Offset and text of every cell in the grid. */
const shown = (page: Page) =>
  page
    .locator('#byte-rows [role="gridcell"][data-offset]')
    .evaluateAll((cells) =>
      cells.map((one): [number, string] => [Number(one.getAttribute('data-offset')), one.getAttribute('aria-label') ?? '']),
    );
/** What the host got, apart from acknowledgements. */
const sent = (page: Page) => page.evaluate(() => window.testHost.sent.filter(({ type }) => type !== 'ack').length);

/** Chooses in the view options, as a user does by keys. */
async function choose(page: Page, label: string, option: string): Promise<void> {
  const popover = page.getByRole('dialog', { name: 'View options' });
  if (!(await popover.isVisible())) await page.getByRole('button', { name: 'View options' }).press('Enter');
  await popover.waitFor();
  const select = popover.locator('.option').filter({ hasText: label }).locator('vscode-single-select');
  await select.click();
  await select.getByRole('option', { name: option, exact: true }).click();
  // A list that is still closing takes the key for itself.
  while (await popover.isVisible()) {
    await page.keyboard.press('Escape');
    await page.waitForTimeout(50);
  }
}

describe('the bytes on the page', () => {
  const inPage = usePage();

  it('are exact in the first, the last and 100 random rows of 64 GiB', () =>
    inPage('huge', async (page) => {
      const offsets = [0, 64 * GIB - 16, ...Array.from({ length: 100 }, () => Math.floor(Math.random() * 4 * GIB) * 16)];
      for (const offset of offsets) {
        await goTo(page, offset);
        await cell(page, offset, huge(offset)).waitFor();
        await cell(page, offset + 15, huge(offset + 15)).waitFor();
        const cells = await shown(page);
        assert.deepEqual(
          cells.filter(([at, text]) => text !== huge(at)),
          [],
          `around ${offset}`,
        );
        assert.ok(cells.length >= 16 * 20);
      }
    }));

  it('are reached at the end of what a number can count', () =>
    inPage('vast', async (page) => {
      const last = Number.MAX_SAFE_INTEGER - 1;
      await cell(page, 0).click();
      await page.keyboard.press('Control+End');
      await cell(page, last, '').waitFor();
      assert.equal(
        await cell(page, last).getAttribute('aria-label'),
        ((Math.floor(last / 16) + last) % 251).toString(16).padStart(2, '0'),
      );
      assert.equal(await cell(page, last + 1).count(), 0);
      await page.locator(`.cell.selected[data-offset="${last}"]`).waitFor();
      await page.keyboard.press('Control+Home');
      await cell(page, 0, '00').waitFor();
    }));

  it('scroll by the scrollbar: pages while the track is held, a jump with shift, the thumb to the very end', () =>
    inPage('huge', async (page) => {
      const bar = page.getByRole('scrollbar', { name: 'Scroll bytes' });
      const top = async () => Number(await bar.getAttribute('aria-valuenow'));
      const box = await bar.boundingBox();
      assert.ok(box);
      const x = box.x + box.width / 2;
      const rows = Math.floor((box.height - 24) / 20);
      await page.mouse.click(x, box.y + box.height / 2);
      assert.ok((await top()) >= rows - 1 && (await top()) <= rows + 1, `one page: ${await top()}`);
      await page.mouse.move(x, box.y + box.height / 2);
      await page.mouse.down();
      await page.waitForFunction(
        (least) => Number(document.querySelector('[aria-label="Scroll bytes"]')?.getAttribute('aria-valuenow')) > least,
        rows * 5,
      );
      await page.mouse.up();
      await page.keyboard.down('Shift');
      await page.mouse.click(x, box.y + box.height / 2);
      await page.keyboard.up('Shift');
      assert.ok(Math.abs((await top()) / (4 * GIB) - 0.5) < 0.01);
      await page.mouse.move(x, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(x, box.y + box.height + 50, { steps: 4 });
      await page.mouse.up();
      await cell(page, 64 * GIB - 1, huge(64 * GIB - 1)).waitFor();
      assert.equal(String(await top()), await bar.getAttribute('aria-valuemax'));
    }));

  it('draw what was not delivered as unknown, without waiting for it, and never as zeros', () =>
    inPage('huge', async (page) => {
      const plain = await pixels(page);
      await page.evaluate(() => {
        window.testHost.frame = () => undefined;
        document.querySelector('#byte-rows')?.dispatchEvent(new WheelEvent('wheel', { deltaY: 2 ** 33, cancelable: true }));
      });
      await page.waitForFunction(
        () => Number(document.querySelector('#byte-rows [data-offset]')?.getAttribute('data-offset')) > 0,
      );
      const cells = await shown(page);
      assert.ok(cells.length > 300);
      assert.deepEqual(
        cells.filter(([, text]) => text !== ''),
        [],
      );
      assert.notEqual(await pixels(page), plain);
      // Of the first row that was read for the text of the one before it, three bytes are known: all others have bars.
      await page.evaluate(() =>
        document
          .querySelector('#byte-rows')
          ?.dispatchEvent(new WheelEvent('wheel', { deltaY: -(2 ** 33) + 600, cancelable: true })),
      );
      await cell(page, 0x280, huge(0x280)).waitFor();
      const near = await shown(page);
      const edge = (near.find(([, text]) => text === '')?.[0] ?? 0) - CONTEXT;
      assert.equal(edge % 16, 0);
      assert.equal(near.find(([at]) => at === edge)?.[1], huge(edge));
      const isBlank = (offset: number) =>
        cell(page, offset).evaluate((element) => {
          const canvas = document.querySelector('.bytes canvas');
          if (!(canvas instanceof HTMLCanvasElement)) return true;
          const [box, whole] = [element.getBoundingClientRect(), canvas.getBoundingClientRect()];
          const data = canvas
            .getContext('2d')
            ?.getImageData(box.left - whole.left, box.top - whole.top, box.width, box.height).data;
          return new Set(data).size <= 2;
        });
      for (let column = 0; column < 16; column++) assert.equal(await isBlank(edge + column), false, `column ${column}`);
    }));

  it('that all change at 60 Hz are in the grid within a quarter of a second', () =>
    inPage('busy', async (page) => {
      await page.waitForFunction(() => window.testHost.tick > 30);
      const wrong = await page.evaluate(async () => {
        const host = window.testHost;
        const bad: number[] = [];
        host.status = { ...host.status, paused: true };
        await new Promise((resolve) => setTimeout(resolve, 600));
        for (const one of document.querySelectorAll<HTMLElement>('#byte-rows [data-offset]')) {
          const offset = Number(one.dataset['offset']);
          if (Number.parseInt(one.ariaLabel ?? '', 16) !== host.scenario.byte(offset, host.tick)) bad.push(offset);
        }
        return bad;
      });
      assert.deepEqual(wrong, []);
    }));

  it('cost nothing at rest: no frame, no message, no change of the page', () =>
    inPage('mapped', async (page) => {
      await cell(page, 3).click();
      await page.waitForTimeout(2500);
      const before = await sent(page);
      const seen = await page.evaluate(async () => {
        let count = 0;
        const real = window.requestAnimationFrame.bind(window);
        window.requestAnimationFrame = (callback) => {
          count += 1;
          return real(callback);
        };
        const observer = new MutationObserver((records) => (count += records.length));
        observer.observe(document.documentElement, { subtree: true, childList: true, attributes: true, characterData: true });
        await new Promise((resolve) => setTimeout(resolve, 1500));
        observer.disconnect();
        return count;
      });
      assert.equal(seen, 0);
      assert.equal(await sent(page), before);
    }));

  it('are shown as the options say, and so again after a reload', () =>
    inPage('mapped', async (page) => {
      const byte = (o: number): number => (o * 7 + (o >> 4)) & 255;
      await choose(page, 'Group', '4 bytes');
      await choose(page, 'Format', 'decimal, signed');
      await choose(page, 'Bytes per row', '32');
      await choose(page, 'Text encoding', 'UTF-16');
      await choose(page, 'Positions', 'addresses in whole 77 (0x7f0000000000)');
      const bytes = Buffer.from(Array.from({ length: 64 }, (_, offset) => byte(offset)));
      const check = async (): Promise<void> => {
        await cell(page, 36, String(bytes.readInt32LE(36))).waitFor();
        assert.equal(await cell(page, 33).count(), 0);
        const second = page.locator('[role="row"][aria-rowindex="3"]');
        assert.equal(await second.locator('.offset').textContent(), '7f0000000020');
        assert.equal(await second.locator('[role="gridcell"]').count(), 9);
        assert.equal(await page.getByRole('columnheader').first().textContent(), 'Address');
      };
      await check();
      await page.waitForFunction(() => (sessionStorage.getItem('state') ?? '').includes('77:7f0000000000'));
      await page.reload();
      await check();
      await page.getByRole('combobox', { name: 'Byte order' }).click();
      await page.getByRole('option', { name: 'big-endian' }).click();
      await cell(page, 36, String(bytes.readInt32BE(36))).waitFor();
      await page.evaluate(() => {
        const { segment } = window.testHost.scenario;
        window.testHost.post({ type: 'segment', segment: { ...segment, mappers: segment.mappers.slice(2) } });
      });
      await page
        .locator('.bytes .offset')
        .filter({ hasText: /^00000020$/ })
        .waitFor();
    }));

  it('say where a mapper does not see them', () =>
    inPage('mapped', async (page) => {
      await choose(page, 'Positions', 'addresses in part 78 (0x10000000)');
      await page.locator('#byte-rows .offset').first().filter({ hasText: 'not mapped' }).waitFor();
      await goTo(page, 0x1010);
      await page
        .locator('#byte-rows .offset')
        .filter({ hasText: /^10000010$/ })
        .waitFor();
      await page.keyboard.press('Control+End');
      await cell(page, 16386, '').waitFor();
      await page.locator('#byte-rows .offset').last().filter({ hasText: 'not mapped' }).waitFor();
    }));

  it('fill the width, and keep the place when it changes', () =>
    inPage('mapped', async (page) => {
      await goTo(page, 0x2800);
      await cell(page, 0x2800, '').waitFor();
      await choose(page, 'Bytes per row', 'as many as fit');
      const columns = async () => (await page.getByRole('columnheader').count()) - 2;
      await cell(page, 0x2800).waitFor();
      const before = await columns();
      await page.setViewportSize({ width: 1900, height: 760 });
      await page.waitForFunction((less) => document.querySelectorAll('.bytes [role="columnheader"]').length - 2 > less, before);
      await cell(page, 0x2800, '').waitFor();
      const overflow = await page.locator('.bytes .across').evaluate((across) => across.scrollWidth - across.clientWidth);
      assert.equal(overflow, 0);
    }));

  it('are edited as values: checked while they are typed, stored once', () =>
    inPage('mapped', async (page) => {
      await choose(page, 'Group', '2 bytes');
      await choose(page, 'Format', 'decimal, signed');
      await cell(page, 0x20).click();
      await selects(page, 1);
      await page.keyboard.press('ArrowRight');
      await page.keyboard.type('-40000');
      const input = page.getByLabel('Value at 0x22');
      assert.equal(await input.inputValue(), '-40000');
      await page.getByRole('alert').filter({ hasText: '-40000 does not fit i16 (-32768 to 32767)' }).waitFor();
      await input.press('Enter');
      assert.deepEqual(await written(page), []);
      await input.fill('-2');
      await input.press('Enter');
      await cell(page, 0x22, '-2').waitFor();
      await input.waitFor({ state: 'hidden' });
      assert.deepEqual(await written(page), [
        [0x22, 0xfe],
        [0x23, 0xff],
      ]);
      await page.keyboard.press('F2');
      assert.equal(await input.inputValue(), '-2');
      await page.keyboard.press('Escape');
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('role')), 'grid');
      await cell(page, 0x30).dblclick();
      await page.getByLabel('Value at 0x30').waitFor();
    }));

  it('are copied and pasted as text in the encoding that is shown', () =>
    inPage('student', async (page) => {
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await choose(page, 'Text', 'UTF-16');
      await cell(page, 0).click();
      await page.keyboard.press('Tab');
      await page.locator('.in-text').waitFor();
      await page.evaluate(() => {
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/plain', 'hü');
        document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
      });
      await cell(page, 2, 'fc').waitFor();
      assert.deepEqual(await written(page), [...Buffer.from('hü', 'utf16le').entries()]);
      await selects(page, 4);
      await page.keyboard.press('Control+c');
      await page.waitForFunction(async () => (await navigator.clipboard.readText()) === 'hü');
      await page.keyboard.press('Shift+F10');
      await page.evaluate(() => navigator.clipboard.writeText(''));
      await page.getByRole('menuitem', { name: 'Copy as Text' }).click();
      await page.waitForFunction(async () => (await navigator.clipboard.readText()) === 'hü');
    }));

  it('are selected as far as the host says when it leads to them', () =>
    inPage('huge', async (page) => {
      await page.evaluate(() => window.testHost.post({ type: 'goTo', offset: 0x100000, length: 6 }));
      await cell(page, 0x100000).waitFor();
      await selects(page, 6);
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('role')), 'grid');
    }));
});
