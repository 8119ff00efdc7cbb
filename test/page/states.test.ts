/**
 * Every state of the page, in every theme: a picture for people to look at, and the rules of axe-core (WCAG 2.2 A and AA, and its best
 * practices). The pictures are in .cache/screenshots/page/.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { root } from '../../scripts/lib/paths.mjs';
import { findChromium } from '../../scripts/setup/chromium.mjs';
import { skipBecause } from '../support/skip.ts';
import type { DrawerTab } from '../../src/protocol/messages.ts';
import type { WritersInfo } from '../../src/protocol/writing.ts';
import { Harness, setTheme } from './harness.ts';
import { bid, copied, head, missed, report, several } from './reports.ts';
import type { ThemeName } from './themes.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PICTURES = join(root, '.cache/screenshots/page');
const THEMES: readonly ThemeName[] = ['dark', 'light', 'contrast', 'contrast-light'];

declare global {
  interface Window {
    axe: { run: (context: Document, options: object) => Promise<AxeResults> };
  }
}

const show = (tab: DrawerTab) => (page: Page) =>
  page.evaluate((wanted) => window.testHost.post({ type: 'show', tab: wanted }), tab);

interface State {
  readonly scenario: string;
  readonly width?: number;
  readonly enter?: (page: Page) => Promise<unknown>;
}

/** A value that the host refuses, in an input that stays. */
async function refuse(page: Page): Promise<void> {
  await page.evaluate(() => (window.testHost.failWrites = true));
  await page.locator('[role="row"][data-path="head"] [data-value]').dblclick();
  await page.keyboard.type('21');
  await page.keyboard.press('Enter');
  await page.locator('.edit-error').waitFor();
}

async function fallSilent(page: Page): Promise<void> {
  await page.evaluate(() => (window.testHost.dead = true));
  await page.getByRole('grid', { name: 'Bytes' }).focus();
  await page.keyboard.press('Control+End');
  await page.locator('.live[data-state="silent"]').waitFor();
}

/** The tab Writers with a report, of the field head. */
const writers = (change?: Partial<WritersInfo>) => async (page: Page) => {
  await page.locator('[role="row"][data-path="head"]').click();
  await show('writers')(page);
  if (change) await page.evaluate((told) => window.testHost.post({ type: 'writers', report: told }), report(change));
};

const HINT = {
  failure: { message: 'This virtual machine hides the breakpoint registers of the CPU.', remedy: 'Run on the machine itself.' },
  hint: [
    { time: Date.now(), before: '17', after: '18', ran: ['feed (1234)', 'strategy (1240)'] },
    { time: Date.now() - 900, before: '16', after: '17', ran: [] },
  ],
};

const states: Readonly<Record<string, State>> = {
  empty: { scenario: 'empty', enter: (page) => page.getByText('The segment is empty: its size is 0 bytes.').waitFor() },
  loading: { scenario: 'loading' },
  'live, with a type': { scenario: 'market' },
  narrow: { scenario: 'market', width: 480 },
  wide: { scenario: 'market', width: 1900 },
  paused: { scenario: 'market', enter: (page) => page.evaluate(() => window.testHost.setStatus({ paused: true })) },
  writing: { scenario: 'writing' },
  gone: {
    scenario: 'market',
    enter: (page) => page.evaluate(() => window.testHost.setStatus({ phase: 'gone', goneAt: Date.now(), following: false })),
  },
  'without a type, unlinked': { scenario: 'untyped' },
  'not attached': { scenario: 'attach' },
  unreadable: { scenario: 'unreadable' },
  'without memory': { scenario: 'sparse' },
  'display formats and gaps': { scenario: 'zoo' },
  'a suggested type': { scenario: 'suggested' },
  'several suggested types': { scenario: 'several' },
  'no debug info': { scenario: 'lacking' },
  'a type that is wrong now': { scenario: 'broken' },
  'a layout conflict': {
    scenario: 'conflict',
    enter: async (page) => {
      await page.locator('vscode-button', { hasText: 'Show' }).click();
      await page.getByRole('table').waitFor();
      await page.locator('[data-path="orders"] .twisty').click();
      await page.locator('[data-path="orders[0]"] .twisty').click();
    },
  },
  inspector: { scenario: 'market', enter: show('inspector') },
  find: { scenario: 'market', enter: show('find') },
  snapshots: { scenario: 'market', enter: show('snapshots') },
  locks: {
    scenario: 'locks',
    enter: async (page) => {
      await page.locator('[data-path="lock"] .twisty').click();
      await show('locks')(page);
      await page.keyboard.press('ArrowRight');
    },
  },
  'locks in a circle': { scenario: 'locksRing', width: 1500, enter: show('locks') },
  'locks, narrow': { scenario: 'locks', width: 480, enter: show('locks') },
  'locks without a type': { scenario: 'locksUntyped', enter: show('locks') },
  'a corrupt lock, and who is not seen': { scenario: 'locksCorrupt', enter: show('locks') },
  'locks of a segment that is gone': { scenario: 'locksGone', enter: show('locks') },
  writers: { scenario: 'market', enter: writers() },
  'writers, live': { scenario: 'market', enter: writers({ places: [copied(), ...several()], seen: 30_900 }) },
  'writers, live, of two fields, narrow': {
    scenario: 'market',
    width: 620,
    enter: writers({ fields: [head, bid], places: [copied(), ...several()], seen: 30_900, lost: 7200, missed }),
  },
  'writers, none seen': { scenario: 'market', enter: writers({ state: 'ended', missed }) },
  'writers, a hint': { scenario: 'market', enter: writers({ state: 'ended', ...HINT }) },
  huge: { scenario: 'huge' },
  'without a host': { scenario: 'huge', enter: fallSilent },
  'a refused value': { scenario: 'writing', enter: refuse },
  'the menu of a field': {
    scenario: 'market',
    enter: async (page) => {
      await page.locator('[role="row"][data-path="best_bid"]').click({ button: 'right' });
      await page.getByRole('menu').waitFor();
    },
  },
  'an array as a table': {
    scenario: 'ticks',
    enter: async (page) => {
      await page.locator('[role="row"][data-path="ticks"]').click();
      await page.keyboard.press('Shift+F10');
      await page.getByRole('menuitem', { name: 'Show as Table' }).click();
      await page.locator('.table [role="gridcell"]').first().waitFor();
    },
  },
};

describe('every state of the page', () => {
  let harness: Harness;

  before(async function () {
    this.timeout(30_000);
    if ((await findChromium()) === undefined) skipBecause(this, 'there is no Chromium on this machine');
    harness = await Harness.start();
    mkdirSync(PICTURES, { recursive: true });
  });
  after(() => harness?.stop());

  for (const [name, { scenario, width, enter }] of Object.entries(states)) {
    it(`${name}: nothing against axe-core's rules`, async function () {
      this.timeout(120_000);
      const { page } = await harness.open(scenario, THEMES[0], width);
      try {
        await page.locator('#page:not([aria-busy])').waitFor();
        await enter?.(page);
        await page.evaluate(AXE);
        for (const theme of THEMES) {
          await setTheme(page, theme);
          await page.waitForTimeout(400);
          await page.screenshot({ path: join(PICTURES, `${name.replaceAll(/\W+/g, '-')}-${theme}.png`) });
          const { violations, passes } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
          assert.ok(passes.length > 0);
          const found = violations.map(
            ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
          );
          assert.deepEqual(found, [], theme);
        }
      } finally {
        await page.context().close();
      }
    });
  }
});
