/** Keys of a panel that VS Code has commands for as well, pressed as a user presses them: VS Code sees them too. */
import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import type { Frame, Locator } from 'playwright-core';
import { openPanel, type Panel } from './panel.ts';
import { openWorkbench, type Workbench } from './vscode.ts';

const GRID = '[role="grid"][aria-label="Bytes"]';

describe('keys in a panel', () => {
  let vs: Workbench;
  let name = '';
  let path = '';
  let last = 0;
  const store = (offset: number, text: string): void => {
    const fd = openSync(path, 'r+');
    writeSync(fd, text, offset);
    closeSync(fd);
  };
  const holds = async (panel: Panel, expected: string): Promise<void> => {
    await panel.until(async () => readFileSync(path, 'latin1').slice(0, expected.length), (text) => text === expected, 'the bytes'); // prettier-ignore
  };
  const press = (...keys: string[]): Promise<void> => keys.reduce((before, key) => before.then(() => vs.page.keyboard.press(key)), Promise.resolve()); // prettier-ignore
  const notice = (frame: Frame, text: string): Promise<void> => frame.getByText(text).first().waitFor();
  const option = (frame: Frame, list: string, text: string | RegExp): Locator =>
    frame.getByRole('listbox', { name: list }).getByRole('option').filter({ hasText: text });
  const open = async (content: string): Promise<Panel> => {
    // A name of its own for each test: the row of one that was removed stays for a moment.
    name = `ui-${process.pid}-keys-${++last}`;
    path = `/dev/shm/${name}`;
    writeFileSync(path, content.padEnd(4096, '.'));
    const panel = await openPanel(vs, vs.treeItem(name));
    await panel.byte(0, content.charCodeAt(0).toString(16)).waitFor();
    await panel.byte(0).click();
    return panel;
  };

  before(async function () {
    this.timeout(90_000);
    vs = await openWorkbench({ folder: 'test/programs' });
    await vs.showView('Shared Memory');
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await vs.screenshot(`keys-${last}`);
    await vs.runCommand('View: Close All Editors');
    rmSync(path, { force: true });
  });
  after(() => vs?.dispose());

  it('Ctrl+F opens the tab Find, not a finder of VS Code; F3 goes on', async () => {
    const { frame } = await open('abc needle abc needle');
    await press('Control+f');
    const input = frame.getByRole('textbox', { name: 'Find' });
    await input.and(frame.locator(':focus')).waitFor();
    await vs.page.keyboard.type('needle');
    await press('Enter');
    await frame.locator('.cell.selected[data-offset="4"]').waitFor();
    await press('F3');
    await frame.locator('.cell.selected[data-offset="15"]').waitFor();
    await press('Shift+F3');
    await frame.locator('.cell.selected[data-offset="4"]').waitFor();
    assert.equal(await vs.page.locator('.simple-find-part.visible, .find-widget.visible').count(), 0);
  });

  it('Ctrl+Z, Ctrl+Shift+Z and Ctrl+Y take one edit back and make it again, once for each key', async () => {
    const panel = await open('abcdef');
    const { frame } = panel;
    await press('Control+z');
    await notice(frame, 'read-only');
    await panel.enableWriting();
    await panel.byte(1).click();
    await press('5', '8', '5', '9', '5', 'a');
    await holds(panel, 'aXYZef');
    await press('Control+z');
    await holds(panel, 'aXYdef');
    // A second undo by VS Code's own command would come before this has gone there and back.
    await vs.runCommand('Shared Memory: Refresh');
    await holds(panel, 'aXYdef');
    await panel.byte(0).click();
    await press('Control+z', 'Control+z');
    await holds(panel, 'abcdef');
    await press('Control+z');
    await notice(frame, 'There is nothing to undo.');
    await press('Control+Shift+z');
    await holds(panel, 'aXcdef');
    await press('Control+y');
    await holds(panel, 'aXYdef');
    await press('Control+z');
    await holds(panel, 'aXcdef');
  });

  it('Ctrl+Z asks before it takes back what a program has stored over meanwhile', async () => {
    const panel = await open('abcdef');
    await panel.enableWriting();
    await panel.byte(1).click();
    await press('5', '8');
    await holds(panel, 'aXcdef');
    store(1, 'Q');
    await press('Control+z');
    const dialog = panel.frame.getByRole('alertdialog', { name: 'Undo Anyway' });
    await dialog.waitFor();
    await holds(panel, 'aQcdef');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await press('Control+z');
    await dialog.getByRole('button', { name: 'Undo Anyway' }).click();
    await holds(panel, 'abcdef');
  });

  it('Ctrl+Z in an input takes back what was typed there, and no byte', async () => {
    const panel = await open('abcdef');
    await panel.enableWriting();
    await panel.byte(1).click();
    await press('5', '8');
    await holds(panel, 'aXcdef');
    await press('Control+f');
    const input = panel.frame.getByRole('textbox', { name: 'Find' });
    await input.and(panel.frame.locator(':focus')).waitFor();
    await input.fill('');
    await vs.page.keyboard.type('q');
    assert.equal(await input.inputValue(), 'q');
    await press('Control+z');
    await panel.until(() => input.inputValue(), (text) => text !== 'q', 'the text as it was'); // prettier-ignore
    await vs.runCommand('Shared Memory: Refresh');
    await holds(panel, 'aXcdef');
  });

  it('Shift+Alt+S, F2 and F7 take, name and compare a snapshot; by button and by command it is in the diff editor', async function () {
    this.timeout(120_000);
    const panel = await open('abcdef');
    const { frame } = panel;
    await press('Shift+Alt+S');
    await frame.getByRole('textbox', { name: 'Name of the snapshot' }).and(frame.locator(':focus')).waitFor();
    await vs.page.keyboard.type('first');
    await press('Enter');
    await option(frame, 'Snapshots', 'first').waitFor();
    store(2, 'XX');
    store(100, 'far');
    await option(frame, 'Snapshots', 'first').click();
    await frame.locator('.compare .find-message').filter({ hasText: '2 differences' }).waitFor();
    await press('F7');
    await frame.locator('.cell.selected[data-offset="2"]').waitFor();
    await press('F7');
    await frame.locator('.cell.selected[data-offset="100"]').waitFor();
    await press('Shift+F7');
    await frame.locator('.cell.selected[data-offset="2"]').waitFor();
    await option(frame, 'Snapshots', 'first').click();
    await press('F2');
    await frame.getByRole('textbox', { name: 'New name' }).and(frame.locator(':focus')).waitFor();
    await vs.page.keyboard.type('renamed');
    await press('Enter');
    await option(frame, 'Snapshots', 'renamed').waitFor();

    await vs.runCommand('Shared Memory: Take Snapshot…');
    await vs.quickInput('second', { prompt: 'Name of the snapshot' });
    await option(frame, 'Snapshots', 'second').waitFor();
    await frame.getByRole('button', { name: 'Open in Diff Editor' }).click();
    await vs.page.locator('.tab', { hasText: /renamed ↔ now/ }).waitFor();
    const lines = vs.page.locator('.editor-instance .modified-in-monaco-diff-editor .view-line');
    await lines
      .filter({ hasText: /61\s62\s58\s58/ })
      .first()
      .waitFor();

    await vs.page.locator('.tab', { hasText: new RegExp(`^/?${name}$`) }).click();
    await vs.panelFrame(GRID);
    await vs.runCommand('Shared Memory: Compare Snapshots…');
    await vs.pickItem('renamed', 'Compare which snapshot?');
    await vs.pickItem('second', 'With what?');
    await vs.page.locator('.tab', { hasText: /renamed ↔ second/ }).waitFor();
    assert.equal(readFileSync(path, 'latin1').slice(0, 6), 'abXXef', 'nothing was written');
  });
});
