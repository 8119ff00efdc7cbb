import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activate } from './support.ts';

describe('activation', () => {
  it('gives the public API, the same to everybody', async () => {
    const api = await activate();
    assert.equal(api.apiVersion, 1);
    assert.equal(await activate(), api);
    assert.equal(vscode.extensions.getExtension('shmscope.shmscope')?.exports, api);
  });

  it('registers each command that the manifest lists, and no other', async () => {
    await activate();
    const manifest: unknown = vscode.extensions.getExtension('shmscope.shmscope')?.packageJSON;
    const listed = [...JSON.stringify(manifest).matchAll(/"command":"(shmscope\.\w+)","title"/g)].map(([, command]) => command);
    assert.ok(listed.length > 0);
    const registered = (await vscode.commands.getCommands(true)).filter((name) => name.startsWith('shmscope.'));
    // VS Code adds commands of its own for each view.
    const own = registered.filter((name) => !/^shmscope\.(segments|locks)\./.test(name));
    assert.deepEqual(own.sort(), listed.sort());
  });
});
