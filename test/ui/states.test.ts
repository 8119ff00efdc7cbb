import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { cleanup } from './objects.ts';
import { openPanel, Panel } from './panel.ts';
import { openWorkbench, type Workbench } from './vscode.ts';

describe('a panel follows its object', () => {
  let vs: Workbench;
  const { object, run } = cleanup();
  const shmids: string[] = [];

  before(async function () {
    this.timeout(90_000);
    vs = await openWorkbench({ folder: 'test/programs' });
    await vs.showView('Shared Memory');
  });
  afterEach(async () => {
    for (const shmid of shmids.splice(0)) execFileSync('ipcrm', ['-m', shmid]);
    await vs.runCommand('View: Close All Editors');
  });
  after(() => vs?.dispose());

  it('when it shrinks: the rows past the end go, with a word; when it grows they come back', async () => {
    const { name, path } = object('shrinks', Buffer.alloc(4096, 0x41));
    const panel = await openPanel(vs, vs.treeItem(name));
    await panel.byte(256, '41').waitFor();
    truncateSync(path, 100);
    await panel.byte(256).waitFor({ state: 'detached' });
    await panel.frame.getByText(/shrank from/).waitFor();
    assert.deepEqual(await panel.bytes(98, 3), ['41', '41', '']);
    truncateSync(path, 4096);
    await panel.byte(256).waitFor();
  });

  it('when it is removed and made anew: it says so, and follows the new one on request', async () => {
    const { name, path } = object('replaced', Buffer.from('old'));
    const panel = await openPanel(vs, vs.treeItem(name));
    await panel.until(
      () => panel.bytes(0, 3),
      (bytes) => bytes.join('') === '6f6c64',
      'the old bytes',
    );
    rmSync(path);
    await panel.frame
      .getByText(/is gone/)
      .first()
      .waitFor();
    writeFileSync(path, 'new');
    await panel.frame
      .getByRole('button', { name: 'Follow' })
      .or(panel.frame.locator('vscode-button', { hasText: 'Follow' }))
      .first()
      .click();
    // The page is a new one, and comes in its time.
    const bytes = async (): Promise<string[]> => {
      const frame = await vs.panelFrame('[role="grid"][aria-label="Bytes"]');
      return new Panel(vs, frame).bytes(0, 3).catch(() => []);
    };
    await panel.until(bytes, (seen) => seen.join('') === '6e6577', 'the new bytes');
  });

  it('when it is unlinked while a program maps it: it stays live and says so', async () => {
    const { name } = await run('posix_writer', 'unlinked');
    const panel = await openPanel(vs, vs.treeItem(name));
    const first = await panel.until(
      () => panel.bytes(0, 2),
      (bytes) => bytes.every(Boolean),
      'the counter',
    );
    rmSync(`/dev/shm/${name}`);
    await panel.frame
      .getByText(/unlinked/i)
      .first()
      .waitFor();
    await panel.until(
      () => panel.bytes(0, 2),
      (bytes) => bytes.join('') !== first.join(''),
      'the counter goes on',
    );
  });

  it('a System V segment that nothing maps is attached only after a click', async () => {
    const made = execFileSync('ipcmk', ['-M', '64']).toString();
    const shmid = /\d+/.exec(made)?.[0] ?? '';
    shmids.push(shmid);
    const attachments = () => execFileSync('ipcs', ['-m', '-i', shmid]).toString();
    const before = attachments();
    const panel = await openPanel(vs, vs.page.locator('.sidebar [role="treeitem"]', { hasText: `shmid ${shmid} ` }));
    const attach = panel.frame.locator('vscode-button', { hasText: /Attach/ }).first();
    await attach.waitFor();
    await vs.screenshot('state-attach');
    assert.equal(attachments(), before);
    await attach.click();
    await panel.until(
      () => panel.bytes(0, 1),
      ([byte]) => byte === '00' || byte === '··',
      'bytes',
    );
  });

  it('the type is remembered when the panel is opened again, and when the window is reloaded', async () => {
    const { name } = await run('posix_writer', 'remembered');
    const panel = await openPanel(vs, vs.treeItem(name));
    await panel.pasteType('struct kept { unsigned long long count; };');
    await panel.value('count').waitFor();
    await vs.runCommand('View: Close All Editors');
    const again = await openPanel(vs, vs.treeItem(name));
    await again.value('count').waitFor();
    await vs.reload();
    const frame = await vs.panelFrame('[role="treegrid"][aria-label="Fields"]');
    await frame.locator('[data-path="count"] [data-value]').waitFor();
    await vs.showView('Shared Memory');
  });

  it('picks a struct from a header of the workspace', async () => {
    const { name } = await run('posix_writer', 'header');
    const panel = await openPanel(vs, vs.treeItem(name));
    await panel.frame
      .locator('vscode-button', { hasText: /Header/ })
      .first()
      .click();
    await vs.pickItem('shared.h');
    await vs.pickItem('struct shared');
    await panel.until(
      () => panel.valueText('name'),
      (text) => text === 'writer',
      'the name',
    );
  });

  it('a text that cannot be resolved is an error at its line and column, and the text stays', async () => {
    const { name } = object('broken', Buffer.alloc(64));
    const panel = await openPanel(vs, vs.treeItem(name));
    const area = panel.frame.locator('textarea').first();
    await area.fill('struct a {\n  unknown_t x;\n};');
    await panel.frame.getByText(/2:3/).first().waitFor();
    await area.fill('struct a { int x[');
    await panel.frame.getByText(/1:\d+/).first().waitFor();
    await area.fill(`struct a { ${'int x; '.repeat(3)} `);
    assert.equal(await area.inputValue(), `struct a { ${'int x; '.repeat(3)} `);
  });

  it('a sparse object of 1 GiB viewed from end to end holds the memory that it held', async function () {
    this.timeout(120_000);
    const { name } = await run('sparse', 'sparse');
    const before = statSync(`/dev/shm/${name}`).blocks;
    const panel = await openPanel(vs, vs.treeItem(name));
    await panel.byte(0).waitFor();
    const grid = panel.frame.locator('[role="grid"][aria-label="Bytes"]');
    await panel.byte(0).click();
    for (let i = 0; i < 200; i++) await grid.press('PageDown');
    const bar = panel.frame.getByRole('scrollbar', { name: 'Scroll bytes' });
    const box = await bar.boundingBox();
    assert.ok(box);
    for (let i = 1; i < 40; i++) {
      await vs.page.mouse.click(box.x + box.width / 2, box.y + (box.height * i) / 40);
      await vs.page.waitForTimeout(50);
    }
    await panel.byte(0).or(panel.frame.locator('[data-offset]')).first().click();
    await grid.press('Control+End');
    await panel.byte(2 ** 30 - 1).waitFor();
    await vs.screenshot('state-sparse');
    assert.equal(statSync(`/dev/shm/${name}`).blocks, before);
  });

  it('a storm of truncations, 30 seconds long, under a live panel: nothing crashes, and no stale byte is shown', async function () {
    this.timeout(120_000);
    const { name, running } = await run('truncator', 'storm');
    const panel = await openPanel(vs, vs.treeItem(name));
    const look = () =>
      panel.frame.evaluate(() => {
        const cells = document.querySelectorAll('[aria-label="Bytes"] [role="gridcell"][data-offset]');
        return [...new Set([...cells].map((cell) => cell.ariaLabel ?? ''))];
      });
    const seen = new Set<string>();
    const end = Date.now() + 30_000;
    while (Date.now() < end) {
      for (const text of await look()) seen.add(text);
      await vs.page.waitForTimeout(20);
    }
    // 0xa5 is what the program writes, 00 what a grown page reads as, ·· what holds no memory, and nothing is what lies past the end.
    assert.deepEqual(
      [...seen].filter((text) => !['a5', '00', '··', ''].includes(text.trim())),
      [],
    );
    assert.ok(seen.has('a5'), [...seen].join());
    await running.dispose();
    await panel.frame
      .getByText(/is gone/)
      .first()
      .waitFor();
    // What was read last stays to be looked at, and nothing claims that it is live.
    await panel.frame
      .getByText(/read before/)
      .first()
      .waitFor();
    assert.equal(await panel.frame.getByText(/^live/).count(), 0);
    await vs.runCommand('Shared Memory: Refresh');
  });
});
