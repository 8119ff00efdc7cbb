import assert from 'node:assert/strict';
import { truncateSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Segment, ShmScopeApi } from '../../api.d.ts';
import { activate, bytes, cleanup, failsWith, text, until } from './support.ts';

interface Info {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly held: number;
}

function isInfo(value: unknown): value is Info {
  return typeof value === 'object' && value !== null && 'id' in value && 'held' in value && typeof value.id === 'string';
}

const run = async (command: string, ...args: unknown[]): Promise<unknown> =>
  vscode.commands.executeCommand(`shmscope.${command}`, ...args);

const GIB = 2 ** 30;

describe('snapshots', () => {
  const made = cleanup();
  const { posix } = made;
  const taken: { segment: Segment; snapshot: string }[] = [];
  let api: ShmScopeApi;
  before(async () => (api = await activate()));
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const { segment, snapshot } of taken.splice(0))
      await run('removeSnapshot', segment, { snapshot }).catch(() => undefined);
  });
  async function take(segment: Segment, name: string): Promise<Info> {
    const info = await run('snapshot', { id: segment.id }, { name });
    assert.ok(isInfo(info));
    taken.push({ segment, snapshot: info.id });
    return info;
  }
  const files = async (): Promise<string[]> =>
    (await vscode.workspace.fs.readDirectory(vscode.Uri.parse('shmscope:/snapshots'))).map(([name]) => name);
  /** The texts of the diff editor that is shown. */
  async function diffTexts(): Promise<{ left: string; right: string; title: string }> {
    const tab = await until(() => {
      const active = vscode.window.tabGroups.activeTabGroup.activeTab;
      return active?.input instanceof vscode.TabInputTextDiff ? { title: active.label, input: active.input } : undefined;
    }, 'the diff editor');
    const [left, right] = [tab.input.original, tab.input.modified].map((uri) => vscode.workspace.openTextDocument(uri));
    return { left: (await left)?.getText() ?? '', right: (await right)?.getText() ?? '', title: tab.title };
  }

  it('are taken, are files of the shmscope file system, and go when they are removed', async () => {
    const segment = await posix('taken', 4096);
    await api.write(segment.id, 100, bytes('before'));
    const { id, name, size } = await take(segment, 'one');
    assert.deepEqual([name, size], ['one', 4096]);
    await api.write(segment.id, 100, bytes('after!'));
    const file = (await files()).find((one) => one.endsWith(`~${id}`)) ?? '';
    assert.equal(file, `${segment.name.slice(1)} one~${id}`);
    const uri = vscode.Uri.from({ scheme: 'shmscope', path: `/snapshots/${file}` });
    assert.equal(text((await vscode.workspace.fs.readFile(uri)).subarray(100, 106)), 'before');
    const stat = await vscode.workspace.fs.stat(uri);
    assert.deepEqual([stat.size, stat.permissions], [4096, vscode.FilePermission.Readonly]);
    await run('removeSnapshot', { id: segment.id }, { snapshot: id });
    assert.ok(!(await files()).includes(file));
    await assert.rejects(async () => vscode.workspace.fs.readFile(uri), /not ?found|nonexistent/i);
    await assert.rejects(run('removeSnapshot', { id: segment.id }, { snapshot: id }), failsWith('ENOENT', /gone/));
  });

  it('of 64 GiB take what is held', async () => {
    const name = made.name('huge');
    writeFileSync(`/dev/shm${name}`, 'start');
    truncateSync(`/dev/shm${name}`, 64 * GIB);
    const segment = await until(async () => (await api.listSegments()).find((one) => one.name === name), 'the segment');
    const { size, held, id } = await take(segment, 'huge');
    assert.equal(size, 64 * GIB);
    assert.ok(held <= 64 * 1024, `${held}`);
    const same = await run('compareSnapshots', { id: segment.id }, { left: id, right: 'live' });
    assert.deepEqual(same, { differences: 0, complete: true });
    await api.write(segment.id, 60 * GIB, bytes('far'));
    const other = await run('compareSnapshots', { id: segment.id }, { left: id, right: 'live' });
    assert.deepEqual(other, { differences: 1, complete: true });
    const { left, right, title } = await diffTexts();
    assert.match(title, /huge ↔ now, at \d\d:\d\d:\d\d/);
    assert.match(right, /^f00000000 {2}66 61 72 00/m);
    assert.match(left, /^f00000000 {2}00 00 00 00/m);
    assert.ok(left.length < 5000 && left.split('\n').length === right.split('\n').length);
  });

  it('are compared by field where the segment has a type', async () => {
    const segment = await posix('typed', 4096);
    await run('assignType', { id: segment.id }, { source: 'struct pair { int a; int b[3]; char name[16]; };' });
    const { id } = await take(segment, 'zeros');
    await api.write(segment.id, 8, Uint8Array.of(42));
    await api.write(segment.id, 4000, bytes('outside'));
    const compared = await run('compareSnapshots', { id: segment.id }, { left: id, right: 'live' });
    assert.deepEqual(compared, { differences: 2, complete: true });
    const { left, right } = await diffTexts();
    const [before, after] = [left.split('\n'), right.split('\n')];
    const differing = before.flatMap((line, i) => (line === after[i] ? [] : [[line, after[i]]]));
    assert.equal(before.length, after.length);
    assert.deepEqual(differing[0], ['b[1]: 0', 'b[1]: 42']);
    assert.equal(differing.length, 2);
    assert.match(differing[1]?.[1] ?? '', /^00000fa0 .*\|outside/);
  });

  it('say in words what is wrong', async () => {
    const segment = await posix('wrong', 100);
    const { id } = await take(segment, 'x');
    const compare = (options: object) => run('compareSnapshots', { id: segment.id }, options);
    await assert.rejects(compare({ left: id, right: '../../x' }), failsWith('ENOENT', /^The snapshot is gone/));
    await assert.rejects(compare({ left: id }), failsWith('EINVAL'));
    await assert.rejects(run('removeSnapshot', { id: segment.id }, {}), failsWith('EINVAL'));
    await assert.rejects(run('snapshot', { id: segment.id }, { name: 5 }), failsWith('EINVAL'));
    await assert.rejects(run('snapshot', { id: 'posix:gone' }, {}), failsWith('ESTALE'));
  });
});
