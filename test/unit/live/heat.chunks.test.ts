import assert from 'node:assert/strict';
import { ChunkMap } from '../../../src/live/chunks.ts';
import type { RawHeatLook } from '../../../src/native/addon.ts';

const K4 = 4096;
const look = (size: number, part: Partial<RawHeatLook>): RawHeatLook => ({
  size, chunk: K4, looked: new Float64Array(), changed: new Float64Array(), held: new Float64Array(), round: false, ...part,
}); // prettier-ignore
const all = (count: number, held: number): Partial<RawHeatLook> => ({
  looked: Float64Array.of(0, count),
  held: new Float64Array(count).fill(held),
});

describe('ChunkMap', () => {
  it('spreads chunks over cells, more of them or fewer, and a little is never nothing', () => {
    const chunks = new ChunkMap();
    chunks.take(
      look(4 * K4, { looked: Float64Array.of(0, 1, 2, 4), held: Float64Array.of(K4, 1, 0), changed: Float64Array.of(2, 3) }),
    );
    assert.deepEqual([...chunks.cells(4).held], [255, 0, 1, 0]);
    assert.deepEqual([...chunks.cells(2).held], [128, 1]);
    assert.deepEqual([...chunks.cells(8).held], [255, 255, 0, 0, 1, 1, 0, 0]);
    assert.deepEqual([...chunks.cells(3).changed], [0, 1, 1]);
    assert.deepEqual([...chunks.cells(8).changed], [0, 0, 0, 0, 1, 1, 0, 0]);
  });

  it('shows a segment of fewer bytes than cells', () => {
    const chunks = new ChunkMap();
    chunks.take(look(36, { ...all(1, 36), changed: Float64Array.of(0, 1) }));
    const { size, held, changed } = chunks.cells(700);
    assert.equal(size, 36);
    assert.ok(held.every((cell) => cell === 255) && changed.every((cell) => cell === 1));
    assert.deepEqual([...new ChunkMap().cells(3).held], [0, 0, 0]);
  });

  it('forgets what a whole round passed over', () => {
    const chunks = new ChunkMap();
    chunks.take(look(4 * K4, { ...all(4, K4), round: true }));
    chunks.take(look(4 * K4, { looked: Float64Array.of(0, 1), held: Float64Array.of(K4) }));
    assert.deepEqual([...chunks.cells(4).held], [255, 255, 255, 255]);
    chunks.take(look(4 * K4, { looked: Float64Array.of(3, 4), held: Float64Array.of(K4), round: true }));
    assert.deepEqual([...chunks.cells(4).held], [255, 0, 0, 255]);
  });

  it('keeps what it knows while the segment grows and shrinks', () => {
    const chunks = new ChunkMap();
    chunks.take(look(4 * K4, { ...all(4, K4), round: true }));
    chunks.take(look(8 * K4, {}));
    assert.deepEqual([...chunks.cells(8).held], [255, 255, 255, 255, 0, 0, 0, 0]);
    chunks.take(look(16 * K4, { chunk: 2 * K4 }));
    assert.deepEqual([...chunks.cells(8).held], [255, 255, 0, 0, 0, 0, 0, 0]);
    chunks.take(look(2 * K4, {}));
    assert.deepEqual([...chunks.cells(2).held], [255, 255]);
    chunks.take(look(0, {}));
    assert.deepEqual([...chunks.cells(2).held], [0, 0]);
  });
});
