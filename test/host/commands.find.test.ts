import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ShmScopeApi } from '../../api.d.ts';
import { activate, bytes, cleanup, failsWith, unique } from './support.ts';

const find = async (...args: unknown[]): Promise<unknown> => vscode.commands.executeCommand('shmscope.find', ...args);

describe('the find command with arguments', () => {
  const made = cleanup();
  let api: ShmScopeApi;
  before(async () => (api = await activate()));

  it('gives the hits of bytes, texts, numbers and regular expressions', async () => {
    const { id } = await made.create(api, { kind: 'posix', name: made.name('find'), size: 1 << 20 });
    await api.write(id, 100, bytes('Hello hello 42'));
    await api.write(id, 1000, Uint8Array.of(0xde, 0xad, 0xbe, 0xef, 0xde, 0x00, 0xbe, 0xef));
    const hits = async (options: object): Promise<unknown> => find({ id }, options);
    const two = [
      { offset: 1000, length: 4 },
      { offset: 1004, length: 4 },
    ];
    assert.deepEqual(await hits({ bytes: '0xde ?? be ef' }), two);
    assert.deepEqual(await hits({ bytes: 'de ?? be ef', limit: 1 }), two.slice(0, 1));
    assert.deepEqual(await hits({ bytes: Uint8Array.of(0xbe, 0xef), from: 1003 }), [{ offset: 1006, length: 2 }]);
    assert.deepEqual(await hits({ bytes: 'beef', from: 1006, backward: true }), [{ offset: 1002, length: 2 }]);
    assert.deepEqual(await hits({ text: 'HELLO', matchCase: false, from: 101 }), [{ offset: 106, length: 5 }]);
    assert.deepEqual(await hits({ text: 'absent' }), []);
    assert.deepEqual(await hits({ number: 0xefbeaddd, type: 'u32', tolerance: 1 }), [{ offset: 1000, length: 4 }]);
    assert.deepEqual(await hits({ number: '0xdeadbeef', type: 'u32', byteOrder: 'big' }), [{ offset: 1000, length: 4 }]);
    assert.deepEqual(await hits({ regex: '[hH]ello (?=\\d)' }), [{ offset: 106, length: 6 }]);
  });

  it('answers what it cannot look for with an error, and asks nothing', async () => {
    const { id } = await made.create(api, { kind: 'posix', name: made.name('wrong'), size: 4096 });
    const wrong = [
      undefined,
      {},
      { bytes: 'xyz' },
      { bytes: '' },
      { bytes: new Uint8Array() },
      { bytes: 5 },
      { text: '' },
      { text: 'x', encoding: 'ebcdic' },
      { text: '€', encoding: 'latin1' },
      { regex: '(' },
      { number: 1 },
      { number: 'x', type: 'u8' },
      { number: 1, type: 'u8', tolerance: -1 },
      { text: 'x', from: 'start' },
      { text: 'x', from: 0, backward: 1 },
    ];
    for (const options of wrong) await assert.rejects(find({ id }, options), failsWith('EINVAL'), JSON.stringify(options));
    await assert.rejects(find({ id }, { number: 256, type: 'u8' }), failsWith('ERANGE'));
    await assert.rejects(find({ kind: 'posix', name: `/${unique('none')}` }, { text: 'x' }), failsWith('ENOENT'));
  });
});
