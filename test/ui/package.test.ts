import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../scripts/lib/paths.mjs';
import { openWorkbench } from './vscode.ts';
import type { Workbench } from './vscode.ts';

/** Names in a zip file, from its central directory (APPNOTE.TXT 4.3.12): a record begins with PK\1\2, the name's length is at 28, the name at 46. */
function zipNames(file: string): string[] {
  const bytes = readFileSync(file);
  const names: string[] = [];
  for (let at = bytes.indexOf('PK\x01\x02', 0, 'latin1'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 46, 'latin1')) {
    names.push(bytes.toString('utf8', at + 46, at + 46 + bytes.readUInt16LE(at + 28)));
  }
  return names;
}

describe('the package', () => {
  const object = join('/dev/shm', `shmscope-package-${process.pid}`);
  let folder: string;
  let vsix: string;
  let vs: Workbench | undefined;

  before(async function () {
    this.timeout(180_000);
    folder = mkdtempSync(join(tmpdir(), 'shmscope-package-'));
    vsix = join(folder, 'shmscope.vsix');
    await promisify(execFile)(process.execPath, [join(root, 'scripts/package.mjs'), '--out', vsix]);
  });

  after(async () => {
    rmSync(object, { force: true });
    await vs?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('holds what runs and nothing else', () => {
    // All that is built for it: a bundle that the package forgets is missed only where it is used.
    const built = readdirSync(join(root, 'dist')).filter((name) => !name.endsWith('.map') && name !== 'test');
    assert.ok(built.includes('regex-worker.cjs') && built.includes('webview-first.js'));
    const expected = [...built, 'activity.svg', 'api.d.ts', 'icon.png', 'package.json'];
    expected.push('conflict-dark.png', 'filter-dark.png', 'locks.png', 'panel-dark.png', 'writers.png');
    expected.push(...readdirSync(join(root, 'schemas')));
    expected.push('LICENSE.txt', 'THIRD_PARTY_NOTICES.md', '[Content_Types].xml', 'extension.vsixmanifest');
    const names = zipNames(vsix).map((name) => basename(name));
    const papers = names.filter((name) => /^(readme|changelog)\.md$/i.test(name));
    assert.deepEqual(names.filter((name) => !papers.includes(name)).sort(), expected.sort());
  });

  it('is under 2 MB', () => {
    assert.ok(statSync(vsix).size < 2_000_000, `${statSync(vsix).size} bytes`);
  });

  it('runs from where VS Code installed it', async function () {
    this.timeout(120_000);
    writeFileSync(object, 'from the package');
    vs = await openWorkbench({ extension: vsix });
    await vs.showView('Shared Memory');
    await vs.treeItem(`/${basename(object)}`).click();
    const frame = await vs.panelFrame('[role="grid"][aria-label="Bytes"] [data-offset="0"]');
    await frame.locator('[role="gridcell"][data-offset="0"][aria-label="66"]').waitFor();
  });
});
