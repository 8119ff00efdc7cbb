/** Structs that are read whole, against a writer that never stops. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { Guard } from '../../../src/live/guards.ts';
import { takeSnapshot } from '../../../src/live/snapshot.ts';
import { addon, cleanup } from '../support.ts';

const SIZE = 4096;
const READINGS = 3000;
const all = [{ offset: 0, length: SIZE }];

/** Whether all words after the counter are equal. */
function isWhole(bytes: Uint8Array | undefined): boolean {
  const words = new BigUint64Array(Uint8Array.from(bytes ?? []).buffer, 8);
  return words.length === SIZE / 8 - 1 && words.every((word) => word === words[0]);
}

describe('guarded reading', () => {
  const made = cleanup();

  async function readAgain(path: string, guards: readonly Guard[]) {
    const source = addon.openPath(path, false);
    const seen = { whole: 0, broken: 0, torn: 0 };
    for (let i = 0; i < READINGS; i++) {
      const { ranges, torn } = await takeSnapshot(source, all, guards);
      if (torn.length > 0) seen.torn += 1;
      else if (isWhole(ranges[0]?.bytes)) seen.whole += 1;
      else seen.broken += 1;
    }
    source.close();
    return seen;
  }

  it('gives bytes of one moment by a sequence counter, where plain reading does not', async () => {
    const path = made.path('seqlock');
    await made.start('seqlock', path.slice('/dev/shm'.length));
    const plain = await readAgain(path, []);
    assert.ok(plain.broken > 0, 'the writer is met in the middle at times, else this test shows nothing');
    const guarded = await readAgain(path, [{ offset: 0, length: SIZE, sequence: { offset: 0, length: 8, byteOrder: 'little' } }]);
    assert.equal(guarded.broken, 0);
    assert.ok(guarded.whole > 0);
  });

  it('says so where the counter stays odd, and where the struct reaches past the end', async () => {
    const path = made.path('stuck');
    await made.start('seqlock', path.slice('/dev/shm'.length), 'stuck');
    const source = addon.openPath(path, false);
    const sequence = { offset: 0, length: 8, byteOrder: 'little' } as const;
    const { torn } = await takeSnapshot(source, all, [
      { offset: 0, length: SIZE, sequence },
      { offset: 64, length: 64 },
      { offset: 0, length: SIZE + 1 },
      { offset: 0, length: 64, sequence: { ...sequence, byteOrder: 'big' } },
    ]);
    source.close();
    const expected = [
      { offset: 0, length: SIZE },
      { offset: 0, length: SIZE + 1 },
    ];
    assert.deepEqual(torn, expected, 'a big counter of 01 00 … 00 is even');
  });

  it('puts what was had into every range that shows a part of it', async () => {
    const path = made.path('parts');
    writeFileSync(
      path,
      Uint8Array.from({ length: 256 }, (_, i) => i),
    );
    const source = addon.openPath(path, false);
    const parts = [
      { offset: 0, length: 24 },
      { offset: 100, length: 40 },
    ];
    const { ranges, torn } = await takeSnapshot(source, parts, [{ offset: 16, length: 100 }]);
    source.close();
    assert.deepEqual(torn, []);
    for (const { offset, bytes } of ranges) assert.ok(bytes.every((byte, i) => byte === offset + i));
  });
});
