import assert from 'node:assert/strict';
import { FrameRate } from '../../../webview/header/rate.ts';

/** What is told after each of the drawings that come every `period` ms from `from` on. */
function run(rate: FrameRate, from: number, until: number, period: number): (number | undefined)[] {
  const told: (number | undefined)[] = [];
  for (let now = from; now < until; now += period) {
    told.push(rate.read(now));
    rate.drawn();
  }
  return told;
}

describe('FrameRate', () => {
  it('tells how many frames a second were drawn, whenever it was first asked', () => {
    for (const from of [0, 1, 250, 499, 500, 777, 999]) {
      const told = run(new FrameRate(), from, from + 5000, 1000 / 45);
      assert.deepEqual(new Set(told.slice(told.findIndex((hz) => hz !== undefined))), new Set([45]), `from ${from}`);
    }
  });

  it('changes once a second', () => {
    const rate = new FrameRate();
    const told = [...run(rate, 0, 3000, 1000 / 30), ...run(rate, 3000, 6000, 1000 / 60)];
    const changes = told.filter((hz, at) => hz !== told[at - 1]);
    assert.deepEqual(changes, [30, 60]);
  });

  it('tells nothing after a second in which nothing was drawn', () => {
    const rate = new FrameRate();
    run(rate, 0, 2000, 20);
    assert.equal(rate.isMoving, true);
    rate.read(3000);
    assert.equal(rate.read(4000), undefined);
    assert.equal(rate.isMoving, false);
  });
});
