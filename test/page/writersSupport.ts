/** What the tests of writers do with the page, and what it asked for. */
import type { Page } from 'playwright-core';
import type { WritersInfo } from '../../src/protocol/writing.ts';
import { head, report } from './reports.ts';

export const tell = (page: Page, change: Partial<WritersInfo>) =>
  page.evaluate((told) => window.testHost.post({ type: 'writers', report: told }), report(change));
export const asks = (page: Page, name: string) =>
  page.evaluate(
    (wanted) => window.testHost.sent.flatMap((one) => (one.type === 'request' && one.name === wanted ? [one.ask] : [])),
    name,
  );
export const asked = async (page: Page, name: string, count = 1): Promise<unknown> => {
  const enough = ([wanted, least]: readonly [string, number]): boolean =>
    window.testHost.sent.filter((one) => one.type === 'request' && one.name === wanted).length >= least;
  await page.waitForFunction(enough, [name, count] as const);
  return (await asks(page, name)).at(-1);
};
export const said = (page: Page, text: string | RegExp) => page.locator('.writers-said').filter({ hasText: text }).waitFor();
export const chip = (page: Page, text: string) => page.locator('.chip').filter({ hasText: text });
export const watchHead = { fields: [head], ms: 10_000, reads: false };
