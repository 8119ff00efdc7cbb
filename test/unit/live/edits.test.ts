import assert from 'node:assert/strict';
import type { Segment } from '../../../api.d.ts';
import { Edits } from '../../../src/live/edits.ts';
import { shmError } from '../../../src/native/errors.ts';
import { missingSegment } from '../../../src/panel/missing.ts';

const segment: Segment | undefined = missingSegment({ kind: 'posix', name: '/edits' });
assert.ok(segment);

/** A segment of 64 bytes that counts how it was written to. */
class Memory {
  readonly bytes = new Uint8Array(64);
  swaps = 0;
  knowsSwap = true;

  read = async (_: Segment, offset: number, length: number): Promise<Uint8Array> => this.bytes.slice(offset, offset + length);

  writeMasked = async (_: Segment, offset: number, bytes: Uint8Array, mask?: Uint8Array): Promise<void> => {
    for (const [i, byte] of bytes.entries()) {
      const bits = mask?.[i] ?? 255;
      this.bytes[offset + i] = ((this.bytes[offset + i] ?? 0) & ~bits) | (byte & bits);
    }
  };

  compareAndSwap = async (
    segment: Segment,
    offset: number,
    expected: Uint8Array,
    bytes: Uint8Array,
    mask?: Uint8Array,
  ): Promise<Uint8Array | undefined> => {
    const inWord = Math.floor(offset / 8) === Math.floor((offset + bytes.length - 1) / 8);
    if (!this.knowsSwap || !inWord) throw shmError('ENOTSUP', 'Not in one step.');
    this.swaps += 1;
    const held = this.bytes.slice(offset, offset + bytes.length);
    const equal = held.every((byte, i) => ((byte ^ (expected[i] ?? 0)) & (mask?.[i] ?? 255)) === 0);
    if (equal) await this.writeMasked(segment, offset, bytes, mask);
    return equal ? undefined : held;
  };
}

const of = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);
const one = (offset: number) => ({ done: true, offset, length: 1 });

describe('edits', () => {
  it('are taken back and done again in their order', async () => {
    const memory = new Memory();
    const edits = new Edits(memory);
    for (const [i, byte] of [7, 8, 9].entries()) await edits.write(segment, { offset: i, bytes: of(byte) });
    assert.deepEqual(await edits.undo(segment, false), one(2));
    assert.deepEqual(await edits.undo(segment, false), one(1));
    assert.deepEqual(memory.bytes.slice(0, 3), of(7, 0, 0));
    assert.deepEqual(await edits.redo(segment, false), one(1));
    await edits.write(segment, { offset: 5, bytes: of(1) });
    assert.equal(await edits.redo(segment, false), null, 'a new edit ends what could be done again');
    for (const offset of [5, 1, 0]) assert.deepEqual(await edits.undo(segment, false), one(offset));
    assert.equal(await edits.undo(segment, false), null);
    assert.ok(memory.bytes.every((byte) => byte === 0));
    assert.ok(memory.swaps > 0);
  });

  it('are not taken back over what another program stored, unless that is wanted', async () => {
    for (const [offset, length] of [
      [8, 4],
      [3, 7],
    ] as const) {
      const memory = new Memory();
      const edits = new Edits(memory);
      await edits.write(segment, { offset, bytes: new Uint8Array(length).fill(1) });
      memory.bytes[offset + 2] = 5;
      assert.deepEqual(await edits.undo(segment, false), { done: false, offset, length });
      assert.equal(memory.bytes[offset], 1);
      assert.deepEqual(await edits.undo(segment, true), { done: true, offset, length });
      assert.equal(memory.bytes[offset], 0);
    }
  });

  it('of a bit-field leave the other bits to the programs', async () => {
    const memory = new Memory();
    const edits = new Edits(memory);
    memory.bytes[4] = 0b1010_0000;
    await edits.write(segment, { offset: 4, bytes: of(0b11), mask: of(0b11) });
    memory.bytes[4] ^= 0b1000_0000;
    assert.deepEqual(await edits.undo(segment, false), one(4));
    assert.equal(memory.bytes[4], 0b0010_0000);
  });

  it('that expect what is not there store nothing, and say what is', async () => {
    const memory = new Memory();
    const edits = new Edits(memory);
    memory.bytes[0] = 3;
    assert.deepEqual(await edits.write(segment, { offset: 0, bytes: of(9), expected: of(2) }), { held: of(3) });
    assert.equal(memory.bytes[0], 3);
    assert.equal(await edits.undo(segment, false), null);
    assert.equal(await edits.write(segment, { offset: 0, bytes: of(9), expected: of(3) }), null);
    assert.deepEqual(await edits.undo(segment, false), one(0));
    assert.equal(memory.bytes[0], 3);
  });

  it('go by reading and writing where there is no compare-and-swap; one that is asked for by name is refused', async () => {
    const memory = new Memory();
    const edits = new Edits(memory);
    memory.knowsSwap = false;
    await edits.write(segment, { offset: 0, bytes: of(9) });
    assert.deepEqual(await edits.undo(segment, false), one(0));
    await assert.rejects(edits.write(segment, { offset: 0, bytes: of(9), expected: of(0) }), { code: 'ENOTSUP' });
  });

  it('are kept within bounds', async () => {
    const memory = new Memory();
    const edits = new Edits(memory);
    for (let i = 0; i < 1500; i++) await edits.write(segment, { offset: i % 64, bytes: of(i) });
    let undone = 0;
    while (await edits.undo(segment, true)) undone += 1;
    assert.equal(undone, 1000);
    const large = new Uint8Array(3 * 1024 * 1024);
    for (let i = 0; i < 3; i++) edits.keep({ offset: 0, before: large, after: large, mask: undefined });
    undone = 0;
    while (await edits.undo(segment, true)) undone += 1;
    assert.equal(undone, 1);
  });
});
