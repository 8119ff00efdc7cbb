/** The pictures of the README, of the demo in each theme; they are looked at by people, and the tests here keep what is in them true. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { buildDemo, demoProgram } from '../../scripts/setup/demo.mjs';
import { openPanel } from './panel.ts';
import { openWorkbench, type Theme, type Workbench } from './vscode.ts';

const THEMES: readonly Theme[] = ['dark', 'light', 'hc', 'hc-light'];

describe('pictures of the demo', () => {
  const programs: ChildProcess[] = [];

  before(async function () {
    this.timeout(60_000);
    await buildDemo();
    for (const name of ['feedhandler', 'strategy']) {
      const child = spawn(demoProgram(name), { stdio: ['ignore', 'pipe', 'inherit'] });
      programs.push(child);
      const first = Promise.race([once(createInterface({ input: child.stdout }), 'line'), once(child, 'exit')]);
      const said: unknown = (await first).at(0);
      if (said === 3) {
        console.log('      (the demo of an npm start is pictured: it runs already)');
        return;
      }
      assert.equal(said, 'ready');
    }
  });
  after(async () => {
    for (const child of programs.splice(0).reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  });

  for (const theme of THEMES) {
    it(`in ${theme}`, async function () {
      this.timeout(90_000);
      const vs: Workbench = await openWorkbench({ theme, folder: 'demo' });
      try {
        await vs.showView('Shared Memory');
        await vs.treeItem('market-demo').waitFor();
        const panel = await openPanel(vs, vs.treeItem('market-demo'));
        // Without a word typed: the programs were compiled with -g.
        await panel.until(
          () => panel.valueText('symbol'),
          (text) => text === 'ACME',
          'the symbol',
        );
        await panel.field('quote').click();
        await panel.field('quote').press('ArrowRight');
        await panel.value('quote.last').waitFor();
        await panel.field('quote.last').click();
        // One selection: the field's eight bytes are marked as well.
        const selected = () => panel.frame.locator('[aria-label="Bytes"] [data-offset][aria-selected="true"]').count();
        await panel.until(selected, (count) => count === 8, 'the bytes of quote.last');
        await vs.treeItem('market-demo').locator('.monaco-tl-twistie').click();
        await vs.treeItem('feedhandler').waitFor();
        await panel.until(
          () => panel.frame.evaluate(() => document.querySelectorAll('[aria-label="Fields"] [data-path]').length),
          (rows) => rows > 15,
          'the fields',
        );
        await vs.page.mouse.move(700, 880);
        await vs.page.waitForTimeout(800);
        await vs.screenshot(`demo-${theme}`);
      } finally {
        await vs.dispose();
      }
    });
  }
});
