import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { ShmScopeApi } from '../../api.d.ts';
import { activate, bytes, cleanup, closeEditors, failsWith, freeKey, shmFace, until } from './support.ts';

const run = async (command: string, ...args: unknown[]): Promise<unknown> =>
  vscode.commands.executeCommand(`shmscope.${command}`, ...args);

/** Open panels, by their titles. */
const panels = (title: string): vscode.Tab[] =>
  vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => tab.label === title);

describe('commands with arguments', () => {
  const made = cleanup();
  const { posix } = made;
  let api: ShmScopeApi;
  before(async () => (api = await activate()));
  closeEditors();

  const listed = async (name: string) => (await api.listSegments()).find((segment) => segment.name === name);

  it('create takes the options of the API alone', async () => {
    const name = made.name('create');
    const segment = await run('create', { kind: 'posix', name, size: 4096 });
    assert.deepEqual(segment, await listed(name));
    assert.equal(statSync(`/dev/shm${name}`).size, 4096);
    await assert.rejects(run('create', { kind: 'posix', name, size: 4096 }), failsWith('EEXIST'));
  });

  it('resize, setPermissions, unlink by id and by kind and name', async () => {
    const { id, name, path = '' } = await posix('by');
    assert.deepEqual(await run('resize', { id }, { size: 8192 }), await listed(name));
    assert.equal(statSync(path).size, 8192);
    await run('resize', { kind: 'posix', name }, { size: 100, confirm: false });
    assert.equal(statSync(path).size, 100);
    await run('setPermissions', { kind: 'posix', name: name.slice(1) }, { mode: 0o640 });
    assert.equal(statSync(path).mode & 0o777, 0o640);
    await run('unlink', { kind: 'posix', name: path }, { confirm: false });
    assert.equal(existsSync(path), false);
    await assert.rejects(run('unlink', { kind: 'posix', name }, { confirm: false }), failsWith('ENOENT'));
    await assert.rejects(run('unlink', { id }, { confirm: false }), failsWith('ESTALE'));
  });

  it('find a System V segment by any spelling of its key, and never by IPC_PRIVATE', async () => {
    const key = freeKey(0xf000_0000);
    const { id } = await made.create(api, { kind: 'sysv', key, size: 1, mode: 0o600 });
    const hex = key.toString(16);
    const modes = [0o601, 0o602, 0o603, 0o604];
    for (const [i, name] of [`0x${hex}`, `0x${hex.toUpperCase()}`, String(key), String(key | 0)].entries()) {
      await run('setPermissions', { kind: 'sysv', name }, { mode: modes[i] });
      assert.equal((await api.listSegments()).find((one) => one.id === id)?.mode, modes[i], name);
    }
    await made.create(api, { kind: 'sysv', size: 1 });
    const secret = run('unlink', { kind: 'sysv', name: '0x00000000' }, { confirm: false });
    await assert.rejects(secret, failsWith('EINVAL', /IPC_PRIVATE/));
    await run('unlink', { id }, { confirm: false });
    assert.ok(!(await api.listSegments()).some((one) => one.id === id));
  });

  it('mean the object of an id, not the one that has its name now', async () => {
    const old = await posix('replaced');
    await api.unlink(old.id);
    const now = await made.create(api, { kind: 'posix', name: old.name, size: 1 });
    await assert.rejects(run('unlink', old, { confirm: false }), failsWith('ESTALE'));
    assert.ok(existsSync(now.path ?? ''));
  });

  it('sync a mapped file', async () => {
    const path = made.file('sync');
    await made.start('file_writer', path);
    await run('sync', { kind: 'file', name: path });
    await run('sync', { kind: 'file', name: path }, { how: 'async', range: { offset: 0, length: 100 } });
    await assert.rejects(run('sync', { kind: 'file', name: path }, { how: 'later' }), failsWith('EINVAL'));
    await assert.rejects(run('sync', { kind: 'file', name: path }, { range: { offset: 8192, length: 1 } }), failsWith('ERANGE'));
  });

  it('open one panel for a segment, and go to an offset in it', async () => {
    const { id, name } = await posix('open');
    await run('open', { id });
    await until(() => panels(name).length === 1 || undefined, 'the panel');
    await run('open', { kind: 'posix', name });
    await run('goToOffset', { id }, { offset: 100 });
    await run('goToOffset', { id }, { offset: '0x400' });
    assert.equal(panels(name).length, 1);
    for (const offset of [4096, -1]) await assert.rejects(run('goToOffset', { id }, { offset }), failsWith('ERANGE'));
    for (const offset of [undefined, 1.5, true, null, 'middle'])
      await assert.rejects(run('goToOffset', { id }, { offset }), failsWith('EINVAL'));
  });

  it('keep none of an object that a panel showed', async () => {
    const { id, name } = await posix('lets-go');
    await api.write(id, 0, bytes('memory'));
    await run('open', { id });
    await until(() => panels(name).length === 1 || undefined, 'the panel');
    await run('unlink', { id }, { confirm: false });
    assert.ok(!(await api.listSegments()).some((one) => one.id === id));
    await vscode.window.tabGroups.close(panels(name));
    await until(() => panels(name).length === 0 || undefined, 'the panel closing');
  });

  it('assign a type by text and by header, and take it away', async () => {
    const { id, name } = await posix('typed');
    await run('assignType', { id }, { source: 'struct a { int x; };\nstruct b { struct a a; };', name: 'a' });
    await until(() => panels(name).length === 1 || undefined, 'the panel');
    const header = made.file('header.h');
    writeFileSync(header, 'struct c { long z; };');
    await run('assignType', { id }, { header });
    await run('assignType', { id }, { header, name: 'struct c' });
    await run('assignType', { id }, { clear: true });
    const wrong: readonly [object, string][] = [
      [{ source: 'struct a { strange x; };' }, 'ETYPE'],
      [{ source: 'struct a { int x; };', name: 'b' }, 'ETYPE'],
      [{ source: 'struct a { int x; };', name: 5 }, 'EINVAL'],
      [{ source: '' }, 'ETYPE'],
      [{ source: 5 }, 'EINVAL'],
      [{ header: 'relative.h' }, 'EINVAL'],
      [{ header: `${header}.missing` }, 'ENOENT'],
      [{}, 'EINVAL'],
    ];
    for (const [options, code] of wrong) await assert.rejects(run('assignType', { id }, options), failsWith(code));
  });

  it('enable writing and copy the name', async () => {
    const { id, name } = await posix('small');
    await run('enableWriting', { id });
    await until(() => panels(name).length === 1 || undefined, 'the panel');
    await run('enableWriting', { id }, { on: false });
    await run('copyName', { id });
    assert.equal(await vscode.env.clipboard.readText(), name);
    await run('refresh');
    await run('refresh', {});
  });

  const withSegment = [
    'open',
    'resize',
    'unlink',
    'setPermissions',
    'sync',
    'assignType',
    'keepType',
    'enableWriting',
    'goToOffset',
    'copyName',
  ];
  const noSegment: readonly unknown[] = [null, 5, 'x', {}, [], { kind: 'posix' }, { kind: 'strange', name: 'x' }, { id: 5 }];
  for (const command of withSegment) {
    it(`${command} answers bad arguments with an error, and asks nothing`, async () => {
      for (const target of noSegment)
        await assert.rejects(run(command, target, { confirm: false }), failsWith('EINVAL'), JSON.stringify(target));
      await assert.rejects(run(command, undefined, { confirm: false }), failsWith('EINVAL'));
      await assert.rejects(run(command, { id: 'posix:no:such' }, { confirm: false }), failsWith('ESTALE'));
      await assert.rejects(run(command, { kind: 'posix', name: '/no-such-name' }, { confirm: false }), failsWith('ENOENT'));
    });
  }

  it('create, resize and setPermissions check their options before anything is asked', async () => {
    const { id, path = '' } = await posix('checked');
    for (const options of [null, 5, 'x', {}, { kind: 'posix' }, []])
      await assert.rejects(run('create', options), failsWith('EINVAL'));
    for (const size of [undefined, '100', -1, 1.5, NaN])
      await assert.rejects(run('resize', { id }, { size }), failsWith('EINVAL'));
    for (const options of [undefined, {}, { mode: '0600' }, { mode: -1 }, { uid: 'root' }])
      await assert.rejects(run('setPermissions', { id }, options), failsWith('EINVAL'));
    assert.equal(readFileSync(path).length, 4096);
  });

  it('hand the code, and where there is one the remedy, to the caller', async () => {
    const { name } = await posix('remedy');
    const failure = await run('create', { kind: 'posix', name, size: 1 }).catch((error: unknown) => error);
    assert.ok(failure instanceof Error);
    const { code, syscall, remedy } = shmFace(failure);
    assert.deepEqual([code, syscall, typeof remedy], ['EEXIST', 'open', 'string']);
  });
});
