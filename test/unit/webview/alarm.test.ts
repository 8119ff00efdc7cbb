import assert from 'node:assert/strict';
import { Alarm } from '../../../webview/alarm.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('Alarm', () => {
  it('rings once, not before it is due, however often it is put off', async () => {
    const rings: number[] = [];
    const alarm = new Alarm(() => rings.push(performance.now()));
    let due = 0;
    for (let i = 0; i < 20; i++) {
      due = performance.now() + 50;
      alarm.set(due);
      await pause(5);
    }
    await pause(200);
    assert.equal(rings.length, 1);
    assert.ok((rings[0] ?? 0) >= due);
  });

  it('rings at the newest time also where that is the earlier one', async () => {
    const rings: number[] = [];
    const alarm = new Alarm(() => rings.push(performance.now()));
    alarm.set(performance.now() + 100_000);
    alarm.set(performance.now() + 10);
    await pause(100);
    assert.equal(rings.length, 1);
  });

  it('does not ring when it is called off, and rings again when it is set again', async () => {
    let rings = 0;
    const alarm = new Alarm(() => (rings += 1));
    alarm.set(performance.now() + 10);
    alarm.set(Infinity);
    await pause(50);
    assert.equal(rings, 0);
    alarm.set(performance.now());
    await pause(50);
    assert.equal(rings, 1);
  });
});
