import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('extension host', () => {
  it('has ShmScope in it', () => {
    const extension = vscode.extensions.getExtension('shmscope.shmscope');
    assert.ok(extension, 'shmscope.shmscope is not installed');
    assert.equal(extension.extensionKind, vscode.ExtensionKind.Workspace);
  });
});
