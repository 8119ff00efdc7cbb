import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { ShmScopeApi } from '../../api.d.ts';
import { activate, bytes, cleanup, closeEditors, failsWith, until } from './support.ts';

const run = async (target: unknown, options: object): Promise<unknown> =>
  vscode.commands.executeCommand('shmscope.export', target, options);

describe('export by command', () => {
  const made = cleanup();
  const { posix } = made;
  let api: ShmScopeApi;
  before(async () => (api = await activate()));
  closeEditors();

  it('writes bytes, a hex dump and an array in C, of all or of a range', async () => {
    const { id, path: object = '' } = await posix('bytes', 300);
    await api.write(id, 100, bytes('some bytes'));
    const path = made.file('out');
    assert.deepEqual(await run({ id }, { format: 'binary', path }), { path, bytes: 300, complete: true });
    assert.equal(Buffer.compare(readFileSync(path), readFileSync(object)), 0);
    await run({ id }, { format: 'binary', path, offset: 105, length: 5 });
    assert.equal(readFileSync(path, 'utf8'), 'bytes');
    await run({ id }, { format: 'hex', uri: vscode.Uri.file(path) });
    assert.equal(readFileSync(path, 'utf8'), execFileSync('hexdump', ['-C', object], { encoding: 'utf8' }));
    await run({ id }, { format: 'c', path, offset: 100, length: 4 });
    assert.match(readFileSync(path, 'utf8'), /\[4\] = \{\n {2}0x73, 0x6f, 0x6d, 0x65,\n\};/);
  });

  it('writes values of the segment, of a field, and of a snapshot', async () => {
    const { id } = await posix('values', 4096);
    const path = made.file('out');
    await assert.rejects(run({ id }, { format: 'json', path }), failsWith('ENOTSUP', /has a type/));
    assert.equal(existsSync(path), false);
    const source = 'struct o { int id; double price; char side[4]; }; struct book { int n; struct o orders[2]; };';
    await vscode.commands.executeCommand('shmscope.assignType', { id }, { source, name: 'book' });
    await api.write(id, 0, Uint8Array.of(2));
    await api.write(id, 24, bytes('=1+1'));
    await api.write(id, 8 + 24, Uint8Array.of(7));
    const snapshot = await vscode.commands.executeCommand<{ id: string }>('shmscope.snapshot', { id }, { name: 'then' });
    await api.write(id, 0, Uint8Array.of(9));
    await run({ id }, { format: 'csv', path, field: 'orders' });
    assert.equal(readFileSync(path, 'utf8'), "index,offset,id,price,side\r\n0,8,0,0,'=1+1\r\n1,32,7,0,\r\n");
    await run({ id }, { format: 'json', path });
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    assert.ok(typeof value === 'object' && value !== null && 'value' in value);
    const orders = [{ id: 0, price: 0, side: '=1+1' }, { id: 7, price: 0, side: '' }]; // prettier-ignore
    assert.deepEqual(value.value, { n: 9, orders });
    await run({ id }, { format: 'csv', path, of: snapshot.id });
    assert.match(readFileSync(path, 'utf8'), /^path,offset,type,value\r\nn,0,int,2\r\n/);
    await assert.rejects(run({ id }, { format: 'csv', path, field: 'nothing' }), failsWith('EINVAL', /no field/));
    await vscode.commands.executeCommand('shmscope.removeSnapshot', { id }, { snapshot: snapshot.id });
    await assert.rejects(run({ id }, { format: 'csv', path, of: snapshot.id }), failsWith('ENOENT', /gone/));
  });

  it('of 64 GiB is sparse', async () => {
    const name = made.name('huge');
    writeFileSync(`/dev/shm${name}`, 'start');
    truncateSync(`/dev/shm${name}`, 64 * 2 ** 30);
    const { id } = await until(async () => (await api.listSegments()).find((one) => one.name === name), 'the segment');
    const path = made.file('huge');
    await run({ id }, { format: 'binary', path });
    assert.equal(statSync(path).size, 64 * 2 ** 30);
    assert.ok(statSync(path).blocks * 512 <= 64 * 1024);
    await run({ id }, { format: 'hex', path });
    assert.equal(readFileSync(path, 'utf8').split('\n').length, 5);
    await assert.rejects(run({ id }, { format: 'c', path }), failsWith('EOVERFLOW'));
  });

  it('refuses what makes no sense, and writes nothing then', async () => {
    const { id, path: object = '' } = await posix('refused', 100);
    await api.write(id, 0, bytes('live'));
    const path = made.file('out');
    const wrong: readonly [object, string][] = [
      [{}, 'EINVAL'],
      [{ format: 'exe', path }, 'EINVAL'],
      [{ format: 'binary' }, 'EINVAL'],
      [{ format: 'binary', path: 'relative' }, 'EINVAL'],
      [{ format: 'binary', path: 5 }, 'EINVAL'],
      [{ format: 'binary', uri: vscode.Uri.parse('http://x/y') }, 'ENOTSUP'],
      [{ format: 'binary', path, offset: 101 }, 'ERANGE'],
      [{ format: 'binary', path, offset: -1 }, 'ERANGE'],
      [{ format: 'binary', path, offset: 1.5 }, 'EINVAL'],
      [{ format: 'binary', path, of: '../x' }, 'ENOENT'],
      [{ format: 'binary', path, of: 5 }, 'EINVAL'],
      [{ format: 'binary', path: '/tmp' }, 'EINVAL'],
      [{ format: 'binary', path: object }, 'EINVAL'],
      [{ format: 'binary', path: `${path}/not/there` }, 'ENOENT'],
    ];
    for (const [options, code] of wrong) await assert.rejects(run({ id }, options), failsWith(code), JSON.stringify(options));
    assert.equal(existsSync(path), false);
    assert.equal(readFileSync(object, 'utf8').slice(0, 4), 'live');
  });
});
