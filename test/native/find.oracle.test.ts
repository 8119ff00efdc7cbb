/** The search against a naive one in JavaScript, on random bytes of real objects. */
import assert from 'node:assert/strict';
import { statSync, truncateSync } from 'node:fs';
import { around, between, exactPattern } from '../../src/live/searchNumbers.ts';
import { textPattern } from '../../src/live/searchText.ts';
import type { RawNeedle } from '../../src/native/searches.ts';
import { NUMBER_TYPES, type NumberSpec, type NumberType } from '../../src/protocol/searching.ts';
import { sparse, storm, mapped } from './made.ts';
import { addon, cleanup, shmErrorOf } from './support.ts';

/** The same numbers in each run (mulberry32). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const SIZE = 600_001;
const BORDERS = [0, 1, 262_143, 262_144, 262_145, 524_288, SIZE - 1];

/** Few values, so that there are hits, near ones and overlaps; long runs of zeros; and holes of whole pages. */
function content(random: (below: number) => number): Uint8Array {
  const bytes = Uint8Array.from({ length: SIZE }, () => random(4) * 63);
  for (let i = 0; i < 40; i++) {
    const at = random(SIZE);
    bytes.fill(0, at, at + random(9000));
  }
  for (let i = 0; i < 2000; i++) bytes[random(SIZE)] = random(256);
  return bytes;
}

type Fits = (at: number) => boolean;
const naive = (length: number, step: number, fits: Fits, from: number, to: number): number[] => {
  const hits: number[] = [];
  for (let at = Math.ceil(from / step) * step; at < to && at + length <= SIZE; at += step) if (fits(at)) hits.push(at);
  return hits;
};

describe('native: find, against a naive search', () => {
  const made = cleanup();

  function open(bytes: Uint8Array, what: string) {
    const path = made.path(what);
    // Whole pages of zeros are holes, as far as the file system has it so.
    addon.createPath(path, bytes.length, 0o600, true, false);
    const source = addon.openPath(path, true);
    for (let at = 0; at < bytes.length; at += 4096) {
      const page = bytes.subarray(at, at + 4096);
      if (page.some((byte) => byte !== 0)) source.write(page, at);
    }
    return { path, source };
  }

  async function same(
    source: ReturnType<typeof open>['source'],
    needle: RawNeedle,
    fits: Fits,
    what: string,
    random: (n: number) => number,
  ) {
    const length = 'bytes' in needle ? needle.bytes.length : needle.low.length;
    const step = 'bytes' in needle ? needle.step : needle.aligned ? length : 1;
    const all = naive(length, step, fits, 0, SIZE);
    assert.deepEqual([...(await source.search(needle, 0, 2 ** 50, 1 << 24, false))], all, `${what}, forward`);
    assert.deepEqual([...(await source.search(needle, 0, 2 ** 50, 1 << 24, true))], all.toReversed(), `${what}, backward`);
    const border = BORDERS[random(BORDERS.length)] ?? 0;
    const [from, to] = [Math.max(0, border - random(20)), Math.min(SIZE, border + random(300_000))];
    const inside = all.filter((at) => at >= from && at < to);
    assert.deepEqual([...(await source.search(needle, from, to, 3, false))], inside.slice(0, 3), `${what}, ${from}–${to}`);
    assert.deepEqual(
      [...(await source.search(needle, from, to, 3, true))],
      inside.toReversed().slice(0, 3),
      `${what}, ${from}–${to}, back`,
    );
    return all.length;
  }

  it('bytes, with and without a mask, overlapping, over chunk borders and holes', async () => {
    const random = generator(1);
    const bytes = content(random);
    const { source } = open(bytes, 'bytes');
    let hits = 0;
    for (let i = 0; i < 120; i++) {
      const length = i % 10 === 9 ? 1 + random(70_000) : 1 + random(i % 2 === 0 ? 6 : 40);
      const border = BORDERS[random(BORDERS.length)] ?? 0;
      const at = Math.max(0, Math.min(SIZE - length, i % 3 === 0 ? random(SIZE) : border - random(length)));
      const pattern = i % 7 === 0 ? new Uint8Array(length) : bytes.slice(at, at + length);
      const mask = i % 2 === 0 ? undefined : pattern.map(() => [255, 0, 15, 255, 128][random(5)] ?? 0);
      const wanted = pattern.map((byte, j) => byte & (mask?.[j] ?? 255));
      const step = [1, 1, 2, 4, 8][random(5)] ?? 1;
      const fits: Fits = (from) => {
        for (let j = 0; j < length; j++) if (((bytes[from + j] ?? 0) & (mask?.[j] ?? 255)) !== wanted[j]) return false;
        return true;
      };
      hits += await same(source, { bytes: pattern, mask, step }, fits, `pattern ${i} of ${length}`, random);
    }
    assert.ok(hits > 1000);
    source.close();
  });

  const read = (view: DataView, type: NumberType, at: number, little: boolean): number | bigint => {
    switch (type) {
      case 'u8': return view.getUint8(at);
      case 'i8': return view.getInt8(at);
      case 'u16': return view.getUint16(at, little);
      case 'i16': return view.getInt16(at, little);
      case 'u32': return view.getUint32(at, little);
      case 'i32': return view.getInt32(at, little);
      case 'u64': return view.getBigUint64(at, little);
      case 'i64': return view.getBigInt64(at, little);
      case 'f32': return view.getFloat32(at, little);
      default: return view.getFloat64(at, little);
    }
  }; // prettier-ignore

  for (const type of NUMBER_TYPES) {
    it(`${type}: exact, with a tolerance, in a range, in either byte order, aligned or not`, async () => {
      const random = generator(type.length * 1000 + type.charCodeAt(1));
      const bytes = content(random);
      const floats = new DataView(bytes.buffer);
      const odd = [0, -0, NaN, Infinity, -Infinity, 1.5, -1.5, 1e-310, 0.1, Math.fround(0.1)];
      for (let i = 0; i < 3000; i++) {
        const value = odd[random(odd.length)] ?? 0;
        if (random(2) === 0) floats.setFloat32(random(SIZE - 8), value, random(2) === 0);
        else floats.setFloat64(random(SIZE - 8), value, random(2) === 0);
      }
      const { source } = open(bytes, type);
      const view = new DataView(bytes.buffer);
      const isFloat = type.startsWith('f');
      let hits = 0;
      for (let i = 0; i < 8; i++) {
        const spec: NumberSpec = { type, byteOrder: i % 2 === 0 ? 'little' : 'big', aligned: i % 4 > 1 };
        const little = spec.byteOrder === 'little';
        const picked = read(view, type, random(SIZE - 8), little);
        const value = isFloat && (i < 5 || Number.isNaN(picked)) ? ([0, -0, 1.5, 0.1, Infinity][i % 5] ?? 0) : picked;
        const at = (from: number): number | bigint => read(view, type, from, little);
        const exact = type === 'f32' ? Math.fround(Number(value)) : value;
        const name = `${String(value)} ${JSON.stringify(spec)}`;
        hits += await same(source, exactPattern(value, spec), (from) => at(from) === exact, name, random);

        const tolerance = [0.5, 1, 3, 1000, 1e-9][random(5)] ?? 1;
        const near = (from: number): boolean => {
          const found = at(from);
          if (typeof found === 'number' && typeof value === 'number' && isFloat)
            return found === value || Math.abs(found - value) <= tolerance;
          const apart = BigInt(found) - BigInt(value);
          return (apart < 0n ? -apart : apart) <= BigInt(Math.floor(tolerance));
        };
        const wide = isFloat ? value : BigInt(value);
        hits += await same(source, around(wide, tolerance, spec), near, `${name} ± ${tolerance}`, random);

        const other = isFloat ? ([-1.5, 0, 2, 1e300][random(4)] ?? 0) : read(view, type, random(SIZE - 8), little);
        const [low, high] = value < other ? [value, other] : [other, value];
        const within: Fits = (from) => at(from) >= low && at(from) <= high;
        const [first, last] = isFloat ? [low, high] : [BigInt(low), BigInt(high)];
        hits += await same(source, between(first, last, spec), within, `${name} to ${String(other)}`, random);
      }
      assert.ok(hits > 0);
      source.close();
    });
  }

  it('texts without case, in every encoding', async () => {
    const random = generator(7);
    const words = ['Straße', 'STRASSE', 'strasse', 'ΣΊΣΥΦΟΣ', 'σίσυφος', 'kelvin', '\u212aelvin', 'Ÿß', 'ÿẞ', 'x', 'ä𐐀Ä', 'Ä𐐨ä'];
    for (const encoding of ['utf8', 'utf16le', 'utf16be', 'latin1'] as const) {
      const bytes = new Uint8Array(SIZE);
      const encode = (text: string): Uint8Array => textPattern(text, encoding, true).bytes;
      const usable = words.filter((word) => encoding !== 'latin1' || /^[\0-\xff]*$/.test(word));
      for (let i = 0; i < 3000; i++) bytes.set(encode(usable[random(usable.length)] ?? ''), random(SIZE - 40));
      const { source } = open(bytes, encoding);
      for (const word of usable) {
        const needle = textPattern(word, encoding, false);
        // Every text of as many bytes that the engine of regular expressions calls equal.
        const pattern = new RegExp(`^${word}$`, 'iu');
        const decode = (from: number): string => {
          const part = Buffer.from(bytes.subarray(from, from + needle.bytes.length));
          if (encoding === 'utf16be') return part.swap16().toString('utf16le');
          return part.toString(encoding === 'utf8' ? 'utf8' : encoding);
        };
        assert.ok((await same(source, needle, (from) => pattern.test(decode(from)), `${word} ${encoding}`, random)) > 0);
      }
      source.close();
    }
  });

  it('64 GiB that hold three pages, both ways', async () => {
    const size = 64 * 1024 ** 3;
    const { source } = sparse(made, 'sparse', size);
    const places = [5, 40 * 1024 ** 3 - 3, size - 9];
    for (const at of places) source.write(Buffer.from('needle'), at);
    const held = source.stat().residentBytes;
    const needle = { bytes: Buffer.from('needle'), step: 1 };
    assert.deepEqual([...(await source.search(needle, 0, size, 10, false))], places);
    assert.deepEqual([...(await source.search(needle, 0, size, 10, true))], places.toReversed());
    assert.deepEqual([...(await source.search(needle, 0, size - 9, 1, true))], [places[1]]);
    assert.deepEqual([...(await source.search({ bytes: new Uint8Array(4), step: 4 }, 0, size, 2, true))], [size - 16, size - 20]);
    assert.equal(source.stat().residentBytes, held);
    source.close();
  });

  it('what a process maps, by process_vm_readv, both ways and step by step', async () => {
    const { path, row } = await mapped(made);
    const at = 512 << 20;
    const source = addon.openProcess(row.pid, row.address + BigInt(at - 4096), 3 * 4096, at - 4096);
    const needle = { bytes: Buffer.from('only'), step: 1 };
    for (const backward of [false, true]) assert.deepEqual([...(await source.search(needle, 0, 2 ** 50, 9, backward))], [at + 4]);
    assert.deepEqual([...(await source.search({ bytes: new Uint8Array(4096), step: 8 }, 0, 2 ** 50, 1, true))], [at + 4096]);
    const places = addon.openPlaces();
    const step = { type: 'u8', swapped: false, aligned: true, tolerance: 0, most: 99_999 } as const;
    assert.equal(await source.narrow(places, { ...step, how: 'any' }, true), 3 * 4096);
    assert.equal(await source.narrow(places, { ...step, how: 'unchanged' }, false), 3 * 4096);
    addon.closePlaces(places);
    source.close();
    assert.equal(statSync(path).blocks, 8);
  });

  it('tells how far it has come, and refuses what is no needle', async () => {
    const { source, path } = open(new Uint8Array(SIZE).fill(1), 'told');
    const control = new Int32Array(new SharedArrayBuffer(12));
    await source.search({ bytes: Uint8Array.of(1, 1), step: 1 }, 0, SIZE, 1 << 24, false, control);
    assert.ok((control[1] ?? 0) > 5000 && (control[1] ?? 0) <= 10_000 && (control[2] ?? 0) > SIZE / 2);
    const wrong: readonly unknown[] = [
      undefined,
      {},
      { bytes: new Uint8Array(0), step: 1 },
      { bytes: Uint8Array.of(1), mask: new Uint8Array(2), step: 1 },
      { bytes: Uint8Array.of(1), step: 3 },
      { bytes: Uint8Array.of(1), step: 1, variants: [{}] },
      { bytes: Uint8Array.of(1), step: 1, variants: 5 },
      { type: 'u9', swapped: false, aligned: false, low: Uint8Array.of(1), high: Uint8Array.of(1) },
      { type: 'u16', swapped: false, aligned: false, low: Uint8Array.of(1), high: Uint8Array.of(1) },
    ];
    for (const needle of wrong) {
      const call: unknown = Reflect.get(source, 'search');
      assert.ok(typeof call === 'function');
      const search: unknown = Reflect.apply(call, undefined, [needle, 0, 1, 1, false]);
      await assert.rejects(Promise.resolve(search), shmErrorOf('EINVAL'));
    }
    const outside = { bytes: Uint8Array.of(1), step: 1, variants: [{ at: 1, bytes: [Uint8Array.of(1)] }] };
    await assert.rejects(source.search(outside, 0, 1, 1, false), shmErrorOf('ERANGE'));
    truncateSync(path, 10);
    assert.deepEqual((await source.search({ bytes: Uint8Array.of(1), step: 1 }, 0, SIZE, 99, true)).length, 10);
    source.close();
  });

  it('survives a storm of truncation', async () => {
    const { source } = await storm(made);
    let found = 0;
    for (const until = Date.now() + 1500; Date.now() < until;) {
      for (const backward of [false, true]) {
        const hits = await source.search({ bytes: Uint8Array.of(0xa5, 0xa5), step: 1 }, 0, 1 << 20, 1 << 24, backward);
        assert.ok(hits.every((at) => at >= 0 && at < 1 << 20));
        found += hits.length;
        assert.equal((await source.search({ bytes: Uint8Array.of(0x5a), step: 1 }, 0, 1 << 20, 9, backward)).length, 0);
      }
    }
    assert.ok(found > 0);
    source.close();
  });
});
