import assert from 'node:assert/strict';
import { truncateSync } from 'node:fs';
import { Marks } from '../../../src/panel/marks.ts';
import type { ToPage } from '../../../src/protocol/messages.ts';
import { cleanup } from '../support.ts';
import { folders, objectAt, segmentAt, snapshotsIn } from './support.ts';

describe('what changes are marked against', () => {
  const made = cleanup();
  const folder = folders();

  it('is told with its size, so that the page knows what came later', async () => {
    const path = made.path('grows');
    const live = objectAt(path, 5000, { 0: 'then' });
    const segment = segmentAt(path);
    const snapshots = snapshotsIn(folder());
    const told: ToPage[] = [];
    const log: string[] = [];
    const marks = new Marks({
      snapshots,
      segment: () => segment,
      open: () => live,
      post: (message) => void told.push(message),
      log: (line) => void log.push(line),
    });
    const { id } = await snapshots.take(segment, () => live, { name: 'shorter' });
    await marks.setBaseline('looked');
    truncateSync(path, 20_000);
    marks.setRanges([
      { offset: 4990, length: 100 },
      { offset: 6000, length: 64 },
    ]);
    for (const baselineId of [id, 'looked']) {
      told.length = 0;
      await marks.setBaseline(baselineId);
      const last = told.findLast(({ type }) => type === 'baseline');
      assert.deepEqual(last, {
        type: 'baseline',
        ranges: [{ offset: 4990, bytes: new Uint8Array(10) }],
        of: baselineId,
        size: 5000,
      });
    }
    told.length = 0;
    marks.reset();
    assert.deepEqual(told, [{ type: 'baseline', ranges: [], of: 'frame', size: 0 }]);
    assert.deepEqual(log, []);
    marks.dispose();
    live.close();
  });
});
