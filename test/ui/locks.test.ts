/** Programs that hang and programs that overwrite each other, as who has to mend them comes to it. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dwarfFile } from '../../scripts/setup/dwarf.mjs';
import { compiling } from '../native/finder/programs.ts';
import { skipBecause } from '../support/skip.ts';
import { cleanup } from './objects.ts';
import { openPanel } from './panel.ts';
import { openWorkbench, type Theme, type Workbench } from './vscode.ts';

const stories = join(import.meta.dirname, '../programs/stories');
const lineOf = (source: string, text: string): number =>
  readFileSync(join(stories, source), 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(text)) + 1;
/** The page's own suite has pictures of the tabs in all themes. */
const THEMES: readonly Theme[] = ['dark', 'light'];

describe('locks and writers', () => {
  const made = cleanup();
  const { compile } = compiling();
  let vs: Workbench | undefined;

  before(function () {
    if (!existsSync(dwarfFile)) skipBecause(this, 'shmscope-dwarf could not be built on this machine');
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      await vs?.screenshot(`failed-${this.currentTest.title.slice(0, 20).replaceAll(/\W/g, '-')}`);
    await vs?.dispose();
    vs = undefined;
  });

  for (const theme of THEMES) {
    it(`three workers hang: two clicks, and the owner that died is on the screen, in ${theme}`, async function () {
      this.timeout(90_000);
      const { name } = made.object('queue', '');
      await made.run(compile('workers', join(stories, 'workers.c')), 'queue');
      vs = await openWorkbench({ theme });
      // The first click.
      await vs.showView('Shared Memory');
      const finding = vs.page.getByRole('treeitem', { name: /Owner is dead: lock/ }).first();
      await finding.waitFor();
      // The second one.
      await finding.click();
      const frame = await vs.panelFrame('[role="grid"][aria-label="Bytes"]');
      const value = frame.locator('[aria-label="Fields"] [role="row"][data-path="lock"] [data-value]');
      await frame
        .locator('[aria-label="Fields"] [role="row"][data-path="lock"]', { hasText: /locked by .* which has ended/ })
        .waitFor();
      await frame.locator('[aria-label="Fields"] [role="row"][data-path="lock"]', { hasText: /3 wait/ }).waitFor();
      assert.ok(await value.isVisible());
      for (const worker of [1, 2, 3])
        await vs.page
          .getByRole('treeitem', { name: new RegExp(`worker-${worker}`) })
          .first()
          .waitFor();
      await frame
        .getByText(/held by .* which has ended. 3 threads wait/)
        .first()
        .waitFor();
      await frame.locator('.banner vscode-button', { hasText: 'Show' }).click();
      const tab = frame.getByRole('tabpanel', { name: 'Locks' });
      await tab
        .getByText(`workers.c:${lineOf('workers.c', 'pthread_mutex_lock(&queue->lock)')}`)
        .first()
        .waitFor();
      await vs.page.waitForTimeout(1000);
      await vs.screenshot(`locks-${theme}`);
      assert.equal(await vs.page.locator('.notification-toast').count(), 0, 'what the user came for needs no notification');
      assert.ok(name);
    });

    it(`a balance is wrong: the one that overflows into it is named with its line, in ${theme}`, async function () {
      this.timeout(90_000);
      const { name } = made.object('account', '');
      await made.run(compile('account', join(stories, 'account.c')), 'account', 'a name of more than 16 bytes');
      vs = await openWorkbench({ theme, folder: stories });
      await vs.showView('Shared Memory');
      const panel = await openPanel(vs, vs.treeItem(name));
      await panel.value('balance').waitFor();
      await panel.field('balance').click({ button: 'right' });
      await panel.frame.getByRole('menuitem', { name: 'Find Writers', exact: true }).click();
      const table = panel.frame.getByRole('tabpanel', { name: 'Writers' });
      for (const [process, text] of [
        ['deposits', 'fetch_add'],
        ['withdrawals', 'fetch_sub'],
        ['interest', 'account->balance +='],
        ['renamer', 'strcpy('],
      ] as const)
        await table
          .getByRole('row', { name: new RegExp(`${process}.*account\\.c:${lineOf('account.c', text)}\\b`) })
          .first()
          .waitFor();
      await vs.page.waitForTimeout(3000);
      await vs.screenshot(`writers-${theme}`);
      await table
        .getByText(`account.c:${lineOf('account.c', 'strcpy(')}`)
        .first()
        .click();
      await vs.page.locator('.monaco-editor .view-line', { hasText: 'strcpy(account->owner, owner)' }).waitFor();
      await vs.screenshot(`writers-line-${theme}`);
    });
  }

  it('three processes wait for each other: who holds what is drawn', async function () {
    this.timeout(90_000);
    const { name } = made.object('ring', '');
    const rings = [0, 1, 2].map((i) => made.object(`ring-${i}`, '').name);
    vs = await openWorkbench();
    await vs.showView('Shared Memory');
    const panel = await openPanel(vs, vs.treeItem(rings[0] ?? ''));
    const circle = compile('circle', join(stories, 'circle.c'));
    // What appears while it is open is told, and not what may have been there before.
    await vs.page.waitForTimeout(3500);
    await made.run(circle, 'ring', '3');
    await vs.notification(/Deadlock: train-0 \(\d+\) holds track in/).waitFor();
    await vs.page.locator('.notification-toast').getByText('Show').click();
    const graph = panel.frame.getByRole('group', { name: /Deadlock/ }).first();
    await graph.waitFor();
    for (const train of [0, 1, 2]) await panel.frame.getByText(`train-${train}`).first().waitFor();
    await vs.page
      .getByRole('treeitem', { name: /Deadlock of 3/ })
      .first()
      .waitFor();
    await vs.page.waitForTimeout(1000);
    await vs.screenshot('locks-deadlock');
    assert.ok(name);
  });
});
