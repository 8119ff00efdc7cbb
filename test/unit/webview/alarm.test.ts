import assert from 'node:assert/strict';
import { Alarm } from '../../../webview/alarm.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('Alarm', () => {
  let rings: number[] = [];
  let alarm = new Alarm(() => undefined);
  const rung = async (): Promise<void> => {
    while (rings.length === 0) await pause(1);
  };

  beforeEach(() => {
    rings = [];
    alarm = new Alarm(() => rings.push(performance.now()));
  });

  it('rings once, not before it is due, however often it is put off', async () => {
    let due = 0;
    for (let i = 0; i < 20; i++) {
      due = performance.now() + 50;
      alarm.set(due);
      await pause(5);
    }
    await rung();
    await pause(100);
    assert.equal(rings.length, 1);
    assert.ok((rings[0] ?? 0) >= due);
  });

  it('rings at the newest time also where that is the earlier one', async () => {
    alarm.set(performance.now() + 100_000);
    alarm.set(performance.now() + 10);
    await rung();
    assert.equal(rings.length, 1);
  });

  it('does not ring when it is called off, and rings again when it is set again', async () => {
    alarm.set(performance.now() + 10);
    alarm.set(Infinity);
    await pause(50);
    assert.equal(rings.length, 0);
    alarm.set(performance.now());
    await rung();
    assert.equal(rings.length, 1);
  });
});
