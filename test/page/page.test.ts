import assert from 'node:assert/strict';
import { cell, field, selects, usePage, value } from './support.ts';

describe('the page', () => {
  const inPage = usePage();

  it('holds the readings at the caret back while they change, and then shows the last ones', () =>
    inPage('busy', async (page) => {
      await page.waitForFunction(() => window.testHost.tick > 30);
      const { count, ms } = await page.evaluate(async () => {
        const host = window.testHost;
        const readings = document.querySelector('.footer .readings');
        if (!readings) throw new Error('there are no readings');
        const seen = new Set<string>();
        const from = host.tick;
        const began = performance.now();
        const observer = new MutationObserver(() => seen.add(readings.textContent ?? ''));
        observer.observe(readings, { childList: true, characterData: true, subtree: true });
        while (host.tick < from + 60) await new Promise((resolve) => setTimeout(resolve, 20));
        observer.disconnect();
        host.status = { ...host.status, paused: true };
        return { count: seen.size, ms: performance.now() - began };
      });
      assert.ok(count > 0 && count <= ms / 250 + 2, `${count} readings in ${ms} ms`);
      await page.waitForFunction(() => {
        const host = window.testHost;
        const text = document.querySelector('.footer .readings')?.textContent ?? '';
        return text.startsWith(`u8 ${host.scenario.byte(0, host.tick)} `);
      });
    }));

  it('selects the bytes of a chosen field', () =>
    inPage('student', async (page) => {
      await field(page, 'age').click();
      await selects(page, 4);
      assert.match((await cell(page, 32).getAttribute('class')) ?? '', /selected/);
      await page.locator('[data-path="age"][aria-selected="true"]').waitFor();
    }));

  it('opens the field that holds the chosen byte', () =>
    inPage('market', async (page) => {
      await cell(page, 0x94).click();
      const row = field(page, 'orders[1].id');
      await row.waitFor();
      await page.locator('[data-path="orders[1].id"][aria-selected="true"]').waitFor();
      assert.equal(await field(page, 'orders').getAttribute('aria-expanded'), 'true');
      assert.match(await page.locator('.footer .place').innerText(), /0x94.*orders\[1\]\.id/);
    }));

  it('selects a run by dragging and by shift with an arrow', () =>
    inPage('student', async (page) => {
      await cell(page, 2).hover();
      await page.mouse.down();
      await cell(page, 9).hover();
      await page.mouse.up();
      await selects(page, 8);
      await page.keyboard.press('Shift+ArrowDown');
      await page.locator('.cell.selected[data-offset="25"]').waitFor();
      await selects(page, 24);
    }));

  it('always shows a value and its bytes from the same read', () =>
    inPage('market', async (page) => {
      const torn = await page.evaluate(async () => {
        const seen = new Set<string>();
        const wrong: string[] = [];
        for (let i = 0; i < 60; i++) {
          await new Promise(requestAnimationFrame);
          const shown = document.querySelector<HTMLElement>('[data-path="seq"] [data-value]')?.dataset['value'] ?? '';
          const bytes = Array.from(
            { length: 8 },
            (_, at) => document.querySelector(`[data-offset="${0x30 + 7 - at}"]`)?.ariaLabel,
          );
          if (BigInt(`0x${bytes.join('')}`) !== BigInt(shown)) wrong.push(`${shown} ${bytes.join('')}`);
          seen.add(shown);
        }
        return { wrong, distinct: seen.size };
      });
      assert.deepEqual(torn.wrong, []);
      assert.ok(torn.distinct > 5, `the counter moved ${torn.distinct} times`);
    }));

  it('marks a changed byte and lets the mark fade', () =>
    inPage('market', async (page) => {
      await page.locator('.cell.changed[data-offset="48"]').waitFor();
      await page.locator('[data-path="seq"] .shown.changed').waitFor();
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.getByRole('button', { name: 'Resume' }).waitFor();
      await page.locator('.changed').first().waitFor({ state: 'detached' });
      assert.equal(await page.locator('.changed').count(), 0);
    }));

  it('reaches the last byte of 64 GiB exactly, and shows nothing that was not delivered', () =>
    inPage('huge', async (page) => {
      const last = 64 * 2 ** 30 - 1;
      await cell(page, 0).click();
      await page.keyboard.press('Control+End');
      await cell(page, last, '').waitFor();
      const expected = ((Math.floor(last / 16) + last) & 255).toString(16).padStart(2, '0');
      assert.equal(await cell(page, last).getAttribute('aria-label'), expected);
      assert.equal(await page.locator('[role="row"][aria-rowindex="4294967297"]').count(), 1);
      const wrong = await page.evaluate(async () => {
        const grid = document.querySelector('[aria-label="Bytes"]');
        let bad = 0;
        for (let i = 0; i < 30; i++) {
          grid?.dispatchEvent(new WheelEvent('wheel', { deltaY: -900, bubbles: true, cancelable: true }));
          document.querySelector('#byte-rows')?.dispatchEvent(new WheelEvent('wheel', { deltaY: -900, cancelable: true }));
          await new Promise(requestAnimationFrame);
          for (const one of document.querySelectorAll<HTMLElement>('#byte-rows [data-offset]')) {
            const offset = Number(one.dataset['offset']);
            const right = ((Math.floor(offset / 16) + offset) & 255).toString(16).padStart(2, '0');
            if (one.ariaLabel !== null && one.ariaLabel !== right) bad += 1;
          }
        }
        return bad;
      });
      assert.equal(wrong, 0);
    }));

  it('scrolls a million elements with a few dozen rows in the page', () =>
    inPage('million', async (page) => {
      await field(page, 'samples').locator('.twisty').click();
      await page.keyboard.press('End');
      await field(page, 'samples[999999]').waitFor();
      await value(page, 'samples[999999]').filter({ hasText: /\d/ }).waitFor();
      assert.ok((await page.locator('.fields .rows .row').count()) < 60);
      assert.equal(await page.getByRole('treegrid', { name: 'Fields' }).getAttribute('aria-rowcount'), '1000003');
    }));

  it('shows Chinese text as it reads, each character once', () =>
    inPage('market', async (page) => {
      await page.evaluate(() => window.testHost.post({ type: 'goTo', offset: 1024 }));
      await cell(page, 1024, 'e7').waitFor();
      const rows = await page
        .locator('.bytes .rows .row')
        .evaluateAll((all) =>
          all
            .filter((row) => Number(row.querySelector('[data-offset]')?.getAttribute('data-offset')) >= 1024)
            .map((row) => row.querySelector('.text')?.ariaLabel ?? ''),
        );
      assert.match(rows.slice(0, 4).join(''), /^第一行：共享内存里的中文。Hello, 世界!/);
    }));

  it('hides the rows past the end when the object shrinks, and says so', () =>
    inPage('market', async (page) => {
      await page.evaluate(() => (window.testHost.size = 20));
      await cell(page, 20).waitFor({ state: 'detached' });
      await page.locator('.shrink', { hasText: 'shrank from 64 KiB to 20 B' }).waitFor();
      assert.equal(await cell(page, 19).count(), 1);
      assert.equal(await value(page, 'best_bid').innerText(), 'past the end');
    }));

  it('says which memory is not held', () =>
    inPage('market', async (page) => {
      assert.equal(await cell(page, 0x155).getAttribute('aria-label'), '··');
      await page.locator('.hole-text', { hasText: 'no memory held: 0x150 – 0x17f' }).waitFor();
    }));

  it('never makes markup of names', () =>
    inPage('hostile', async (page) => {
      assert.equal(await page.locator('#page img').count(), 0);
      assert.equal(await page.locator('h1').innerText(), '/<img src=x onerror=alert(1)>');
    }));

  it('is where it was after a reload', () =>
    inPage('market', async (page) => {
      await field(page, 'orders').locator('.twisty').click();
      await field(page, 'best_ask').click();
      await page.waitForFunction(
        () => /orders/.test(sessionStorage.getItem('state') ?? '') && /"start":80/.test(sessionStorage.getItem('state') ?? ''),
      );
      await page.reload();
      await field(page, 'orders[0]').waitFor();
      await page.locator('.cell.selected[data-offset="80"]').waitFor();
      await selects(page, 8);
    }));

  it('follows an object that is emptied and grows again', () =>
    inPage('market', async (page) => {
      await page.evaluate(() => (window.testHost.size = 0));
      await page.locator('.footer .place', { hasText: 'no bytes' }).waitFor();
      assert.equal(await page.locator('.bytes .rows .row').count(), 0);
      const asked = await page.evaluate(() => window.testHost.sent.length);
      await page.evaluate(() => (window.testHost.size = 65536));
      await cell(page, 48, '').waitFor();
      const views = await page.evaluate(
        (from) => window.testHost.sent.slice(from).filter((sent) => sent.type === 'view').length,
        asked,
      );
      assert.equal(views, 0, 'growing asks for nothing new');
    }));

  it('marks the field and its bytes while one of them is hovered', () =>
    inPage('student', async (page) => {
      await cell(page, 33).hover();
      await page.locator('.fields .row.hovered[data-path="age"]').waitFor();
      await page.waitForFunction(() => document.querySelectorAll('.cell.hovered').length === 4);
      await field(page, 'name').hover();
      await page.waitForFunction(() => document.querySelectorAll('.cell.hovered').length === 32);
    }));

  it('moves the splitter by keys, and both panes with it', () =>
    inPage('student', async (page) => {
      const width = () => page.locator('.left').evaluate((left) => left.getBoundingClientRect().width);
      const before = await width();
      await page.getByRole('separator').focus();
      for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
      assert.ok((await width()) > before + 40);
    }));

  it('stays right and silent while the object shrinks and grows all the time', () =>
    inPage('market', async (page) => {
      // The first bytes may be there before any field is.
      await page.locator('[data-path="seq"] [data-value]').waitFor();
      const wrong = await page.evaluate(async () => {
        const sizes = [0, 20, 4096, 65536, 50];
        const bad: string[] = [];
        for (let i = 0; i < 80; i++) {
          window.testHost.size = sizes[i % sizes.length] ?? 0;
          await new Promise(requestAnimationFrame);
          const cells = [...document.querySelectorAll<HTMLElement>('#byte-rows [data-offset]')];
          const seq = cells.filter((one) => Number(one.dataset['offset']) >= 0x30 && Number(one.dataset['offset']) < 0x38);
          const value = document.querySelector<HTMLElement>('[data-path="seq"] [data-value]')?.dataset['value'] ?? '';
          const hex = seq
            .map((one) => one.ariaLabel)
            .toReversed()
            .join('');
          const shown = seq.length === 8 && hex.length === 16 ? String(BigInt(`0x${hex}`)) : 'past the end';
          if (value !== shown && !(value === '' && hex.length < 16)) bad.push(`${seq.length} ${hex} ${value}`);
        }
        return bad;
      });
      assert.deepEqual(wrong, []);
    }));

  it('draws nothing while nothing changes', () =>
    inPage('student', async (page) => {
      await page.waitForTimeout(2500);
      const frames = await page.evaluate(async () => {
        let drawn = 0;
        const real = window.requestAnimationFrame.bind(window);
        window.requestAnimationFrame = (callback) => {
          drawn += 1;
          return real(callback);
        };
        await new Promise((resolve) => setTimeout(resolve, 1500));
        return drawn;
      });
      assert.equal(frames, 0);
    }));
});
