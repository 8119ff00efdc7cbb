/** Searches as the panel asks for them, through real segments: slices, regular expressions in their worker, cancel, narrowing. */
import assert from 'node:assert/strict';
import { truncateSync, writeFileSync } from 'node:fs';
import type { Segment } from '../../api.d.ts';
import { Matcher, patternOf } from '../../src/live/regexMatcher.ts';
import { Searches } from '../../src/live/search.ts';
import { NarrowingSearch } from '../../src/live/searchNarrow.ts';
import { makeModel } from './model/support.ts';
import { addon, cleanup } from './support.ts';

const WORKER = new URL('../../src/live/regexWorker.ts', import.meta.url);
const GIB = 1024 ** 3;
const regex = (source: string, matchCase = true) => ({ kind: 'regex', source, encoding: 'utf8', matchCase }) as const;
const text = (what: string) => ({ kind: 'text', text: what, encoding: 'utf8', matchCase: true }) as const;

describe('searches of a segment', () => {
  const made = cleanup();
  const { store, sources, dispose } = makeModel();
  const searches = new Searches(addon, sources, WORKER);
  after(dispose);
  const scanned = async (path: string): Promise<Segment> => {
    const { segments } = await store.refresh();
    const found = segments.find((one) => one.path === path);
    assert.ok(found);
    return found;
  };

  /** An object of `size` with texts at some offsets. */
  async function segment(what: string, size: number, texts: readonly (readonly [number, string])[]) {
    const path = made.path(what);
    writeFileSync(path, '');
    truncateSync(path, size);
    const source = addon.openPath(path, true);
    for (const [at, bytes] of texts) source.write(new TextEncoder().encode(bytes), at);
    source.close();
    return { path, segment: await scanned(path) };
  }
  const all = async (of: Segment, spec: Parameters<Searches['findAll']>[1], limit = 100) => {
    const { hits, complete } = await searches.findAll(of, spec, limit);
    return [[...hits], complete];
  };

  it('goes on from slice to slice, both ways, and tells when there is more', async () => {
    const at = [7, GIB - 2, 2 * GIB, 5 * GIB - 6];
    const { segment: one, path } = await segment(
      'slices',
      5 * GIB,
      at.map((offset) => [offset, 'needle']),
    );
    const spec = text('needle');
    assert.deepEqual(await all(one, spec), [at.flatMap((offset) => [offset, 6]), true]);
    assert.deepEqual(await all(one, spec, 2), [[7, 6, GIB - 2, 6], false]);
    assert.deepEqual(await all(one, spec, 4), [at.flatMap((offset) => [offset, 6]), true]);
    const offset = async (from: number, backward: boolean) => (await searches.find(one, spec, from, backward))?.offset;
    assert.equal(await offset(8, false), GIB - 2);
    assert.equal(await offset(GIB - 2, false), GIB - 2);
    assert.equal(await offset(GIB - 2, true), 7);
    assert.equal(await offset(2 ** 50, true), 5 * GIB - 6);
    assert.equal(await offset(7, true), undefined);
    assert.equal(await offset(2 ** 50, false), undefined);
    truncateSync(path, GIB);
    assert.deepEqual(await all(one, spec), [[7, 6], true]);
  });

  it('finds regular expressions over chunk borders and next to holes, reading nothing of these', async () => {
    const MIB = 1024 ** 2;
    const at = [0, MIB - 3, 9 * MIB + 4090, 40 * GIB, 64 * GIB - 7];
    const { segment: one, path } = await segment(
      'regex',
      64 * GIB,
      at.map((offset, i) => [offset, `key${i}=ä`]),
    );
    const held = addon.statPath(path, false).residentBytes;
    const spec = regex('KEY\\d=.?', false);
    assert.deepEqual(await all(one, regex('key\\d=ä?')), [at.flatMap((offset) => [offset, 7]), true]);
    assert.equal((await all(one, spec, 3))[1], false);
    assert.deepEqual(
      (await all(one, spec, 3))[0],
      at.slice(0, 3).flatMap((offset) => [offset, 7]),
    );
    assert.deepEqual(await searches.find(one, spec, 1, false), { offset: MIB - 3, length: 7 });
    assert.deepEqual(await searches.find(one, spec, 40 * GIB, true), { offset: 9 * MIB + 4090, length: 7 });
    assert.deepEqual(await searches.find(one, regex('\\0key'), 0, false), { offset: MIB - 4, length: 4 });
    assert.deepEqual(await searches.find(one, regex('(?<=ä)\\0\\0'), 2 * MIB, false), { offset: 9 * MIB + 4097, length: 2 });
    assert.deepEqual(await searches.find(one, regex('\\0{5}'), 30 * GIB, false), { offset: 30 * GIB, length: 5 });
    assert.equal(await searches.find(one, regex('missing'), 0, false), null);
    assert.equal(addon.statPath(path, false).residentBytes, held);
    await assert.rejects(searches.find(one, regex('(a'), 0, false), { code: 'EINVAL' });
  });

  it('ends a regular expression that takes forever when it is cancelled, and by itself after its time', async () => {
    const { segment: one } = await segment('forever', 4096, [[0, `${'a'.repeat(60)}!`]]);
    const cancel = new AbortController();
    let turns = 0;
    const ticking = setInterval(() => turns++, 5);
    setTimeout(() => cancel.abort(), 300);
    const found = await searches.findAll(one, regex('^(a+)+$'), 10, { signal: cancel.signal });
    clearInterval(ticking);
    assert.deepEqual([[...found.hits], found.complete], [[], false]);
    assert.ok(turns > 5, 'the event loop went on');
    const matcher = new Matcher(WORKER, patternOf(regex('^(a+)+$')), 200);
    const bytes = new TextEncoder().encode(`${'a'.repeat(60)}!`);
    await assert.rejects(matcher.match({ bytes, start: 0, stop: 61, limit: 1 }, undefined), { code: 'ETIMEDOUT' });
  });

  it('tells how far it has come, and ends soon when it is cancelled', async () => {
    const path = made.path('cancel');
    writeFileSync(path, Buffer.alloc(64 << 20, 1));
    const one = await scanned(path);
    const cancel = new AbortController();
    const told: number[] = [];
    // A pattern of which nearly all is everywhere, so that it takes long.
    const bytes = new Uint8Array(65_536).fill(1);
    const spec = { kind: 'bytes', bytes, mask: new Uint8Array(65_536).fill(1) } as const;
    const searching = searches.findAll(one, spec, 100_000, {
      signal: cancel.signal,
      onProgress: (done) => {
        told.push(done);
        cancel.abort();
      },
    });
    const { complete } = await searching;
    assert.equal(complete, false);
    assert.ok(told.every((done) => done >= 0 && done <= 1));
    const before = AbortSignal.abort();
    assert.deepEqual([...(await searches.findAll(one, text('x'), 10, { signal: before })).hits], []);
    assert.equal(await searches.find(one, regex('\\x01'), 0, false, { signal: before }), null);
  });

  it('narrows, says what is wrong in a sentence, and lets go of the places', async () => {
    const { segment: one, path } = await segment('narrow', 4096, [[100, '*   *']]);
    const number = { type: 'u8', byteOrder: 'little', aligned: true } as const;
    const narrowing = searches.narrowing();
    const step = async (first: boolean, how: 'any' | 'equals' | 'changed' | 'between', rest: object = {}) => {
      const { count, offsets } = await narrowing.step(one, { first, how, number, ...rest }, 3);
      return [count, ...offsets];
    };
    await assert.rejects(step(false, 'changed'), { code: 'ESTALE' });
    assert.deepEqual(await step(true, 'equals', { value: '42' }), [2, 100, 104]);
    const source = addon.openPath(path, true);
    source.write(Uint8Array.of(43), 104);
    source.close();
    assert.deepEqual(await step(false, 'equals', { value: '42', tolerance: '1' }), [2, 100, 104]);
    assert.deepEqual(await step(false, 'between', { value: '43', upper: '0x2c' }), [1, 104]);
    await assert.rejects(step(false, 'equals'), { code: 'EINVAL' });
    await assert.rejects(step(false, 'equals', { value: '300' }), { code: 'ERANGE' });
    await assert.rejects(step(true, 'changed'), { code: 'EINVAL' });
    assert.deepEqual(await step(false, 'changed'), [0]);
    assert.deepEqual(await step(true, 'any'), [4096, 0, 1, 2]);
    narrowing.dispose();
    await assert.rejects(step(false, 'changed'), { code: 'ESTALE' });

    const access = (of: Segment) => sources.access(of);
    const small = new NarrowingSearch(addon, access, { most: 10, idleMs: 20 });
    await assert.rejects(small.step(one, { first: true, how: 'any', number }, 1), (error: unknown) => {
      assert.ok(error instanceof Error && 'remedy' in error && 'code' in error);
      return error.code === 'EOVERFLOW' && /More than 10 places/.test(error.message) && typeof error.remedy === 'string';
    });
    await small.step(one, { first: true, how: 'equals', number, value: '42' }, 1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await assert.rejects(small.step(one, { first: false, how: 'changed', number }, 1), { code: 'ESTALE', message: /let go of/ });
  });
});
