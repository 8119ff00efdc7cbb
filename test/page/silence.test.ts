import { cell, usePage } from './support.ts';

describe('a host that does not answer', () => {
  const inPage = usePage();

  it('is told of, and nothing is called live, until it answers again', () =>
    inPage('huge', async (page) => {
      await page.locator('.live[data-state="live"]').waitFor();
      await page.evaluate(() => (window.testHost.dead = true));
      await cell(page, 0).click();
      await page.keyboard.press('Control+End');
      await page.getByText(/does not answer/).waitFor();
      await page.locator('.live[data-state="silent"]').waitFor();
      await page.locator('body.stale').waitFor();
      await page.evaluate(() => (window.testHost.dead = false));
      await page.keyboard.press('Control+Home');
      await page.locator('.live[data-state="live"]').waitFor();
      await page.getByText(/does not answer/).waitFor({ state: 'detached' });
    }));
});
