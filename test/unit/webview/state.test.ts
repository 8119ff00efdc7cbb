import assert from 'node:assert/strict';
import { MAX_RANGES, MAX_VIEW_BYTES } from '../../../src/protocol/limits.ts';
import type { Frame } from '../../../src/protocol/messages.ts';
import { Changes, FADE, STEPS } from '../../../webview/state/changes.ts';
import { readPersisted, DEFAULTS } from '../../../webview/state/persisted.ts';
import { mergeRanges } from '../../../webview/state/ranges.ts';
import { MISSING, Snapshot } from '../../../webview/state/snapshot.ts';
import { Store } from '../../../webview/state/store.ts';

const frame = (...ranges: readonly [number, readonly number[]][]): Frame => ({
  time: 0, torn: [], size: 1000, unheld: [], ranges: ranges.map(([offset, bytes]) => ({ offset, bytes: Uint8Array.from(bytes) })),
}); // prettier-ignore
const shot = (...ranges: readonly [number, readonly number[]][]): Snapshot => new Snapshot(frame(...ranges));

describe('mergeRanges', () => {
  it('joins what overlaps or is near, sorted', () => {
    const wanted = [
      { offset: 500, length: 900 },
      { offset: 0, length: 10 },
      { offset: 5, length: 20 },
      { offset: 60, length: 1 },
    ];
    assert.deepEqual(mergeRanges(wanted), [
      { offset: 0, length: 61 },
      { offset: 500, length: 900 },
    ]);
  });

  it('keeps within what the protocol allows', () => {
    const far = Array.from({ length: 500 }, (_, index) => ({ offset: index * 3000, length: 8 }));
    const much = [{ offset: 0, length: 10 ** 9 }, ...far];
    const spread = Array.from({ length: 500 }, (_, index) => ({ offset: index * 10 ** 8, length: 8 }));
    for (const wanted of [far, much, spread]) {
      const ranges = mergeRanges(wanted);
      assert.ok(ranges.length <= MAX_RANGES && ranges.length > 0);
      assert.ok(ranges.reduce((sum, range) => sum + range.length, 0) <= MAX_VIEW_BYTES);
    }
  });
});

describe('Snapshot', () => {
  it('knows only the bytes that it holds', () => {
    const snapshot = shot([100, [1, 2, 3]], [103, [4]], [0, [9]]);
    assert.deepEqual(
      [0, 1, 99, 100, 102, 103, 104].map((at) => snapshot.byteAt(at)),
      [9, MISSING, MISSING, 1, 3, 4, MISSING],
    );
    assert.deepEqual([...snapshot.slice(101, 10)], [2, 3, 4]);
    assert.equal(snapshot.slice(50, 4).length, 0);
  });
});

describe('Changes', () => {
  it('marks bytes that differ, lets them fade, and keeps them over a scroll', () => {
    const changes = new Changes();
    changes.take(shot([0, [1, 2, 3, 4]]), 100);
    assert.equal(changes.step(0, 4, 100), 0);
    changes.take(shot([0, [1, 9, 3, 4]]), 200);
    assert.equal(changes.step(1, 1, 200), 1);
    assert.equal(changes.step(2, 2, 200), 0);
    assert.equal(changes.step(0, 4, 200 + FADE - 1), STEPS);
    changes.take(shot([1, [9, 3, 4, 5, 6]]), 300);
    assert.equal(changes.step(1, 1, 300), 1);
    assert.equal(changes.step(4, 2, 300), 0, 'bytes that came into view did not change');
    assert.equal(changes.step(1, 1, 200 + FADE), 0);
    assert.equal(changes.count, 1);
  });
});

describe('Store', () => {
  it('keeps the selection inside the object and says what shrank', () => {
    const store = new Store();
    store.setFrame(frame([0, [0]]), 0);
    store.select({ start: 5000, end: 6000, caret: 5500 });
    assert.deepEqual([store.selection.start, store.selection.end, store.selection.caret], [999, 1000, 999]);
    store.setFrame({ ...frame(), size: 10 }, 7);
    assert.deepEqual(store.shrink, { from: 1000, to: 10, at: 7 });
  });

  it('marks as torn what the frame says, also where the guards are others than when it was read', () => {
    const store = new Store();
    const [a, b] = [
      { offset: 0, length: 16 },
      { offset: 32, length: 16 },
    ];
    store.setSettings({ guards: [a] });
    store.setSettings({ guards: [b, a] });
    store.setFrame({ ...frame([0, Array<number>(64).fill(0)]), torn: [a] }, 0);
    assert.deepEqual([store.tornAt(4, 4), store.tornAt(32, 4), store.tornAt(16, 4)], [true, false, false]);
    store.setSettings({ guards: [b] });
    assert.equal(store.tornAt(4, 4), false, 'what need not be whole is shown as it was read');
  });

  it('shows a layout that cannot be unpacked as a problem', () => {
    const store = new Store();
    store.setType({ name: 'x', from: 'pasted', layout: { root: 3, types: [] } }, undefined);
    assert.equal(store.typed, undefined);
    assert.match(store.problem?.message ?? '', /refers to type 3/);
  });
});

describe('the hits of a search', () => {
  it('cover their bytes and no others', () => {
    const store = new Store();
    assert.equal(store.isHit(0), false);
    store.setHits(Float64Array.of(4, 2, 2 ** 40, 1));
    assert.deepEqual(
      [3, 4, 5, 6, 2 ** 40 - 1, 2 ** 40, 2 ** 40 + 1].map((offset) => store.isHit(offset)),
      [false, true, true, false, false, true, false],
    );
  });
});

describe('readPersisted', () => {
  it('takes back what was saved, and the default for each part that is damaged', () => {
    const saved = {
      ...DEFAULTS,
      topRow: 2 ** 32,
      expanded: ['a', 'b[3]'],
      share: 0.3,
      encoding: 'ascii',
      drawer: { open: true, tab: 'find', height: 400 },
    };
    assert.deepEqual(readPersisted(structuredClone(saved)), saved);
    for (const wrong of [
      undefined,
      null,
      'x',
      { topRow: -1, expanded: [1], share: 7, encoding: 'x', start: 9, end: 3, drawer: { tab: 'x', height: -1 } },
    ]) {
      assert.deepEqual(readPersisted(wrong), DEFAULTS);
    }
  });
});
