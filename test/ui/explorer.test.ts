/** The explorer as a user has it: filter, orders, pages, read-only files, clean-up. All is made with names of this run, and found by them. */
import assert from 'node:assert/strict';
import { existsSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { start, type Running } from '../programs/build.ts';
import { openWorkbench, type Theme, type Workbench } from './vscode.ts';

const MANY = 600;
const run = `uiexp${process.pid}`;

/** Drags the edge of the side bar. */
async function widen(vs: Workbench, to: number): Promise<void> {
  const box = await vs.page.locator('.part.sidebar').boundingBox();
  assert.ok(box);
  await vs.page.mouse.move(box.x + box.width, 400);
  await vs.page.mouse.down();
  await vs.page.mouse.move(to, 400, { steps: 5 });
  await vs.page.mouse.up();
}

describe('the explorer', () => {
  let vs: Workbench;
  const paths: string[] = [];
  const programs: Running[] = [];
  const object = (name: string, bytes: number, size = bytes): string => {
    const path = `/dev/shm/${name}`;
    paths.push(path);
    // Who may not see all processes cannot tell of what others may open that nothing maps it.
    writeFileSync(path, Buffer.alloc(bytes), { mode: 0o600 });
    truncateSync(path, size);
    return path;
  };
  const rows = (): Locator => vs.page.locator('.sidebar [role="treeitem"]');
  const labels = async (): Promise<string[]> =>
    (await rows().locator('.label-name').allInnerTexts()).filter((label) => label.startsWith(run));
  const row = (text: string | RegExp): Locator => rows().filter({ hasText: text }).first();
  const input = (): Locator => vs.page.locator('.quick-input-widget:visible input').first();
  const ask = async (): Promise<void> => {
    await vs.runCommand('Shared Memory: Filter…');
    await vs.page.locator('.quick-input-widget:visible', { hasText: 'Filter Segments' }).waitFor();
  };
  const until = async (look: () => Promise<boolean>, what: string): Promise<void> => {
    for (const end = Date.now() + 10_000; !(await look()); await vs.page.waitForTimeout(30))
      if (Date.now() > end) assert.fail(`${what}; rows: ${(await rows().allInnerTexts()).join(' | ')}`);
  };
  /** No filter is on: the group counts what there is. */
  const unfiltered = (): Promise<void> =>
    until(async () => /^POSIX\s*[\d,]+ · /.test(await row('POSIX').innerText()), 'the group without a filter');
  const firstRows = (...wanted: string[]): Promise<void> =>
    until(async () => (await labels()).slice(0, wanted.length).join() === wanted.join(), `first rows ${wanted.join()}`);
  const sortBy = async (order: string): Promise<void> => {
    await vs.runCommand('Shared Memory: Sort By…');
    await vs.pickItem(order);
  };

  before(async function () {
    this.timeout(120_000);
    for (let i = 0; i < MANY; i++) object(`${run}-many-${i}`, 0, 4096);
    object(`${run}-odd-sparse`, 4096, 1 << 30);
    object(`${run}-odd-orphan`, 70_000);
    object(`sem.${run}-odd`, 32);
    object(`${run}-odd-$(trash) <b>bold [link](command:shmscope.refresh)`, 10);
    const file = join(tmpdir(), `${run}-cache.bin`);
    paths.push(file);
    writeFileSync(file, Buffer.alloc(65_536));
    programs.push(await start('file_reader', [file]), await start('posix_writer', [`/${run}-odd-written`]));
    paths.push(`/dev/shm/${run}-odd-written`);
    vs = await openWorkbench({ viewport: { width: 1280, height: 900 } });
    await vs.showView('Shared Memory');
    vs.page.setDefaultTimeout(12_000);
    await row('POSIX').waitFor();
    await widen(vs, 560);
  });
  after(async () => {
    for (const program of programs.splice(0)) await program.dispose();
    for (const path of paths.splice(0)) rmSync(path, { force: true });
    await vs?.dispose();
  });
  afterEach(async () => {
    await vs.page.keyboard.press('Escape');
    await vs.page.keyboard.press('Escape');
    await vs.runCommand('Shared Memory: Refresh');
  });

  it('filters at each keystroke, says how many match, and Escape brings all back', async () => {
    await ask();
    await input().pressSequentially(`${run} odd`);
    await row(`${run}-odd-orphan`).waitFor();
    await vs.page.locator('.quick-input-widget', { hasText: /Show 5 of [\d,]+ segments/ }).waitFor();
    assert.equal(await row('System V').count(), 0, 'a group without a match');
    await input().pressSequentially(' orphan');
    await vs.page.locator('.quick-input-widget', { hasText: /Show 1 of/ }).waitFor();
    await until(async () => (await labels()).length === 1, 'one row');
    await vs.screenshot('explorer-filter-box');
    await input().press('Escape');
    await unfiltered();
  });

  it('keeps the filter with Enter, toggles by clicks, says what is wrong with a word, and clears it by the title', async () => {
    await ask();
    await input().fill(`${run} colour:red`);
    await vs.page.locator('.quick-input-widget', { hasText: 'There is no "colour:"' }).waitFor();
    await input().press('Enter');
    assert.ok(await input().isVisible(), 'a wrong filter is not kept');
    await input().fill(`${run} odd`);
    await vs.pickItem('Only leaks');
    await until(async () => (await input().inputValue()) === `${run} odd is:leak`, 'the word of the toggle');
    await vs.page.locator('.quick-input-widget', { hasText: /Show 4 of/ }).waitFor();
    await input().press('Enter');
    await vs.page
      .locator('.tree-explorer-viewlet-tree-view .message', { hasText: `Filter: ${run} odd is:leak · 4 of` })
      .waitFor();
    await vs.screenshot('explorer-filtered');
    await vs.page.locator('.sidebar').getByRole('button', { name: 'Clear Filter' }).click();
    await unfiltered();
  });

  it('keeps the filter when the box closes by anything but Escape', async () => {
    await ask();
    await input().fill(`${run}-odd-s`);
    await firstRows(`${run}-odd-sparse`);
    await vs.page.keyboard.press('F1');
    await vs.page.locator('.quick-input-widget:visible', { hasText: 'Filter Segments' }).waitFor({ state: 'detached' });
    await vs.page.keyboard.press('Escape');
    // The palette must be gone: the key may take a moment, and would close what is opened meanwhile.
    await vs.page.locator('.quick-input-widget:visible').waitFor({ state: 'detached' });
    await ask();
    assert.equal(await input().inputValue(), `${run}-odd-s`);
    await input().press('Escape');
    await firstRows(`${run}-odd-sparse`);
    await vs.runCommand('Shared Memory: Clear Filter');
    await unfiltered();
  });

  it('says that nothing matches, with a way out, from the keyboard', async () => {
    await row('POSIX').click();
    await row('POSIX').click();
    await vs.page.keyboard.press('Control+F');
    await input().fill(`${run}-no-such`);
    await input().press('Enter');
    const welcome = vs.page.locator('.sidebar .welcome-view-content', { hasText: 'No segment matches the filter' });
    await welcome.waitFor();
    await vs.screenshot('explorer-no-match');
    await welcome.getByText('change the filter').click();
    assert.equal(await input().inputValue(), `${run}-no-such`);
    await input().press('Escape');
    await welcome.getByRole('button', { name: 'Clear Filter' }).click();
    await row('POSIX').waitFor();
  });

  it('hands out pages of rows, in the order of numbers, and goes on from the keyboard', async () => {
    await ask();
    await input().fill(`${run}-many`);
    await input().press('Enter');
    await firstRows(`${run}-many-0`, `${run}-many-1`, `${run}-many-2`);
    await row('POSIX').getByText(`${MANY} of`).waitFor();
    const keys = vs.page.keyboard;
    await row('POSIX').click();
    await row('POSIX').click();
    await keys.press('End');
    const more = row('Show more (400 left)…');
    await more.waitFor();
    for (let i = 0; i < 3 && !/focused/.test((await more.getAttribute('class')) ?? ''); i++) await keys.press('ArrowUp');
    await vs.screenshot('explorer-more');
    await keys.press('Enter');
    await row(`${run}-many-200`).waitFor();
    await until(
      async () => (await row(`${run}-many-200`).getAttribute('aria-selected')) === 'true',
      'the first new row selected',
    );
    await keys.press('End');
    await row(`${run}-many-${MANY - 1}`).waitFor();
    assert.equal(await row('Show more').count(), 0);
    await vs.runCommand('Shared Memory: Clear Filter');
  });

  it('sorts, and remembers the order', async () => {
    await ask();
    await input().fill(`${run} odd kind:posix`);
    await input().press('Enter');
    await sortBy('Size');
    await firstRows(`${run}-odd-sparse`, `${run}-odd-orphan`);
    await sortBy('Memory');
    await firstRows(`${run}-odd-orphan`);
    await sortBy('Mappers');
    await firstRows(`${run}-odd-written`);
    await row(`${run}-odd-sparse`)
      .getByText(/1 GiB · holds 4 KiB/)
      .waitFor();
    await row(`sem.${run}-odd`)
      .getByText(/named semaphore/)
      .waitFor();
    await vs.reload();
    await vs.showView('Shared Memory');
    await vs.runCommand('Shared Memory: Sort By…');
    await vs.page
      .locator('.quick-input-widget:visible [role="option"]', { hasText: 'Mappers' })
      .locator('.codicon-check')
      .waitFor();
    await vs.pickItem('Name');
  });

  it('draws a name as it is: no icon, no markup, no link', async () => {
    await ask();
    await input().fill(`${run}-odd-$`);
    await input().press('Enter');
    const odd = row('trash');
    await odd.waitFor();
    assert.equal(await odd.locator('.label-name').innerText(), `${run}-odd-$(trash) <b>bold [link](command:shmscope.refresh)`);
    assert.equal(await odd.locator('b, a[href^="command"], .codicon-trash').count(), 0);
    await vs.runCommand('Shared Memory: Open Segment');
    await input().fill('[link]');
    const item = vs.page.locator('.quick-input-widget:visible [role="option"]').first();
    await item.getByText('bold').first().waitFor();
    assert.equal(await item.locator('.codicon-trash').count(), 0);
    await vs.page.keyboard.press('Escape');
    await vs.runCommand('Shared Memory: Clear Filter');
  });

  it('holds back files that are only read, and shows them by a click', async () => {
    await ask();
    await input().fill(`${run}-cache`);
    await input().press('Enter');
    await row('1 read-only file is hidden').click();
    await row(`${run}-cache.bin`).waitFor();
    await row('Hide 1 read-only file').click();
    await row('1 read-only file is hidden').waitFor();
    assert.equal(await row(`${run}-cache.bin`).count(), 0);
    await vs.runCommand('Shared Memory: Clear Filter');
  });

  it('follows what comes, grows and goes, and the selection stays', async () => {
    await ask();
    await input().fill(`${run}-live`);
    await input().press('Enter');
    const first = object(`${run}-live-b`, 100);
    await row(`${run}-live-b`).waitFor();
    await row(`${run}-live-b`).click();
    const selected = async (): Promise<boolean> => (await row(`${run}-live-b`).getAttribute('aria-selected')) === 'true';
    await until(selected, 'the selection');
    object(`${run}-live-a`, 100);
    await firstRows(`${run}-live-a`, `${run}-live-b`);
    truncateSync(first, 8192);
    await row(`${run}-live-b`).getByText('8 KiB').waitFor();
    assert.ok(await selected(), 'the selection after a change and an arrival');
    rmSync(first);
    await until(async () => (await labels()).join() === `${run}-live-a`, 'the removal');
    await vs.runCommand('Shared Memory: Clear Filter');
  });

  it('cleans up by clicks: nothing is chosen at first, a warning comes, and only the chosen one goes', async () => {
    const path = object(`${run}-leak-one`, 4096);
    const other = object(`${run}-leak-two`, 4096);
    await ask();
    await input().fill(`${run}-leak`);
    await input().press('Enter');
    await firstRows(`${run}-leak-one`, `${run}-leak-two`);
    await vs.contextMenu(row('POSIX'), 'Clean Up Orphaned Segments…');
    const box = vs.page.locator('.quick-input-widget:visible');
    await box.getByText('Clean Up Orphaned Segments').first().waitFor();
    await input().fill(`${run}-leak`);
    const items = box.locator('.monaco-list-row');
    await items.filter({ hasText: `${run}-leak-two` }).waitFor();
    assert.equal(await box.locator('.monaco-list-row[aria-checked="true"]').count(), 0);
    await items.filter({ hasText: `${run}-leak-one` }).click();
    await vs.screenshot('explorer-clean-up');
    await input().press('Enter');
    await vs.dialog().getByText('Remove 1 orphaned segment with 4 KiB of memory?').waitFor();
    await vs
      .dialog()
      .getByText(/waiting for its program to come back/)
      .waitFor();
    await vs.screenshot('explorer-clean-up-question');
    await vs.confirmDialog('Remove');
    await vs.notification('1 orphaned segment removed, 4 KiB freed').waitFor();
    assert.equal(existsSync(path), false);
    assert.ok(existsSync(other));
    await vs.runCommand('Shared Memory: Clear Filter');
  });
});

describe('pictures of the explorer', () => {
  const paths: string[] = [];
  const programs: Running[] = [];
  before(async () => {
    const object = (name: string, bytes: number, size = bytes): void => {
      paths.push(`/dev/shm/${run}-${name}`);
      writeFileSync(`/dev/shm/${run}-${name}`, Buffer.alloc(bytes), { mode: 0o600 });
      truncateSync(`/dev/shm/${run}-${name}`, size);
    };
    object('orphan', 70_000);
    object('sparse-frames', 4096, 1 << 30);
    object('new', 0, 4096);
    writeFileSync(`/dev/shm/sem.${run}-ready`, Buffer.alloc(32), { mode: 0o600 });
    paths.push(`/dev/shm/sem.${run}-ready`, `/dev/shm/${run}-live`);
    programs.push(await start('posix_writer', [`/${run}-live`]));
  });
  after(async () => {
    for (const program of programs.splice(0)) await program.dispose();
    for (const path of paths.splice(0)) rmSync(path, { force: true });
  });

  for (const theme of ['dark', 'light', 'hc', 'hc-light'] satisfies Theme[]) {
    it(`in ${theme}`, async function () {
      this.timeout(90_000);
      const vs = await openWorkbench({ theme, viewport: { width: 1000, height: 700 } });
      try {
        await vs.showView('Shared Memory');
        await vs.runCommand('Shared Memory: Filter…');
        await vs.quickInput(run);
        const live = vs.treeItem(`${run}-live`);
        await live.waitFor();
        await live.locator('.monaco-tl-twistie').click();
        await vs.treeItem('posix_writer').waitFor();
        await widen(vs, 560);
        await hoverUntil(vs, `${run}-orphan`, 'Orphaned');
        assert.ok(await vs.screenshot(`explorer-${theme}`));
      } finally {
        await vs.dispose();
      }
    });
  }
});

/** A row that is drawn anew under the pointer shows no tooltip: the pointer comes again. */
async function hoverUntil(vs: Workbench, label: string, text: string): Promise<void> {
  const tooltip = vs.page.locator('.monaco-hover:visible', { hasText: text });
  for (let left = 4; left > 0 && !(await tooltip.isVisible()); left--) {
    await vs.page.mouse.move(700, 400);
    await vs.treeItem(label).hover();
    await tooltip.waitFor({ timeout: 5000 }).catch(() => undefined);
  }
  assert.ok(await tooltip.isVisible(), `the tooltip of ${label}`);
}
