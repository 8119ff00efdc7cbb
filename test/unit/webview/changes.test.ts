import assert from 'node:assert/strict';
import { Changes, FADE, STEPS } from '../../../webview/state/changes.ts';
import { Snapshot } from '../../../webview/state/snapshot.ts';

type Part = readonly [offset: number, bytes: readonly number[]];
const shot = (...parts: readonly Part[]): Snapshot =>
  new Snapshot({
    time: 0,
    torn: [],
    size: 2 ** 40,
    unheld: [],
    ranges: parts.map(([offset, bytes]) => ({ offset, bytes: Uint8Array.from(bytes) })),
  });
/** Of each byte of the range; undefined where none is marked. */
const stepsOf = (changes: Changes, offset: number, length: number, now: number): Uint8Array | undefined => {
  const steps = new Uint8Array(length).fill(77);
  return changes.fillSteps(steps, offset, now) ? steps : undefined;
};
const listed = (bytes: Uint8Array | undefined): number[] | undefined => bytes && [...bytes];

describe('Changes: what was before', () => {
  it('tells a field as it was right before the last frame that changed any of its bytes', () => {
    const changes = new Changes();
    changes.take(shot([0, [1, 2, 3, 4]]), 100);
    assert.equal(changes.previous(0, 4), undefined, 'nothing changed yet');
    changes.take(shot([0, [1, 9, 3, 4]]), 200);
    assert.deepEqual(listed(changes.previous(0, 4)), [1, 2, 3, 4]);
    changes.take(shot([0, [1, 9, 8, 4]]), 300);
    assert.deepEqual(listed(changes.previous(0, 4)), [1, 9, 3, 4], 'both bytes of one moment');
    assert.deepEqual(listed(changes.previous(1, 1)), [2]);
    assert.equal(changes.previous(3, 1), undefined);
    changes.take(shot([0, [1, 9, 8, 4]]), 9000);
    assert.deepEqual(listed(changes.previous(0, 4)), [1, 9, 3, 4], 'as long as it is in view');
  });

  it('does not tell what it did not see', () => {
    const changes = new Changes();
    changes.take(shot([0, [1, 2]]), 100);
    changes.take(shot([0, [1, 3, 7, 7]]), 200);
    assert.equal(changes.previous(0, 4), undefined, 'two of its bytes came with the change');
    assert.deepEqual(listed(changes.previous(0, 2)), [1, 2]);
    changes.take(shot([0, [1, 3, 7, 8]]), 300);
    assert.deepEqual(listed(changes.previous(0, 4)), [1, 3, 7, 7]);
    assert.equal(changes.previous(0, 8), undefined, 'not all of it is in view');
  });

  it('keeps it over a scroll, and forgets it with what leaves the view', () => {
    const changes = new Changes();
    changes.take(shot([100, [1, 2, 3, 4]]), 100);
    changes.take(shot([100, [1, 2, 9, 4]]), 200);
    changes.take(shot([102, [9, 4, 5, 6]]), 300);
    assert.deepEqual(listed(changes.previous(102, 2)), [3, 4]);
    changes.take(shot([500, [0]]), 400);
    changes.take(shot([100, [1, 2, 9, 4]]), 500);
    assert.equal(changes.previous(102, 2), undefined);
  });
});

describe('Changes against the frame before', () => {
  it('gives the steps of many bytes at once as it gives them one by one', () => {
    const changes = new Changes();
    const bytes = Array.from({ length: 64 }, () => 0);
    changes.take(shot([1000, bytes]), 0);
    assert.equal(stepsOf(changes, 1000, 64, 0), undefined);
    for (let i = 1; i <= 12; i++) {
      bytes[i * 5] = i;
      changes.take(shot([1000, bytes]), i * 100);
    }
    const all = stepsOf(changes, 990, 80, 1250);
    assert.ok(all);
    for (let i = 0; i < 80; i++) assert.equal(all[i], changes.step(990 + i, 1, 1250), `byte ${i}`);
    assert.ok(all.includes(1) && all.includes(STEPS));
    assert.equal(stepsOf(changes, 990, 80, 1200 + FADE), undefined);
    assert.equal(stepsOf(changes, 0, 100, 1250), undefined, 'nothing of it is in view');
  });

  it('finds every difference, whatever moves, grows or shrinks', () => {
    let seed = 7;
    const random = (below: number): number => (seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff) % below;
    const memory = Uint8Array.from({ length: 400 }, () => random(256));
    const changes = new Changes();
    let seen = new Map<number, number>();
    for (let round = 1; round <= 300; round++) {
      for (let i = random(6); i > 0; i--) memory[random(400)] = random(256);
      if (random(3) === 0) memory.fill(random(256), random(200), 200 + random(200));
      const ranges: [number, number[]][] = [];
      for (let at = random(60); at < 400; at += 20 + random(150)) {
        const bytes = [...memory.subarray(at, at + 1 + random(90))];
        ranges.push([at, bytes]);
        at += bytes.length;
      }
      changes.take(shot(...ranges), round * FADE * 2);
      const now = new Map(ranges.flatMap(([offset, bytes]) => bytes.map((byte, i) => [offset + i, byte] as const)));
      for (let at = 0; at < 400; at++) {
        const changed = now.has(at) && seen.has(at) && now.get(at) !== seen.get(at);
        assert.equal(changes.step(at, 1, round * FADE * 2), changed ? 1 : 0, `round ${round}, byte ${at}`);
        assert.equal(changes.changedNow(at, 1), changed);
        if (changed) assert.deepEqual(listed(changes.previous(at, 1)), [seen.get(at)]);
      }
      seen = now;
    }
  });
});

describe('Changes against a baseline', () => {
  const baseline = (bytes: readonly number[], of: string, size = 1000) => {
    return { ranges: [{ offset: 0, bytes: Uint8Array.from(bytes) }], of, size };
  };

  it('marks what lies past the end that the segment had then', () => {
    const changes = new Changes();
    changes.take(shot([0, [1, 2, 3, 4]], [100, [5, 6]]), 0);
    changes.setMode('a');
    assert.equal(changes.isNew(0, 200), false, 'it is not known yet where it ended');
    changes.setBaseline(baseline([1, 2], 'a', 2));
    assert.deepEqual(listed(stepsOf(changes, 0, 5, 1e6)), [0, 0, 1, 1, 0], 'byte 4 is not in view');
    assert.deepEqual(listed(stepsOf(changes, 98, 5, 1e6)), [0, 0, 1, 1, 0]);
    assert.deepEqual([changes.step(0, 2, 1e6), changes.step(1, 2, 1e6), changes.step(50, 4, 1e6)], [0, 1, 0]);
    assert.deepEqual([changes.isNew(0, 2), changes.isNew(0, 3), changes.isNew(101, 1)], [false, true, true]);
    changes.setMode('frame');
    assert.equal(changes.isNew(0, 3), false);
  });

  it('takes the baseline also before it is told that it is the one', () => {
    const changes = new Changes();
    changes.take(shot([0, [1, 2, 3]]), 0);
    changes.setBaseline(baseline([1, 2, 9], 'a'));
    assert.equal(stepsOf(changes, 0, 3, 5000), undefined);
    changes.setMode('a');
    assert.deepEqual(listed(stepsOf(changes, 0, 3, 5000)), [0, 0, 1]);
    changes.setMode('b');
    assert.equal(stepsOf(changes, 0, 3, 5000), undefined);
  });

  it('marks what differs and lets it stay, and nothing until the baseline is there', () => {
    const changes = new Changes();
    changes.take(shot([0, [1, 2, 3]]), 0);
    changes.setMode('looked');
    changes.take(shot([0, [1, 9, 3]]), 100);
    assert.equal(changes.step(0, 3, 100), 0);
    changes.setBaseline(baseline([1, 2, 3], 'some snapshot'));
    assert.equal(changes.step(0, 3, 100), 0, 'that was of another baseline');
    changes.setBaseline(baseline([1, 2], 'looked'));
    assert.deepEqual([changes.step(0, 1, 1e6), changes.step(1, 1, 1e6), changes.step(0, 3, 1e6)], [0, 1, 1]);
    assert.deepEqual(listed(stepsOf(changes, 0, 3, 1e6)), [0, 1, 0]);
    assert.equal(changes.isFading(100), false);
    assert.deepEqual(listed(changes.baseline(0, 2)), [1, 2]);
    changes.take(shot([0, [1, 2, 8]]), 200);
    assert.equal(stepsOf(changes, 0, 3, 200), undefined, 'it is as it was, and what the host has not given is not known');
    changes.setMode('frame');
    assert.equal(changes.step(2, 1, 200), 1);
    assert.equal(changes.baseline(0, 1), undefined);
    assert.equal(changes.count, 2);
  });
});
