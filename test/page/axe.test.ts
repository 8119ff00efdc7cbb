/** Every state of the page, in every theme, by the rules of axe-core: WCAG 2.2 A and AA, and its best practices. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { findChromium } from '../../scripts/setup/chromium.mjs';
import { skipBecause } from '../support/skip.ts';
import { Harness } from './harness.ts';
import type { ThemeName } from './themes.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const THEMES: readonly ThemeName[] = ['dark', 'light', 'contrast', 'contrast-light'];

declare global {
  interface Window {
    axe: { run: (context: Document, options: object) => Promise<AxeResults> };
  }
}

const show = (tab: 'inspector' | 'find' | 'snapshots') => (page: Page) =>
  page.evaluate((wanted) => window.testHost.post({ type: 'show', tab: wanted }), tab);

interface State {
  readonly scenario: string;
  readonly width?: number;
  readonly enter?: (page: Page) => Promise<unknown>;
}

const states: Readonly<Record<string, State>> = {
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
  inspector: { scenario: 'market', enter: show('inspector') },
  find: { scenario: 'market', enter: show('find') },
  snapshots: { scenario: 'market', enter: show('snapshots') },
  huge: { scenario: 'huge' },
};

describe('accessibility', () => {
  let harness: Harness;

  before(async function () {
    this.timeout(30_000);
    if ((await findChromium()) === undefined) skipBecause(this, 'there is no Chromium on this machine');
    harness = await Harness.start();
  });
  after(() => harness?.stop());

  for (const [name, { scenario, width, enter }] of Object.entries(states)) {
    it(`of the page ${name}: nothing against axe-core's rules`, async function () {
      this.timeout(120_000);
      for (const theme of THEMES) {
        const { page } = await harness.open(scenario, theme, width);
        try {
          await page.getByRole('grid', { name: 'Bytes' }).waitFor();
          await enter?.(page);
          await page.waitForTimeout(400);
          await page.evaluate(AXE);
          const { violations, passes } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
          assert.ok(passes.length > 0);
          const found = violations.map(
            ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
          );
          assert.deepEqual(found, [], theme);
        } finally {
          await page.context().close();
        }
      }
    });
  }
});
