import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start, type Running } from '../programs/build.ts';
import { openPanel, Panel } from './panel.ts';
import { openWorkbench, type Workbench } from './vscode.ts';

describe('stories', () => {
  let vs: Workbench;
  const programs: Running[] = [];
  const run = async (program: string, ...args: string[]): Promise<Running> => {
    const running = await start(program, args);
    programs.push(running);
    return running;
  };

  before(async function () {
    this.timeout(90_000);
    vs = await openWorkbench();
    await vs.showView('Shared Memory');
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      await vs.screenshot(`failed-${this.currentTest.title.slice(0, 20).replaceAll(/\W/g, '-')}`);
    for (const program of programs.splice(0)) await program.dispose();
    await vs.runCommand('View: Close All Editors');
  });
  after(() => vs?.dispose());

  it('1: creates /demo, sees it appear, resizes and unlinks it', async () => {
    const name = `demo-${process.pid}`;
    const path = `/dev/shm/${name}`;
    try {
      await vs.runCommand('Shared Memory: Create Segment…');
      await vs.pickItem('POSIX object');
      await vs.quickInput(`/${name}`, { prompt: 'Name of the object' });
      await vs.quickInput('4096', { prompt: 'Size in bytes' });
      await vs.treeItem(name).waitFor();
      assert.equal(statSync(path).size, 4096);

      await vs.contextMenu(vs.treeItem(name), 'Resize…');
      await vs.quickInput('8192', { prompt: 'Size in bytes' });
      await vs.treeItem(name).filter({ hasText: '8 KiB' }).waitFor();
      assert.equal(statSync(path).size, 8192);

      await vs.contextMenu(vs.treeItem(name), 'Unlink…');
      await vs.confirmDialog('Cancel');
      assert.ok(existsSync(path));
      await vs.contextMenu(vs.treeItem(name), 'Unlink…');
      await vs.confirmDialog('Unlink');
      await vs.treeItem(name).waitFor({ state: 'detached' });
      assert.equal(existsSync(path), false);
    } finally {
      rmSync(path, { force: true });
    }
  });

  it('2: reads the student of a System V segment and ends its writer by writing "quit" into the name', async () => {
    const writer = await run('sysv_writer', '1234');
    const panel = await openPanel(vs, vs.treeItem('0x000004d2'));
    await panel.pasteType('struct student { char name[32]; int age; };');
    await panel.until(
      () => panel.valueText('name'),
      (text) => text === 'hello',
      'the name',
    );
    assert.equal(await panel.valueText('age'), '20');
    assert.deepEqual(await panel.bytes(0, 6), ['68', '65', '6c', '6c', '6f', '00']);

    await panel.enableWriting();
    await panel.editField('name', 'quit');
    assert.equal(await Promise.race([writer.exit, vs.page.waitForTimeout(5000)]), 0);
    await panel.frame
      .getByText(/is gone/)
      .first()
      .waitFor();
    await vs.treeItem('0x000004d2').waitFor({ state: 'detached' });
  });

  it('3: watches a line of Chinese text appear in a mapped file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'shmscope-story-'));
    try {
      const path = join(folder, 'lines.bin');
      await run('file_writer', path);
      await run('file_reader', path);
      await vs.runCommand('Shared Memory: Open Segment');
      await vs.quickInput(path, { accept: false });
      await vs.pickItem(path);
      const panel = new Panel(vs, await vs.panelFrame('[role="grid"][aria-label="Bytes"]'));
      await panel.goTo(1024);
      const line = () =>
        panel.frame.evaluate(() =>
          [...document.querySelectorAll('#byte-rows .text')].map((cell) => cell.ariaLabel ?? '').join(''),
        );
      const first = await panel.until(line, (text) => /第\d+行/.test(text.replaceAll(/\s/g, '')), 'the Chinese line');
      await panel.until(line, (text) => text !== first, 'the next line');
      assert.deepEqual(await panel.bytes(1024, 3), ['e7', 'ac', 'ac']);
      await vs.screenshot('story-chinese');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('4: sees a counter move in fields and bytes alike, always with the same value', async () => {
    const name = `counter-${process.pid}`;
    await run('posix_writer', `/${name}`);
    const panel = await openPanel(vs, vs.treeItem(name));
    await panel.pasteType(
      '#include <stdint.h>\nstruct shared { uint64_t counter; char name[32]; double temperature; uint32_t ticks; };',
    );
    await panel.value('counter').waitFor();
    const look = () =>
      panel.frame.evaluate(() => {
        const hex = Array.from(
          { length: 8 },
          (_, i) => document.querySelector(`[aria-label="Bytes"] [data-offset="${i}"]`)?.ariaLabel ?? '',
        );
        const shown =
          document.querySelector('[aria-label="Fields"] [data-path="counter"] [data-value]')?.getAttribute('data-value') ?? '';
        return { hex, shown };
      });
    const seen = new Set<string>();
    const end = Date.now() + 10_000;
    for (let looks = 0; looks < 200 || (seen.size <= 20 && Date.now() < end); looks++) {
      const { hex, shown } = await look();
      const value = BigInt(`0x${[...hex].reverse().join('')}`);
      assert.equal(shown.replaceAll(/\D/g, ''), String(value));
      seen.add(shown);
    }
    assert.ok(seen.size > 20, `${seen.size} different values`);
  });
});
