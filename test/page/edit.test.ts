import assert from 'node:assert/strict';
import { cell, field, selects, usePage, value, written } from './support.ts';

describe('the page, edited', () => {
  const inPage = usePage();

  it('copies the chosen value out of the fields, and the selected bytes as hexadecimal or text', () =>
    inPage('student', async (page) => {
      const copied = () =>
        page.evaluate(() => {
          const clipboardData = new DataTransfer();
          const event = new ClipboardEvent('copy', { clipboardData, bubbles: true, cancelable: true });
          document.activeElement?.dispatchEvent(event);
          return clipboardData.getData('text/plain');
        });
      await field(page, 'age').click();
      await selects(page, 4);
      const age = await value(page, 'age').getAttribute('data-value');
      assert.equal(await copied(), age);
      await cell(page, 32).click();
      await page.keyboard.press('Shift+ArrowRight');
      await selects(page, 2);
      assert.equal(await copied(), `${Number(age).toString(16).padStart(2, '0')} 00`);
      await page.keyboard.press('Tab');
      await page.locator('.in-text').waitFor();
      assert.equal(await copied(), `${String.fromCharCode(Number(age))}\0`);
    }));

  it('stores an edited field once, and shows what was stored', () =>
    inPage('student', async (page) => {
      await value(page, 'name').dblclick();
      await page.keyboard.type('quit');
      await page.keyboard.press('Enter');
      await page.locator('[data-path="name"] [data-value="quit"]').waitFor();
      const bytes = new Map(await written(page));
      assert.deepEqual(
        [0, 1, 2, 3, 4, 31].map((at) => bytes.get(at)),
        [...Buffer.from('quit'), 0, 0],
      );
      assert.equal(bytes.size, 32);
    }));

  it('refuses a value that does not fit and keeps what was typed', () =>
    inPage('student', async (page) => {
      await field(page, 'age').click();
      await page.keyboard.press('F2');
      await page.keyboard.type('99999999999');
      await page.keyboard.press('Enter');
      await page.locator('.edit-error').waitFor();
      assert.notEqual(await page.locator('.edit-error').innerText(), '');
      assert.equal(await page.locator('.field-editor input').inputValue(), '99999999999');
      assert.deepEqual(await written(page), []);
      await page.keyboard.press('Escape');
      assert.equal(await page.locator('.field-editor').isVisible(), false);
      assert.equal(await value(page, 'age').getAttribute('data-value'), '20');
    }));

  it('keeps the typed text when the write fails', () =>
    inPage('student', async (page) => {
      await page.evaluate(() => (window.testHost.failWrites = true));
      await value(page, 'age').dblclick();
      await page.keyboard.type('21');
      await page.keyboard.press('Enter');
      await page.locator('.edit-error', { hasText: 'Permission denied' }).waitFor();
      assert.equal(await page.locator('.field-editor input').inputValue(), '21');
    }));

  it('writes one byte for two hexadecimal digits, and characters in the text column', () =>
    inPage('student', async (page) => {
      await cell(page, 1).click();
      await page.keyboard.type('4a');
      await cell(page, 1, '4a').waitFor();
      assert.deepEqual(await written(page), [[1, 0x4a]]);
      const text = page.locator('.bytes .rows .row').first().locator('.text');
      const { width, height } = (await text.boundingBox()) ?? { width: 0, height: 0 };
      await text.click({ position: { x: (width / 16) * 4.5, y: height / 2 } });
      await page.keyboard.type('!');
      await cell(page, 4, '21').waitFor();
      assert.deepEqual(await written(page), [
        [1, 0x4a],
        [4, 0x21],
      ]);
    }));

  it('writes nothing while the view is read-only, and says so', () =>
    inPage('market', async (page) => {
      await cell(page, 1).click();
      await page.keyboard.type('ff');
      await page.getByRole('status').filter({ hasText: 'read-only' }).waitFor();
      assert.deepEqual(await written(page), []);
    }));

  it('stores a bit-field by its mask', () =>
    inPage('writing', async (page) => {
      await field(page, 'flags').locator('.twisty').click();
      await value(page, 'flags.mode').dblclick();
      await page.keyboard.type('4095');
      await page.keyboard.press('Enter');
      await page.locator('[data-path="flags.mode"] [data-value="4095"]').waitFor();
      const masks = await page.evaluate(() =>
        window.testHost.sent.flatMap((sent) => {
          if (sent.type !== 'request' || sent.name !== 'write') return [];
          const { ask } = sent;
          if (typeof ask !== 'object' || ask === null || !('mask' in ask) || !(ask.mask instanceof Uint8Array)) return [];
          return [['offset' in ask ? ask.offset : -1, ...ask.mask]];
        }),
      );
      assert.deepEqual(masks, [[8, 0xc0, 0xff, 0x03]]);
    }));

  it('takes declarations, puts the caret at an error, and applies a type', () =>
    inPage('untyped', async (page) => {
      const text = page.locator('vscode-textarea textarea');
      await text.fill('struct a {\n  @');
      await page.locator('.type-error', { hasText: '2:3' }).waitFor();
      await page.getByRole('button', { name: 'Apply' }).click();
      await page.waitForFunction(() => {
        const area = document.querySelector('vscode-textarea')?.shadowRoot?.querySelector('textarea');
        return area?.selectionStart === 13;
      });
      await text.fill('struct a { int x; };\nstruct student { struct a b; };');
      await page.getByRole('radio').nth(1).waitFor();
      assert.equal(await page.getByRole('radio').nth(1).isChecked(), true);
      await page.getByRole('button', { name: 'Apply' }).click();
      await field(page, 'age').waitFor();
      assert.equal(await page.locator('.type-editor').isVisible(), false);
    }));

  it('takes 1 MB of garbage at one paste, in place of what is selected', () =>
    inPage('untyped', async (page) => {
      const text = page.locator('vscode-textarea textarea');
      await text.fill('struct a { int x; };');
      await text.selectText();
      const ownPaste = await text.evaluate((area) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/plain', `@${'garbage '.repeat(10)}\n`.repeat(12_800));
        return area.dispatchEvent(
          new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true, composed: true }),
        );
      });
      assert.equal(ownPaste, false, "Chromium's own way takes minutes");
      await page.locator('.type-error', { hasText: 'unexpected character' }).waitFor();
      assert.equal((await text.inputValue()).length, 82 * 12_800);
    }));

  it('goes through fields by keys: opens, closes, edits', () =>
    inPage('writing', async (page) => {
      await field(page, 'magic').click();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowRight');
      await field(page, 'flags.ready').waitFor();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await page.keyboard.type('0');
      await page.keyboard.press('Enter');
      await page.locator('[data-path="flags.ready"] [data-value="0"]').waitFor();
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('ArrowLeft');
      await field(page, 'flags.ready').waitFor({ state: 'detached' });
    }));
});
