import assert from 'node:assert/strict';
import { truncateSync, writeFileSync } from 'node:fs';
import type { RawNarrowing } from '../../src/native/searches.ts';
import { storm } from './made.ts';
import { addon, cleanup, shmErrorOf } from './support.ts';

const SIZE = 700_003;
const f32 = (value: number): Uint8Array => new Uint8Array(Float32Array.of(value).buffer);
const i16 = (value: number): Uint8Array => new Uint8Array(Int16Array.of(value).buffer);

describe('native: narrowing', () => {
  const made = cleanup();
  const step = (how: RawNarrowing['how'], rest: Partial<RawNarrowing> = {}): RawNarrowing => ({
    type: 'i16',
    swapped: false,
    aligned: false,
    how,
    tolerance: 0,
    most: 1 << 22,
    ...rest,
  });

  function random(what: string) {
    const path = made.path(what);
    // Every third page is a hole.
    const bytes = Uint8Array.from({ length: SIZE }, (_, i) => (Math.floor(i / 4096) % 3 === 0 ? 0 : Math.random() * 5));
    addon.createPath(path, SIZE, 0o600, true, false);
    const source = addon.openPath(path, true);
    for (let at = 0; at < SIZE; at += 4096) if (Math.floor(at / 4096) % 3 !== 0) source.write(bytes.subarray(at, at + 4096), at);
    return { path, bytes, source };
  }

  function change(bytes: Uint8Array, source: ReturnType<typeof random>['source']): void {
    for (let i = 0; i < 50_000; i++) bytes[Math.floor(Math.random() * SIZE)] = Math.random() * 5;
    source.write(bytes, 0);
  }

  for (const swapped of [false, true]) {
    it(`keeps of all places those that a naive scan keeps, ${swapped ? 'big' : 'little'} endian`, async () => {
      const { bytes, source } = random('steps');
      const view = new DataView(bytes.buffer);
      const at = (offset: number): number => view.getInt16(offset, !swapped);
      const places = addon.openPlaces();
      let expected = new Map<number, number>();
      for (let offset = 0; offset + 2 <= SIZE; offset++) expected.set(offset, at(offset));
      const kept = async (asked: RawNarrowing, first: boolean, stays: (now: number, before: number) => boolean) => {
        const left = [...expected].map(([offset, before]) => [offset, at(offset), before] as const);
        expected = new Map(left.filter(([, now, before]) => stays(now, before)).map(([offset, now]) => [offset, now]));
        assert.equal(await source.narrow(places, asked, first), expected.size);
        const shown = addon.firstPlaces(places, 1 << 20);
        assert.ok(Buffer.from(shown.buffer).equals(Buffer.from(Float64Array.from(expected.keys()).buffer)));
      };
      await kept(step('any', { swapped }), true, () => true);
      change(bytes, source);
      await kept(step('unchanged', { swapped }), false, (now, before) => now === before);
      change(bytes, source);
      await kept(step('greater', { swapped, tolerance: 2 }), false, (now, before) => now > before + 2);
      change(bytes, source);
      await kept(step('changed', { swapped }), false, (now, before) => now !== before);
      change(bytes, source);
      await kept(step('less', { swapped }), false, (now, before) => now < before);
      await kept(step('between', { swapped, low: i16(1), high: i16(600) }), false, (now) => now >= 1 && now <= 600);
      assert.ok(expected.size > 0);
      assert.deepEqual([...addon.firstPlaces(places, 1)], [...expected.keys()].slice(0, 1));
      // Another first step begins anew.
      assert.equal(await source.narrow(places, step('any', { aligned: true }), true), Math.floor(SIZE / 2));
      addon.closePlaces(places);
      source.close();
    });
  }

  it('floats: NaN is unchanged while its bits are, zeros are equal, a tolerance is minded', async () => {
    const path = made.path('floats');
    const before = [NaN, 0, 1, 1, 1, -Infinity, NaN];
    const after = [NaN, -0, 1.05, 1.2, 0.5, Infinity, 1];
    const values = (list: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(list).buffer);
    const left = async (how: RawNarrowing['how'], tolerance = 0): Promise<number[]> => {
      writeFileSync(path, values(before));
      const source = addon.openPath(path, true);
      const places = addon.openPlaces();
      const asked = { type: 'f32' as const, aligned: true, tolerance };
      assert.equal(await source.narrow(places, step('any', asked), true), 7);
      source.write(values(after), 0);
      await source.narrow(places, step(how, { ...asked, low: f32(0), high: f32(1.1) }), false);
      const offsets = [...addon.firstPlaces(places, 99)].map((offset) => offset / 4);
      addon.closePlaces(places);
      source.close();
      return offsets;
    };
    assert.deepEqual(await left('unchanged'), [0, 1]);
    assert.deepEqual(await left('unchanged', 0.1), [0, 1, 2]);
    assert.deepEqual(await left('changed'), [2, 3, 4, 5, 6]);
    assert.deepEqual(await left('changed', 0.1), [3, 4, 5, 6]);
    assert.deepEqual(await left('greater'), [2, 3, 5]);
    assert.deepEqual(await left('less', 0.1), [4]);
    assert.deepEqual(await left('between'), [1, 2, 4, 6]);
  });

  it('refuses too many places, a strange order, and another type; a cancel leaves the places as they were', async () => {
    const { path, source } = random('refused');
    const places = addon.openPlaces();
    await assert.rejects(source.narrow(places, step('changed'), true), shmErrorOf('EINVAL'));
    await assert.rejects(source.narrow(places, step('any'), false), shmErrorOf('EINVAL'));
    await assert.rejects(source.narrow(places, step('any', { most: 1000 }), true), shmErrorOf('EOVERFLOW'));
    assert.equal(await source.narrow(places, step('any'), true), SIZE - 1);
    await assert.rejects(source.narrow(places, step('changed', { type: 'u16' }), false), shmErrorOf('EINVAL'));
    const control = new Int32Array(new SharedArrayBuffer(12));
    control[0] = 1;
    await assert.rejects(source.narrow(places, step('changed'), false, control), shmErrorOf('ECANCELED'));
    const running = source.narrow(places, step('unchanged'), false);
    await assert.rejects(source.narrow(places, step('unchanged'), false), shmErrorOf('EBUSY'));
    assert.equal(await running, SIZE - 1);
    truncateSync(path, 1001);
    assert.equal(await source.narrow(places, step('unchanged'), false), 1000);
    const last = source.narrow(places, step('unchanged'), false);
    addon.closePlaces(places);
    await last;
    await assert.rejects(source.narrow(places, step('any'), true), shmErrorOf('EBADF'));
    assert.deepEqual([...addon.firstPlaces(places, 9)], []);
    source.close();
  });

  it('survives a storm of truncation', async () => {
    const { source } = await storm(made);
    const places = addon.openPlaces();
    for (const until = Date.now() + 1000; Date.now() < until;) {
      const all = await source.narrow(places, step('any'), true);
      assert.ok(all < 1 << 20);
      assert.ok((await source.narrow(places, step('unchanged'), false)) <= all);
    }
    addon.closePlaces(places);
    source.close();
  });
});
