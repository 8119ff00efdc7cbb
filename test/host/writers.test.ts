import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { openLine } from '../../src/files/openLine.ts';
import { cleanup, closeEditors, failsWith, unique, until } from './support.ts';

describe('the command findWriters', () => {
  const made = cleanup();
  closeEditors();

  it('refuses what cannot be watched', async () => {
    const { id } = await made.posix('writers');
    const find = async (options: object): Promise<unknown> =>
      vscode.commands.executeCommand('shmscope.findWriters', { id }, options);
    const wrong: readonly object[] = [
      {},
      { offset: 0 },
      { offset: 2, length: 4 },
      { offset: 0, length: 16 },
      { offset: 0, length: 4, ms: 0 },
      { offset: 0, length: 4, ms: 1e9 },
      { offset: 0, length: 4, ms: 10, reads: 'yes' },
      { fields: [], ms: 10 },
      { fields: Array.from({ length: 5 }, (_, i) => ({ offset: 8 * i, length: 8 })), ms: 10 },
    ];
    for (const options of wrong) await assert.rejects(find(options), failsWith('EINVAL'), JSON.stringify(options));
  });

  it('opens the panel of the segment', async () => {
    const segment = await made.posix('writers');
    await vscode.commands.executeCommand('shmscope.findWriters', { node: 'segment', segment });
    const labels = () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
    await until(() => labels().some((label) => label.includes(segment.name.slice(1))) || undefined, 'a tab of the segment');
  });
});

describe('the line of a writer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shmscope-line-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  closeEditors();

  it('is opened where the debug info says, and its last line where it has fewer', async () => {
    const file = join(folder, 'feed.c');
    writeFileSync(file, 'one\ntwo\nthree');
    await openLine({ file, line: 2 }, { focus: true, beside: true });
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, file);
    assert.equal(vscode.window.activeTextEditor?.selection.active.line, 1);
    await openLine({ file, line: 99 }, { focus: true, beside: true });
    assert.equal(vscode.window.activeTextEditor?.selection.active.line, 2);
  });

  it('is refused where the file is nowhere, or is none', async () => {
    for (const file of [join(folder, 'none.c'), `relative-${unique('none')}.c`, '/dev/zero', '/', 'a\0b'])
      await assert.rejects(openLine({ file, line: 1 }, { focus: true, beside: true }), failsWith('ENOENT'), file);
  });
});
