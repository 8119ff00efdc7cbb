/** A folder that is not trusted any more: what it brought is left alone, and nothing is written; reading goes on. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { openPanel, Panel } from './panel.ts';
import { openWorkbench, type Workbench } from './vscode.ts';

const GRID = '[role="grid"][aria-label="Bytes"]';

describe('a workspace that is not trusted', () => {
  let vs: Workbench;
  const path = `/dev/shm/ui-${process.pid}-untrusted`;
  const content = Buffer.from('eight by'.concat('a name'.padEnd(32, '\0'), 'needle in it').padEnd(4096, '\0'));
  const refused = async (text: string | RegExp): Promise<void> => {
    await vs.notification(text).first().waitFor();
    await vs.runCommand('Notifications: Clear All Notifications');
    await vs.notification(text).first().waitFor({ state: 'detached' });
  };

  const takeSnapshot = async (name: string): Promise<void> => {
    await vs.runCommand('Shared Memory: Take Snapshot…');
    await vs.quickInput(name, { prompt: 'Name of the snapshot' });
    await vs.page.getByText(`Snapshot "${name}" takes`).first().waitFor();
  };

  /** The folder was trusted while the type was picked from its header; from now on it is not. */
  async function withdrawTrust(): Promise<void> {
    const settings = join(dirname(vs.folder), 'data/User/settings.json');
    const kept: unknown = JSON.parse(readFileSync(settings, 'utf8'));
    const trust = { enabled: true, startupPrompt: 'never', banner: 'never' };
    const added = Object.entries(trust).map(([name, value]) => [`security.workspace.trust.${name}`, value] as const);
    writeFileSync(settings, JSON.stringify({ ...Object(kept), ...Object.fromEntries(added) }));
    await vs.reload();
    await vs.page.getByText('Restricted Mode').first().waitFor();
  }

  before(async function () {
    this.timeout(90_000);
    writeFileSync(path, content);
    vs = await openWorkbench({ folder: 'test/programs' });
    await vs.showView('Shared Memory');
  });
  after(async () => {
    rmSync(path, { force: true });
    await vs?.dispose();
  });

  it('has its headers left unread and its memory unwritten by old and new commands, and can be looked at', async function () {
    this.timeout(120_000);
    const trusted = await openPanel(vs, vs.treeItem(basename(path)));
    await trusted.frame
      .locator('vscode-button', { hasText: /Header/ })
      .first()
      .click();
    await vs.pickItem('shared.h');
    await vs.pickItem('struct shared');
    await trusted.value('name').waitFor();
    await takeSnapshot('typed');
    await trusted.enableWriting();

    await withdrawTrust();
    const panel = new Panel(vs, await vs.panelFrame(GRID));
    const { frame } = panel;
    await frame.getByText(/The type cannot be shown: .*not trusted/).waitFor();
    await panel.byte(0, '65').waitFor();
    assert.equal(await panel.field('name').count(), 0);
    const writing = frame.getByRole('switch', { name: 'Writing' });
    assert.equal(await writing.isDisabled(), true);
    await vs.runCommand('Shared Memory: Enable Writing');
    await refused(/not changed from a workspace that is not trusted/);
    await panel.byte(0).click();
    await vs.page.keyboard.type('ff');
    await vs.page.keyboard.press('Control+z');
    await frame.getByText('This view is read-only').first().waitFor();

    await panel.byte(0).click();
    await vs.page.keyboard.press('Control+f');
    await frame.getByRole('textbox', { name: 'Find' }).fill('needle');
    await vs.page.keyboard.press('Enter');
    await frame.locator('.cell.selected[data-offset="40"]').waitFor();

    await takeSnapshot('later');
    await vs.runCommand('Shared Memory: Compare Snapshots…');
    await vs.pickItem('typed', 'Compare which snapshot?');
    await vs.pickItem('later', 'With what?');
    await vs.page.locator('.tab', { hasText: /typed ↔ later/ }).waitFor();
    const lines = vs.page.locator('.modified-in-monaco-diff-editor .view-line');
    await lines
      .filter({ hasText: /Nothing.differs/ })
      .first()
      .waitFor();
    assert.equal(await lines.filter({ hasText: 'counter' }).count(), 0, 'by bytes, since the type is the header’s');

    await vs.page.locator('.tab', { hasText: new RegExp(`^/${basename(path)}$`) }).click();
    await vs.panelFrame(GRID);
    await vs.runCommand('Shared Memory: Export…');
    await vs.pickItem('JSON');
    await refused(/not trusted/);
    await vs.runCommand('Shared Memory: Remove Snapshot…');
    await vs.pickItem('later');
    await vs.runCommand('Shared Memory: Open Segment to the Side');
    await vs.page
      .locator('.editor-group-container')
      .nth(1)
      .locator('.tab', { hasText: basename(path) })
      .waitFor();
    const beside = await vs.panelFrame(`${GRID} [data-offset="0"]`);
    assert.equal(await beside.getByRole('switch', { name: 'Writing' }).isDisabled(), true);
    await vs.runCommand('Shared Memory: Open as File');
    await vs.page
      .locator('.tab')
      .filter({ hasText: basename(path) })
      .nth(2)
      .waitFor();
    assert.deepEqual(readFileSync(path), content);
  });
});
