import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import type { Frame } from 'playwright-core';
import { cleanup } from './objects.ts';
import { openPanel, Panel } from './panel.ts';
import { openWorkbench, type Workbench } from './vscode.ts';

const GRID = '[role="grid"][aria-label="Bytes"]';

describe('panels', () => {
  let vs: Workbench;
  const { object } = cleanup();
  /** The page of the moment: it is a new one after the panel was hidden, or has another segment. */
  const now = async (): Promise<Panel> => new Panel(vs, await vs.panelFrame(GRID));
  const text = async (length: number): Promise<string> =>
    (await (await now()).bytes(0, length).catch(() => [])).map((byte) => String.fromCharCode(Number.parseInt(byte, 16))).join('');
  const shows = async (expected: string): Promise<void> => {
    const last = Date.now() + 10_000;
    let seen = '';
    while ((seen = await text(expected.length)) !== expected && Date.now() < last) await vs.page.waitForTimeout(50);
    assert.equal(seen, expected);
  };

  before(async function () {
    this.timeout(90_000);
    vs = await openWorkbench({ folder: 'test/programs' });
    await vs.showView('Shared Memory');
  });
  afterEach(async () => {
    await vs.runCommand('View: Close All Editors');
  });
  after(() => vs?.dispose());

  it('keep the last bytes of what is gone, say since when, also after the tab was hidden', async () => {
    const { name, path } = object('gone', 'last');
    const other = object('other', 'else');
    const panel = await openPanel(vs, vs.treeItem(name));
    await shows('last');
    rmSync(path);
    const gone = panel.frame.locator('.live[data-state="gone"]');
    await gone.filter({ hasText: /^gone at \d\d:\d\d:\d\d$/ }).waitFor();
    const since = await gone.innerText();
    await vs.revealTreeItem(vs.treeItem(other.name));
    await vs.treeItem(other.name).click();
    await shows('else');
    await vs.page.locator('.tab', { hasText: name }).click();
    await shows('last');
    assert.equal(await (await now()).frame.locator('.live').innerText(), since);
    await vs.screenshot('state-gone');
  });

  it('come back by themselves when the name does, once that was asked for, and remember it', async () => {
    const { name, path } = object('returns', 'one');
    const panel = await openPanel(vs, vs.treeItem(name));
    await shows('one');
    rmSync(path);
    await panel.frame.getByLabel(/Open by itself/).click();
    writeFileSync(path, 'two');
    await shows('two');
    rmSync(path);
    const box = (await now()).frame.getByLabel(/Open by itself/);
    await box.waitFor();
    assert.equal(await box.isChecked(), true);
    writeFileSync(path, 'three');
    await shows('three');
  });

  it('whose segment is not there after a reload say so, and open what gets the name', async function () {
    this.timeout(120_000);
    const { name, path } = object('missing', 'before');
    await openPanel(vs, vs.treeItem(name));
    await shows('before');
    rmSync(path);
    await vs.reload();
    // A window that is loaded again takes its time on a busy machine.
    const frame = await vs.panelFrame(GRID, 60_000);
    await frame.getByText(/was not there any more/).waitFor();
    await frame.getByLabel(/Open by itself/).click();
    writeFileSync(path, 'after');
    await shows('after');
    await vs.showView('Shared Memory');
  });

  it('show one segment twice, each with a window of its own', async () => {
    const { name } = object('twice', Buffer.alloc(1 << 20, 0x41));
    await openPanel(vs, vs.treeItem(name));
    await shows('AAAA');
    await vs.runCommand('Shared Memory: Open Segment to the Side');
    const frames = async (): Promise<Frame[]> => {
      const found: Frame[] = [];
      for (const frame of vs.page.frames())
        if (
          (await frame
            .locator(`${GRID} [data-offset]`)
            .count()
            .catch(() => 0)) > 0
        )
          found.push(frame);
      return found;
    };
    const last = Date.now() + 30_000;
    while ((await frames()).length < 2 && Date.now() < last) await vs.page.waitForTimeout(50);
    const [one, two] = await frames();
    assert.ok(one && two);
    await two.locator('[data-offset="0"]').click();
    await two.locator(GRID).press('Control+End');
    await two.locator(`[data-offset="${(1 << 20) - 1}"]`).waitFor();
    assert.equal(await one.locator('[data-offset="0"]').count(), 1);
    await vs.screenshot('panels-twice');
  });
});
