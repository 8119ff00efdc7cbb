/** Types as users come by them: from debug info, from a header that is edited, from the picker, from the workspace's own file. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dwarfFile } from '../../scripts/setup/dwarf.mjs';
import { skipBecause } from '../support/skip.ts';
import { compiling } from '../native/finder/programs.ts';
import { cleanup } from './objects.ts';
import { openPanel, Panel } from './panel.ts';
import { openWorkbench, type Workbench } from './vscode.ts';

/** Types of one program. */
const MANY = 100_000;
const programs = join(import.meta.dirname, '../programs/finder');
const GRID = '[role="grid"][aria-label="Bytes"]';
const HEADER = '#pragma once\n#include <stdint.h>\nstruct sample {\n  uint32_t id;\n  uint32_t count;\n};\n';

describe('types', () => {
  let vs: Workbench;
  let folder: string;
  const made = cleanup();
  const { compile } = compiling();

  before(async function () {
    this.timeout(90_000);
    folder = mkdtempSync(join(tmpdir(), 'shmscope-types-'));
    mkdirSync(join(folder, 'include'));
    writeFileSync(join(folder, 'include/sample.h'), HEADER);
    vs = await openWorkbench({ folder });
    await vs.showView('Shared Memory');
  });
  after(async () => {
    if (folder) rmSync(folder, { recursive: true, force: true });
    await vs?.dispose();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      await vs.screenshot(`failed-types-${this.currentTest.title.slice(0, 20).replaceAll(/\W/g, '-')}`);
    await vs.runCommand('View: Close All Editors');
  });

  /** What reads debug info needs the headers of elfutils to be built. */
  function needsDebugInfo(context: Mocha.Context): void {
    if (!existsSync(dwarfFile)) skipBecause(context, 'shmscope-dwarf could not be built on this machine');
  }

  /** Its rows move as long as programs come. */
  const opened = (name: string, mappers: string) => openPanel(vs, vs.treeItem(name).filter({ hasText: mappers }));

  /** Opens the picker of the panel and searches in it. */
  async function search(panel: Panel, query: string): Promise<void> {
    await panel.frame.locator('.type-chip').click();
    await vs.quickInput(query, { accept: false });
  }

  it('shows the right struct of a program built with -g, without a word typed, and keeps it when asked', async function () {
    needsDebugInfo(this);
    this.timeout(60_000);
    const { name, path } = made.object('debug', Buffer.alloc(24));
    writeFileSync(path, Buffer.from([7, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0]), { flag: 'r+' });
    await made.run(compile('holder', 'holder.c', ['-DHOLD_GLOBAL']), 'debug');
    const panel = await opened(name, '1 mapper');
    await panel.value('sequence').waitFor();
    assert.equal(await panel.valueText('sequence'), '7');
    await panel.frame.getByText(/^struct sample, since 'latest' in holder \(\d+\) points here/).waitFor();
    await panel.frame.locator('.type-chip', { hasText: 'struct sample' }).waitFor();
    await vs.screenshot('types-suggested');
    await panel.frame.locator('.banner vscode-button', { hasText: 'Keep' }).click();
    await panel.frame.getByText(/since 'latest'/).waitFor({ state: 'detached' });
    assert.equal(await panel.valueText('sequence'), '7');
  });

  it('shows that two programs have different versions of a header, field by field, in the panel and on the segment', async function () {
    needsDebugInfo(this);
    this.timeout(60_000);
    const { name } = made.object('versions', Buffer.alloc(32));
    await made.run(compile('publisher', 'holder.c', ['-DHOLD_GLOBAL', '-DVERSION=2']), 'versions');
    await made.run(compile('reader', 'holder.c', ['-DHOLD_GLOBAL']), 'versions');
    const panel = await opened(name, '2 mappers');
    await panel.frame.getByText(/lay out struct sample differently: 3 differences/).waitFor();
    await panel.frame.locator('.banner vscode-button', { hasText: 'Show' }).click();
    const row = panel.frame.getByRole('row').filter({ hasText: 'temperature_c' }).first();
    await row.getByText('absent').waitFor();
    await vs.treeItem(name).filter({ hasText: 'layout conflict' }).waitFor();
    await vs.screenshot('types-conflict');
  });

  it('finds a type among very many', async function () {
    needsDebugInfo(this);
    this.timeout(120_000);
    const { name } = made.object('many', Buffer.alloc(4096));
    const source = join(folder, 'many.c');
    const structs = Array.from({ length: MANY }, (_, i) => `struct type_${i} { int a${i}[${(i % 9) + 1}]; };`);
    writeFileSync(source, `${structs.join('\n')}\n#include "${join(programs, 'holder.c')}"\n`);
    const flags = ['-DHOLD_BYTES', '-fno-eliminate-unused-debug-types'];
    await made.run(compile('many', source, flags), 'many');
    const panel = await opened(name, '1 mapper');
    await panel.frame.locator('.type-chip').click();
    const row = (text: string | RegExp) => vs.page.locator('.quick-input-list-row', { hasText: text });
    // Until then there is what the workspace has.
    await row(/many \d+$/)
      .first()
      .waitFor();
    await vs.page.keyboard.type('e_99');
    await row('struct type_99').first().waitFor();
    await vs.page.keyboard.press('ArrowUp');
    await row(/… and [\d,]+ more: type more to narrow/).waitFor();
    await vs.page.keyboard.type('993');
    await row('struct type_99993').waitFor();
    await row('struct type_9999993').waitFor({ state: 'detached' });
    await vs.screenshot('types-picker');
    await vs.page.keyboard.press('Enter');
    await panel.value('a99993').waitFor();
  });

  it('has the compiler lay out what it cannot read itself, when it is asked to', async function () {
    needsDebugInfo(this);
    this.timeout(60_000);
    const { name } = made.object('compiled', Buffer.from([1, 0, 0, 0, 2, 0, 0, 0, 9, 0, 0, 0]));
    const panel = await openPanel(vs, vs.treeItem(name));
    await panel.frame.locator('textarea').first().fill('struct odd { int a[__builtin_parity(7) + 1]; int last; };');
    await panel.frame.locator('.type-error', { hasText: "1:20: The constant '__builtin_parity' is not known." }).waitFor();
    await panel.frame.locator('vscode-button', { hasText: 'Ask the Compiler' }).click();
    await panel.value('last').waitFor();
    assert.equal(await panel.valueText('last'), '9');
  });

  it('follows a header of the workspace that is edited, and keeps the last good layout while it is wrong', async function () {
    this.timeout(90_000);
    const { name } = made.object('header', Buffer.from([1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]));
    const panel = await openPanel(vs, vs.treeItem(name));
    await search(panel, 'sample');
    await vs.pickItem('struct sample');
    await panel.value('count').waitFor();
    assert.equal(await panel.valueText('count'), '2');

    const header = join(vs.folder, 'include/sample.h');
    writeFileSync(header, HEADER.replace('  uint32_t count;', '  uint32_t flags;\n  uint32_t count;'));
    await panel.value('flags').waitFor();
    await panel.until(
      () => panel.valueText('count'),
      (text) => text === '3',
      'the count at its new place',
    );

    writeFileSync(header, HEADER.replace('uint32_t count', 'strange_t count'));
    await panel.frame.getByText(/What you see is the type as it was before: 5:3: /).waitFor();
    assert.equal(await panel.valueText('count'), '3');
    await panel.frame.locator('.banner vscode-button', { hasText: 'Open include/sample.h:5:3' }).click();
    await vs.page.locator('.tab.active', { hasText: 'sample.h' }).waitFor();
    await vs.page.locator('#status\\.editor\\.selection', { hasText: 'Ln 5, Col 3' }).waitFor();

    writeFileSync(header, HEADER);
    await vs.page.locator('.tab', { hasText: name }).click();
    const again = new Panel(vs, await vs.panelFrame(GRID));
    await again.until(
      () => again.valueText('count'),
      (text) => text === '2',
      'the count as it was',
    );
    assert.equal(await again.frame.getByText(/as it was before/).count(), 0);
  });

  it('keeps a type for all who open the folder, and says what is wrong with the file', async function () {
    this.timeout(120_000);
    const first = made.object('kept-1', Buffer.from([7, 0, 0, 0, 8, 0, 0, 0]));
    const second = made.object('kept-2', Buffer.from([9, 0, 0, 0, 10, 0, 0, 0]));
    const panel = await openPanel(vs, vs.treeItem(first.name));
    await search(panel, 'sample');
    await vs.pickItem('struct sample');
    await panel.value('count').waitFor();
    await search(panel, 'keep in');
    await vs.pickItem('Keep in the workspace');
    await vs.quickInput(`/${first.name.replace(/1$/, '*')}`, { prompt: 'Which segments have this type?' });
    await vs.notification('.vscode/shmscope.json says so').waitFor();
    const file = join(vs.folder, '.vscode/shmscope.json');
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const pattern = `/${first.name.replace(/1$/, '*')}`;
    assert.deepEqual(kept, { segments: { [pattern]: { type: 'struct sample', header: 'include/sample.h' } } });

    // Another window of the folder, which remembers nothing.
    const other = await openWorkbench({ folder: vs.folder });
    try {
      await other.showView('Shared Memory');
      const theirs = await openPanel(other, other.treeItem(second.name));
      await theirs.until(
        () => theirs.valueText('count').catch(() => ''),
        (text) => text === '10',
        'the count of the other segment',
      );
      writeFileSync(join(other.folder, '.vscode/shmscope.json'), '{\n  "segments": { "/x": { "type": 1 } }\n}');
      await theirs.frame.getByText(/shmscope.json: 2:33: "type" is a text/).waitFor();
      await theirs.frame.locator('.type-chip', { hasText: 'Choose a type' }).waitFor();
    } finally {
      await other.dispose();
    }
  });
});
