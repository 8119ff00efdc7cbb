import assert from 'node:assert/strict';
import { readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import type { ShmScopeApi } from '../../api.d.ts';
import { activate, bytes, call, cleanup, failsWith, pause, text, until } from './support.ts';

describe('watch', () => {
  const made = cleanup();
  const { posix } = made;
  let api: ShmScopeApi;
  before(async () => (api = await activate()));

  /** What a listener was told, as texts. */
  function watching(id: string, offset: number, length: number, hz?: number) {
    const told: string[] = [];
    const watch = made.dispose(
      api.watch(id, offset, length, (had) => told.push(text(had)), ...(hz === undefined ? [] : [{ hz }])),
    );
    return { told, watch };
  }

  it('tells each difference in its range, and nothing else', async () => {
    const { id } = await posix('watch', 8192);
    const { told } = watching(id, 4, 4);
    await api.write(id, 4, bytes('soon'));
    await until(() => told.length > 0 || undefined, 'a write right after the call');
    await api.write(id, 0, bytes('else'));
    await api.write(id, 5000, bytes('another page'));
    await api.resize(id, 16384);
    await pause(200);
    assert.deepEqual(told, ['soon']);
    await api.write(id, 4, bytes('last'));
    await until(() => told.length > 1 || undefined, 'the next difference');
    assert.deepEqual(told, ['soon', 'last']);
  });

  it('stops when disposed', async () => {
    const { id } = await posix('stops', 16);
    const { told, watch } = watching(id, 0, 16);
    watch.dispose();
    watch.dispose();
    await api.write(id, 0, bytes('silent'));
    await pause(150);
    assert.deepEqual(told, []);
  });

  it('tells a program that counts, no more often than asked', async () => {
    const name = made.name('counter');
    await made.start('posix_writer', name);
    const segment = (await api.listSegments()).find((one) => one.name === name);
    assert.ok(segment);
    const values: bigint[] = [];
    const begin = performance.now();
    made.dispose(
      api.watch(segment.id, 0, 8, (had) => values.push(new DataView(had.buffer, had.byteOffset).getBigUint64(0, true)), {
        hz: 20,
      }),
    );
    await until(() => values.length >= 5 || undefined, 'five values');
    const seconds = (performance.now() - begin) / 1000;
    assert.ok(values.length <= Math.ceil(seconds * 20) + 1, `${values.length} in ${seconds} s`);
    assert.deepEqual(
      values,
      [...values].sort((a, b) => (a < b ? -1 : 1)),
    );
  });

  it('tells the short rest of a range when the object shrinks, and all of it when it grows again', async () => {
    const { id } = await posix('shrinks', 8);
    await api.write(id, 0, bytes('12345678'));
    const { told } = watching(id, 0, 8);
    await api.resize(id, 3);
    await until(() => told.includes('123') || undefined, 'the shorter range');
    await api.resize(id, 8);
    await until(() => told.includes('123\0\0\0\0\0') || undefined, 'the longer range');
  });

  it('survives the removal of its object, keeps none of it, and a listener that throws', async () => {
    const { id, path = '' } = await posix('removed', 16);
    let calls = 0;
    made.dispose(
      api.watch(id, 0, 16, () => {
        calls++;
        throw new Error('this listener is meant to fail');
      }),
    );
    writeFileSync(path, 'first');
    await until(() => calls > 0 || undefined, 'the first difference');
    const had = calls;
    writeFileSync(path, 'second');
    await until(() => calls > had || undefined, 'a difference after a throw');
    rmSync(path);
    const open = () => readdirLinks().some((link) => link.startsWith(path));
    await until(() => !open() || undefined, 'letting go of the removed object', 4000);
  });

  it('gives the listener bytes of its own', async () => {
    const { id } = await posix('own', 4);
    let calls = 0;
    made.dispose(
      api.watch(id, 0, 4, (had) => {
        calls++;
        had.fill(1);
      }),
    );
    await api.write(id, 0, bytes('abcd'));
    await until(() => calls > 0 || undefined, 'the difference');
    await pause(150);
    assert.equal(calls, 1);
  });

  it('says at once what cannot be watched', async () => {
    const { id } = await posix('refused', 4);
    const nothing = () => undefined;
    assert.throws(() => api.watch(id, -1, 4, nothing), failsWith('ERANGE'));
    assert.throws(() => call(api, 'watch', id, 0, 4, 'x'), failsWith('EINVAL'));
    assert.throws(() => api.watch(id, 0, 4, nothing, { hz: NaN }), failsWith('EINVAL'));
    assert.throws(() => api.watch('posix:no:such', 0, 4, nothing), failsWith('ESTALE'));
  });
});

/** What the extension host has open. */
function readdirLinks(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });
}
