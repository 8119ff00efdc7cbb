import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Segment } from '../../../api.d.ts';
import { Sources } from '../../../src/live/sources.ts';
import { familyOf, namelessSegments } from '../nameless.ts';
import { addon, at, cleanup, unique } from '../support.ts';
import { makeModel } from './support.ts';

const MIB = 1 << 20;
const hasCode = (code: string) => (error: unknown) => error instanceof Error && 'code' in error && error.code === code;
const number = (bytes: Uint8Array) => Buffer.from(bytes).readBigUInt64LE();

describe('writing to segments', () => {
  const made = cleanup();
  let model: ReturnType<typeof makeModel>;
  beforeEach(() => (model = makeModel()));
  afterEach(() => model.dispose());

  async function create(what: string, size: number): Promise<{ segment: Segment; path: string }> {
    const path = made.path(what);
    return { path, segment: await model.operations.create({ kind: 'posix', name: path.slice('/dev/shm'.length), size }) };
  }

  it('lets the event loop run while much is written', async () => {
    const { segment, path } = await create('much', 32 * MIB);
    const bytes = Uint8Array.from({ length: 20 * MIB + 7 }, (_, i) => (i * 7919) >> 5);
    let turns = 0;
    const turn = setInterval(() => turns++, 0);
    await model.sources.write(segment, 4095, bytes);
    clearInterval(turn);
    assert.ok(turns > 0);
    assert.equal(Buffer.compare(readFileSync(path).subarray(4095, 4095 + bytes.length), bytes), 0);
    await assert.rejects(model.sources.write(segment, 12 * MIB, bytes), hasCode('ERANGE'));
  });

  it('stores only where the segment still holds what was seen', async () => {
    const { segment, path } = await create('seen', 35);
    const { sources } = model;
    const content = () => readFileSync(path);
    for (const [offset, length] of [
      [0, 1],
      [8, 8],
      // In a word of 4, in one of 8, and of those that are aligned none.
      [21, 3],
      [25, 5],
    ] as const) {
      const zeros = new Uint8Array(length);
      const ones = new Uint8Array(length).fill(1);
      assert.deepEqual(await sources.compareAndSwap(segment, offset, ones, ones), zeros);
      assert.equal(await sources.compareAndSwap(segment, offset, zeros, ones), undefined);
      assert.deepEqual(new Uint8Array(content().subarray(offset, offset + length)), ones);
    }
    assert.equal(content().filter((byte) => byte === 1).length, 17);
    const bytes = (length: number) => new Uint8Array(length);
    await assert.rejects(sources.compareAndSwap(segment, 6, bytes(4), bytes(4)), hasCode('ENOTSUP'));
    await assert.rejects(sources.compareAndSwap(segment, 0, bytes(9), bytes(9)), hasCode('ENOTSUP'));
    // The word that holds them ends past the segment's end.
    await assert.rejects(sources.compareAndSwap(segment, 33, bytes(2), bytes(2)), hasCode('ENOTSUP'));
    await assert.rejects(sources.compareAndSwap(segment, 0, bytes(2), bytes(4)), hasCode('EINVAL'));
    assert.equal(await sources.compareAndSwap(segment, 34, bytes(1), Uint8Array.of(9)), undefined);
    assert.equal(content()[34], 9);
  });

  it('changes a bit-field and loses nothing that a program stores in the bits beside it', async () => {
    const path = made.path('fields');
    const counter = await made.start('counter', path.slice('/dev/shm'.length), '0');
    const segment = at(
      (await model.store.refresh()).segments.filter((one) => one.path === path),
      0,
    );
    // Bits 60 to 62 of the counter, which it does not reach.
    const field = (value: number) => Uint8Array.of(value << 4);
    for (let i = 0; i < 500; i++) await model.sources.writeMasked(segment, 7, field(i % 8), field(7));
    const mask = Uint8Array.of(0, 0xff);
    for (let i = 0; i < 500; i++) await model.sources.writeMasked(segment, 6, Uint8Array.of(0, i % 100), mask);
    assert.equal(await model.sources.compareAndSwap(segment, 6, Uint8Array.of(7, 99), Uint8Array.of(7, 3), mask), undefined);
    await counter.dispose();
    const bytes = await model.sources.read(segment, 0, 16);
    assert.equal(number(bytes), (3n << 56n) + number(bytes.subarray(8)));
  });

  it('writes a bit-field through a process too, where nothing is compared in one step', async () => {
    const name = unique('through');
    const running = await made.start('family', 'halves', name);
    const segment = at(namelessSegments(addon, familyOf(running.pid), 'posix', name), 0);
    const closed = { ...addon, openMapFiles: refuse, openDescriptor: refuse };
    const sources = new Sources(closed);
    try {
      await sources.write(segment, 16, Uint8Array.of(0b1010));
      await sources.writeMasked(segment, 16, Uint8Array.of(0b0101), Uint8Array.of(0b0011));
      assert.deepEqual([...(await sources.read(segment, 16, 1))], [0b1001]);
      await assert.rejects(sources.compareAndSwap(segment, 16, new Uint8Array(1), new Uint8Array(1)), hasCode('ENOTSUP'));
    } finally {
      sources.dispose();
    }
  });
});

function refuse(): never {
  throw Object.assign(new Error('EPERM: refused'), { code: 'EPERM' });
}
