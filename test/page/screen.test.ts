/** Screens with other pixels than CSS has, and users who want nothing to move by itself. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { cell, field, usePage } from './support.ts';

/** Of each canvas: its own pixels, and those of the screen that it covers. */
const canvases = (page: Page) =>
  page.evaluate(async () => {
    const sizes = [...document.querySelectorAll('canvas')].map(
      (canvas) =>
        new Promise<{ own: number[]; screen: number[] }>((resolve) => {
          const observer = new ResizeObserver(([entry]) => {
            observer.disconnect();
            const { inlineSize = 0, blockSize = 0 } = entry?.devicePixelContentBoxSize[0] ?? {};
            resolve({ own: [canvas.width, canvas.height], screen: [inlineSize, blockSize] });
          });
          observer.observe(canvas, { box: 'device-pixel-content-box' });
        }),
    );
    return Promise.all(sizes);
  });

/** A canvas gets its new size with the frame after the layout's. */
async function assertSharp(page: Page): Promise<void> {
  const last = Date.now() + 5000;
  for (;;) {
    const all = await canvases(page);
    assert.equal(all.length, 2, 'the bytes and the strip');
    const [own, screen] = [all.map((one) => one.own), all.map((one) => one.screen)];
    if (own.join() === screen.join()) return;
    if (Date.now() > last) assert.deepEqual(own, screen);
    await page.waitForTimeout(30);
  }
}

for (const scale of [1, 1.25, 2]) {
  describe(`the page on a screen with ${scale} pixels for each of CSS`, () => {
    const inPage = usePage({ scale });

    it('draws each pixel of its own, also when the drawer takes some of the room', () =>
      inPage('market', async (page) => {
        assert.equal(await page.evaluate(() => window.devicePixelRatio), scale);
        await assertSharp(page);
        const before = await canvases(page);
        await page.keyboard.press('Control+f');
        await page.getByRole('tabpanel', { name: 'Find' }).waitFor();
        await page.waitForFunction((height) => document.querySelector<HTMLCanvasElement>('.view canvas')?.height !== height, before[0]?.own[1]); // prettier-ignore
        await assertSharp(page);
      }));

    it('has the byte under the pointer where it is drawn', () =>
      inPage('market', async (page) => {
        const box = (await cell(page, 0x77).boundingBox()) ?? assert.fail('no cell');
        await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
        await page.locator('.cell.selected[data-offset="119"]').waitFor();
      }));
  });
}

/** How often what is drawn of a byte looks otherwise from its change on until its mark is gone. */
const looks = (page: Page, offset: number) =>
  page.evaluate(async (at) => {
    const element = document.querySelector(`[role=gridcell][data-offset="${at}"]`);
    const canvas = document.querySelector<HTMLCanvasElement>('.view canvas');
    const context = canvas?.getContext('2d');
    if (!element || !canvas || !context) throw new Error('nothing is drawn');
    const [own, all] = [element.getBoundingClientRect(), canvas.getBoundingClientRect()];
    const picture = (): string => context.getImageData(own.x - all.x, own.y - all.y, own.width, own.height).data.join();
    const marked = (): boolean => document.querySelector(`.cell.changed[data-offset="${at}"]`) !== null;
    const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
    window.testHost.written.set(at, 0x7e);
    while (!marked()) await frame();
    const seen: string[] = [];
    while (marked()) {
      const now = picture();
      if (now !== seen.at(-1)) seen.push(now);
      await frame();
    }
    return seen.length;
  }, offset);

describe('the mark of a change', () => {
  const inPage = usePage({ reducedMotion: 'no-preference' });
  const still = usePage({ reducedMotion: 'reduce' });

  it('fades in steps', () =>
    inPage('market', async (page) => {
      const count = await looks(page, 0x77);
      assert.ok(count >= 3, `${count}`);
    }));

  it('does not fade where the user wants less motion: it is there, and it goes', () =>
    still('market', async (page) => {
      const count = await looks(page, 0x77);
      assert.ok(count === 1, `${count} looks of the mark`);
    }));

  it('stands as still in the fields, and nothing there is animated', () =>
    still('market', async (page) => {
      await field(page, 'seq').locator('.shown.changed').waitFor();
      const ages = await page.evaluate(() => {
        const probe = document.createElement('span');
        document.body.append(probe);
        const of = (step: number): string => {
          probe.className = `changed step${step}`;
          return getComputedStyle(probe).getPropertyValue('--age').trim();
        };
        const found = [1, 2, 3, 4].map(of);
        probe.remove();
        return found;
      });
      assert.deepEqual(new Set(ages).size, 1, ages.join());
      assert.equal(
        await page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === 'running').length),
        0,
      );
    }));
});
