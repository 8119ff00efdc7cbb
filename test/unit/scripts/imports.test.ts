import assert from 'node:assert/strict';
import { importsOf, wrongImports } from '../../../scripts/lint/imports.mjs';

describe('import directions', () => {
  const wrong = (file: string, text: string): number => wrongImports(file, text).length;

  it('refuses an import against the direction', () => {
    assert.deepEqual(wrongImports('src/decode/value.ts', "\nimport { scan } from '../segments/scan.ts';\n"), [
      'src/decode/value.ts:2: src/decode must not import src/segments/scan.ts',
    ]);
    assert.equal(wrong('src/protocol/transport.ts', "import { x } from '../decode/x.ts';"), 1);
    assert.equal(wrong('webview/main.ts', "import { x } from '../src/panel/x.ts';"), 1);
    assert.equal(wrong('src/segments/a.ts', "export { x } from '../panel/x.ts';"), 1);
    assert.equal(wrong('src/segments/a.ts', "const x = await import('../panel/x.ts');"), 1);
    assert.equal(wrong('src/live/a.ts', "import '../extension.ts';"), 1);
    assert.equal(wrong('src/elsewhere/a.ts', ''), 1);
  });

  it('lets through what the design allows', () => {
    assert.equal(wrong('webview/bytes/grid.ts', "import { decode } from '../../src/decode/decode.ts';"), 0);
    assert.equal(wrong('src/panel/panel.ts', "import * as vscode from 'vscode';\nimport { x } from '../live/x.ts';"), 0);
    assert.equal(wrong('src/extension.ts', "import { x } from './panel/x.ts';"), 0);
    assert.equal(wrong('src/decode/a.ts', "// import { x } from '../panel/x.ts';\nimport { y } from './y.ts';"), 0);
  });

  it('keeps snapshots free of VS Code, and lets views and commands use them', () => {
    assert.equal(wrong('src/keep/a.ts', "import { x } from '../live/x.ts';"), 0);
    assert.equal(wrong('src/keep/a.ts', "import * as vscode from 'vscode';"), 1);
    assert.equal(wrong('src/keep/a.ts', "import { x } from '../panel/x.ts';"), 1);
    for (const room of ['panel', 'commands', 'files'])
      assert.equal(wrong(`src/${room}/a.ts`, "import { x } from '../keep/x.ts';"), 0, room);
  });

  it('tells types from values', () => {
    assert.equal(wrong('src/native/addon.ts', "import type { X } from '../protocol/x.ts';"), 0);
    assert.equal(wrong('src/native/addon.ts', "import { x } from '../protocol/x.ts';"), 1);
  });

  it('keeps vscode out of what runs in plain Node', () => {
    assert.equal(wrong('src/segments/a.ts', "import * as vscode from 'vscode';"), 1);
    assert.equal(wrong('src/segments/a.ts', "import type { Event } from 'vscode';"), 0);
    assert.equal(wrong('src/decode/a.ts', "import type { Event } from 'vscode';"), 1);
    assert.equal(wrong('webview/a.ts', "import type { Uri } from 'vscode';"), 1);
  });

  it('reads an import over several lines', () => {
    assert.deepEqual(importsOf("import {\n  a,\n  b,\n} from './a.ts';\nimport type { C } from './c.ts';\n"), [
      { from: './a.ts', type: false, line: 1 },
      { from: './c.ts', type: true, line: 5 },
    ]);
  });
});
