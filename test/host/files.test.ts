import assert from 'node:assert/strict';
import { renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { ShmScopeApi } from '../../api.d.ts';
import { activate, bytes, cleanup, closeEditors, freeKey, text, pause, until } from './support.ts';

const { fs } = vscode.workspace;
const uriOf = (path: string): vscode.Uri => vscode.Uri.from({ scheme: 'shmscope', path });
const GIB = 2 ** 30;

/** What VS Code makes of a FileSystemError of this kind. */
const fails = (code: string, message?: RegExp) => (error: unknown) => {
  if (error instanceof vscode.FileSystemError && error.code === code && (message?.test(error.message) ?? true)) return true;
  throw new Error(`expected ${code} ${message ?? ''}`, { cause: error });
};

describe('the shmscope file system', () => {
  const made = cleanup();
  const { posix } = made;
  let api: ShmScopeApi;
  before(async () => (api = await activate()));
  closeEditors();
  const names = async (path: string): Promise<string[]> => (await fs.readDirectory(uriOf(path))).map(([name]) => name);

  it('lists kinds, and of each the segments', async () => {
    const entries = await fs.readDirectory(uriOf('/'));
    assert.deepEqual(entries.map(([name]) => name).sort(), ['anonymous', 'file', 'memfd', 'posix', 'snapshots', 'sysv']);
    assert.ok(entries.every(([, type]) => type === vscode.FileType.Directory));
    const { name } = await posix('listed', 10);
    assert.ok((await names('/posix')).includes(name.slice(1)));
    const key = freeKey();
    const { name: keyName } = await made.create(api, { kind: 'sysv', key, size: 4096 });
    assert.ok((await names('/sysv')).includes(keyName));
    assert.deepEqual((await fs.stat(uriOf('/posix'))).type, vscode.FileType.Directory);
  });

  it('gives size, rights and bytes, and everything that is written is refused', async () => {
    const { id, name } = await posix('read', 5000);
    await api.write(id, 4990, bytes('the end'));
    const uri = uriOf(`/posix${name}`);
    const { type, size, permissions } = await fs.stat(uri);
    assert.deepEqual([type, size, permissions], [vscode.FileType.File, 5000, vscode.FilePermission.Readonly]);
    const content = await fs.readFile(uri);
    assert.equal(content.length, 5000);
    assert.equal(text(content.subarray(4990)), 'the end\0\0\0');
    assert.equal(fs.isWritableFileSystem('shmscope'), false);
    await assert.rejects(async () => fs.writeFile(uri, bytes('x')));
    await assert.rejects(async () => fs.delete(uri));
    await assert.rejects(async () => fs.rename(uri, uriOf('/posix/other')));
    await assert.rejects(async () => fs.createDirectory(uriOf('/posix/directory')));
    await assert.rejects(async () => fs.writeFile(uriOf('/posix/new'), bytes('x')));
    assert.equal(text((await api.read(id, 4990, 7))), 'the end'); // prettier-ignore
  });

  it('knows no other paths', async () => {
    const { name } = await posix('paths', 10);
    for (const path of ['/nothing', '/posix/nothing~1', `/posix${name}/x`, '/posix/%2E%2E', `/posix/${encodeURIComponent(name)}`])
      await assert.rejects(async () => fs.stat(uriOf(path)), fails('FileNotFound'), path);
    await assert.rejects(async () => fs.stat(vscode.Uri.parse(`shmscope://host/posix${name}`)), fails('FileNotFound'));
    await assert.rejects(async () => fs.readFile(uriOf('/posix')), fails('FileIsADirectory'));
    await assert.rejects(async () => fs.readDirectory(uriOf(`/posix${name}`)), fails('FileNotADirectory'));
  });

  it('gives hostile names as names, and leads by them to nothing else', async () => {
    for (const hostile of [
      '..x',
      '%2e%2e',
      'a\nb',
      'a~b',
      'a#b?c',
      '\u202etxt.exe',
      'ä €',
      '<img src=x>',
      '$(bug)',
      'back\\slash',
      '~',
    ]) {
      const name = `${made.name('hostile')} ${hostile}`;
      const path = `/dev/shm${name}`;
      writeFileSync(path, hostile);
      try {
        await api.listSegments();
        const listed = (await names('/posix')).find((one) => one.startsWith(`${name.slice(1).split(' ')[0] ?? ''} `)) ?? '';
        assert.doesNotMatch(listed, /[/\\\p{C}]/u, hostile);
        assert.equal(text(await fs.readFile(uriOf(`/posix/${listed}`))), hostile, listed);
        assert.equal(text(await fs.readFile(vscode.Uri.parse(uriOf(`/posix/${listed}`).toString()))), hostile);
      } finally {
        rmSync(path, { force: true });
      }
    }
  });

  it('says in one sentence what to do with what is too large', async () => {
    const name = made.name('huge');
    writeFileSync(`/dev/shm${name}`, 'start');
    truncateSync(`/dev/shm${name}`, 64 * GIB);
    await api.listSegments();
    const uri = uriOf(`/posix${name}`);
    assert.equal((await fs.stat(uri)).size, 64 * GIB);
    await assert.rejects(async () => fs.readFile(uri), fails('Unavailable', /64 GiB, more than the 256 MiB .*panel, or export a range/)); // prettier-ignore
    truncateSync(`/dev/shm${name}`, 200 * 2 ** 20);
    const content = await fs.readFile(uri);
    assert.equal(content.length, 200 * 2 ** 20);
    assert.equal(text(content.subarray(0, 5)), 'start');
  });

  it('is read by VS Code’s own editors, which follow what changes', async () => {
    const { id, name } = await posix('followed.txt', 5);
    await api.write(id, 0, bytes('first'));
    const uri = uriOf(`/posix${name}`);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    assert.equal(document.getText(), 'first');
    await api.write(id, 0, bytes('other'));
    await until(() => document.getText() === 'other' || undefined, 'the change in the editor', 15_000);
    await api.write(id, 0, bytes('third'));
    await until(() => document.getText() === 'third' || undefined, 'the second change', 15_000);
  });

  it('tells of changes, of what is gone and of what comes', async () => {
    const { id, name } = await posix('watched', 4096);
    const uri = uriOf(`/posix${name}`);
    await fs.readFile(uri);
    const seen: string[] = [];
    const watcher = made.dispose(vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(uriOf('/posix'), '*')));
    const isOurs = (other: vscode.Uri): boolean => other.toString() === uri.toString();
    let begun = false;
    watcher.onDidCreate(() => (begun = true));
    watcher.onDidDelete((other) => isOurs(other) && seen.push('deleted'));
    watcher.onDidCreate((other) => isOurs(other) && seen.push('created'));
    // VS Code watches some time after it was asked to: it does once it tells of what was made meanwhile.
    let others = 0;
    await until(
      async () => {
        await posix(`other${others++}`, 1);
        await pause(200);
        return begun || undefined;
      },
      'that it watches',
      15_000,
    );
    await api.unlink(id);
    await until(() => seen.includes('deleted') || undefined, 'that it is gone', 15_000);
    await assert.rejects(async () => fs.stat(uri), fails('FileNotFound'));
    await made.create(api, { kind: 'posix', name, size: 7 });
    await until(() => seen.includes('created') || undefined, 'that it is there again', 15_000);
    assert.equal((await fs.stat(uri)).size, 7);
  });

  it('means the object that has the name now', async () => {
    const { name, path = '' } = await posix('replaced', 100);
    const uri = uriOf(`/posix${name}`);
    assert.equal((await fs.readFile(uri)).length, 100);
    const other = made.name('replacement');
    writeFileSync(`/dev/shm${other}`, 'the new one');
    renameSync(`/dev/shm${other}`, path);
    assert.equal(text(await fs.readFile(uri)), 'the new one');
  });

  it('opens a segment by command, and two in the diff editor', async () => {
    const [a, b] = [await posix('left.txt', 4), await posix('right.txt', 4)];
    await api.write(a.id, 0, bytes('left'));
    await api.write(b.id, 0, bytes('rght'));
    const uri = await vscode.commands.executeCommand('shmscope.openAsFile', { id: a.id });
    assert.equal(uri, uriOf(`/posix${a.name}`).toString());
    await until(() => vscode.window.activeTextEditor?.document.getText() === 'left' || undefined, 'the editor');
    await vscode.commands.executeCommand('vscode.diff', uriOf(`/posix${a.name}`), uriOf(`/posix${b.name}`), 'both');
    await until(() => vscode.window.tabGroups.activeTabGroup.activeTab?.label === 'both' || undefined, 'the diff editor');
    const shown = () => vscode.workspace.textDocuments.map((one) => one.getText());
    await until(() => (shown().includes('left') && shown().includes('rght')) || undefined, 'both sides');
  });

  it('gives what has no name a name of its own', async () => {
    const running = await made.start('nameless', 'memfd', '../a~b/c', '2');
    const memfds = await until(async () => {
      const found = (await api.listSegments()).filter(({ kind, mappings }) => kind === 'memfd' && mappings.some(({ pid }) => pid === running.pid)); // prettier-ignore
      return found.length > 0 ? found : undefined;
    }, 'a memfd');
    const listed = await names('/memfd');
    assert.ok(listed.length >= memfds.length && listed.every((name) => /~[0-9a-f]{12}$/.test(name)));
    assert.equal(new Set(listed).size, listed.length);
    const sizes = await Promise.all(listed.map(async (name) => fs.stat(uriOf(`/memfd/${name}`)).then(({ size }) => size, () => -1))); // prettier-ignore
    for (const { size } of memfds) assert.ok(sizes.includes(size));
  });
});
