import assert from 'node:assert/strict';
import { commonRanges, mergeRanges, rangesOf } from '../../../src/live/ranges.ts';

describe('ranges', () => {
  const of = (...ends: number[]) => rangesOf(Float64Array.from(ends));

  it('merges what touches or overlaps, and cuts at the end', () => {
    assert.deepEqual(mergeRanges([...of(20, 30), ...of(0, 5, 5, 8), ...of(25, 40)], 35), of(0, 8, 20, 35));
    assert.deepEqual(mergeRanges(of(10, 20), 10), []);
  });

  it('gives what two lists have in common', () => {
    assert.deepEqual(commonRanges(of(0, 10, 20, 30), of(5, 25, 28, 99)), of(5, 10, 20, 25, 28, 30));
    assert.deepEqual(commonRanges(of(0, 10), of(10, 20)), []);
    assert.deepEqual(commonRanges([], of(0, 20)), []);
    assert.deepEqual(commonRanges(of(3, 4), of(0, 20)), of(3, 4));
  });
});
