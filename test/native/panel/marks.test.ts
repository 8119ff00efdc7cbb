import assert from 'node:assert/strict';
import { truncateSync } from 'node:fs';
import { LOOKED_MAX } from '../../../src/keep/snapshots.ts';
import type { ByteSource } from '../../../src/native/addon.ts';
import { Marks } from '../../../src/panel/marks.ts';
import type { ToPage } from '../../../src/protocol/messages.ts';
import { cleanup } from '../support.ts';
import { folders, objectAt, openIn, saidAs, segmentAt, snapshotsIn } from '../keep/support.ts';
import { until } from '../model/support.ts';

type Told = Extract<ToPage, { type: 'baseline' }>;

describe('what changes are marked against', () => {
  const made = cleanup();
  const folder = folders();

  function setUp(what: string, content: string, size = content.length) {
    const path = made.path(what);
    const live = objectAt(path, size, { 0: content });
    const root = folder();
    const snapshots = snapshotsIn(root);
    const segment = segmentAt(path);
    const told: ToPage[] = [];
    const lines: string[] = [];
    let source: ByteSource = live;
    const marks = new Marks({
      snapshots,
      segment: () => segment,
      open: () => source,
      post: (message) => told.push(message),
      log: (line) => lines.push(line),
    });
    const baselines = (): Told[] => told.filter((one): one is Told => one.type === 'baseline');
    return {
      path, live, root, snapshots, segment, marks, lines, baselines,
      take: (name: string) => snapshots.take(segment, () => live, { name }),
      lists: () => told.flatMap((one) => (one.type === 'snapshots' ? [one.list.map(({ name }) => name)] : [])),
      /** [of, offset, text, …] of the newest. */
      newest: (): unknown[] => {
        const last = baselines().at(-1);
        return last ? [last.of, ...last.ranges.flatMap(({ offset, bytes }) => [offset, Buffer.from(bytes).toString()])] : [];
      },
      openAs: (other: ByteSource) => void (source = other),
      end: () => {
        marks.dispose();
        live.close();
        assert.deepEqual(openIn(root), [], 'nothing is left open');
      },
    }; // prettier-ignore
  }

  it('is the frame before at first: the page needs no bytes for that', async () => {
    const { marks, lists, baselines, take, end } = setUp('frame', 'abc');
    marks.greet();
    marks.setRanges([{ offset: 0, length: 3 }]);
    await until(() => lists().length === 1, 'the list');
    await take('one');
    await until(() => lists().length === 2, 'the new list');
    assert.deepEqual(lists(), [[], ['one']]);
    assert.deepEqual([marks.baseline, baselines()], ['frame', []]);
    end();
  });

  it('is a snapshot: its bytes of what is in view, as far as it reaches, whatever the segment holds now', async () => {
    const { marks, live, path, take, newest, baselines, end } = setUp('snapshot', 'before and after');
    const { id } = await take('one');
    live.write(Buffer.from('BEFORE'), 0);
    truncateSync(path, 4);
    marks.setRanges([{ offset: 0, length: 6 }, { offset: 11, length: 100 }]); // prettier-ignore
    await marks.setBaseline(id);
    assert.deepEqual(newest(), [id, 0, 'before', 11, 'after']);
    marks.setRanges([{ offset: 7, length: 3 }]);
    await until(() => baselines().length === 2, 'other ranges');
    assert.deepEqual(newest(), [id, 7, 'and']);
    await marks.setBaseline('frame');
    assert.deepEqual(newest(), ['frame']);
    end();
  });

  it('is what was there when the user looked last, and looked is who goes away', async () => {
    const { marks, live, newest, baselines, end } = setUp('looked', 'one');
    marks.setRanges([{ offset: 0, length: 3 }]);
    marks.setActive(true);
    await marks.setBaseline('looked');
    live.write(Buffer.from('two'), 0);
    marks.setActive(true);
    await marks.setBaseline('looked');
    assert.deepEqual(newest(), ['looked', 0, 'one']);
    await marks.look();
    assert.deepEqual(newest(), ['looked', 0, 'two']);
    live.write(Buffer.from('six'), 0);
    marks.setActive(false);
    await until(() => newest().at(-1) === 'six', 'a look');
    const count = baselines().length;
    live.write(Buffer.from('ten'), 0);
    marks.setActive(false);
    marks.setActive(true);
    marks.setRanges([{ offset: 0, length: 3 }]);
    await until(() => baselines().length > count, 'the ranges');
    assert.deepEqual(newest(), ['looked', 0, 'six'], 'who comes back sees what has changed since');
    end();
  });

  it('is not looked at where nobody asked for that', async () => {
    const { marks, root, live, newest, end } = setUp('unasked', 'one');
    marks.setRanges([{ offset: 0, length: 3 }]);
    marks.setActive(true);
    marks.setActive(false);
    assert.deepEqual(openIn(root), []);
    live.write(Buffer.from('two'), 0);
    await marks.setBaseline('looked');
    assert.deepEqual(newest(), ['looked', 0, 'two']);
    end();
  });

  it('stays what it was where another cannot be had', async () => {
    const { marks, live, take, newest, openAs, lines, end } = setUp('refused', 'abc');
    const { id } = await take('one');
    marks.setRanges([{ offset: 0, length: 3 }]);
    await marks.setBaseline(id);
    await assert.rejects(marks.setBaseline('live'), saidAs('EINVAL', /no baseline/));
    await assert.rejects(marks.setBaseline('../../etc'), saidAs('ENOENT', /gone/));
    openAs({ ...live, extents: () => Float64Array.of(0, LOOKED_MAX + 1) });
    await assert.rejects(marks.setBaseline('looked'), saidAs('EOVERFLOW', /remembered/));
    assert.deepEqual([marks.baseline, newest()], [id, [id, 0, 'abc']]);
    assert.deepEqual(lines, []);
    end();
  });

  it('is the frame before again when its snapshot is removed, and when the panel shows another segment', async () => {
    const { marks, root, snapshots, take, newest, baselines, end } = setUp('removed', 'abc');
    const [one, two] = [await take('one'), await take('two')];
    marks.setRanges([{ offset: 0, length: 3 }]);
    await marks.setBaseline(one.id);
    await snapshots.remove(two.id);
    await marks.setBaseline(one.id);
    assert.equal(newest()[0], one.id, 'another one that goes changes nothing');
    await snapshots.remove(one.id);
    await until(() => marks.baseline === 'frame', 'the frame before');
    await until(() => newest()[0] === 'frame', 'the page is told');
    await assert.rejects(marks.setBaseline(one.id), saidAs('ENOENT', /gone/));
    await marks.setBaseline('looked');
    marks.reset();
    assert.deepEqual([marks.baseline, newest()], ['frame', ['frame']]);
    assert.deepEqual(openIn(root), []);
    const count = baselines().length;
    marks.setRanges([{ offset: 0, length: 3 }]);
    assert.equal(baselines().length, count);
    end();
  });

  it('is what was asked for last, in whatever order the answers come', async () => {
    const { marks, take, newest, end } = setUp('quick', 'abc');
    const { id } = await take('one');
    marks.setRanges([{ offset: 0, length: 3 }]);
    await Promise.all([marks.setBaseline(id), marks.setBaseline('frame')]);
    assert.deepEqual([marks.baseline, newest()], ['frame', ['frame']]);
    await Promise.allSettled([marks.setBaseline('looked'), marks.setBaseline(id), marks.setBaseline('frame')]);
    assert.deepEqual([marks.baseline, newest()], ['frame', ['frame']]);
    end();
  });

  it('is not of a segment that the panel does not show any more, nor of a panel that is closed', async () => {
    const { marks, root, take, newest, end } = setUp('late', 'abc');
    const { id } = await take('one');
    marks.setRanges([{ offset: 0, length: 3 }]);
    const late = [marks.setBaseline(id), marks.setBaseline('looked')];
    marks.reset();
    await Promise.allSettled(late);
    assert.deepEqual([marks.baseline, newest()], ['frame', ['frame']]);
    assert.deepEqual(openIn(root), []);
    const later = [marks.setBaseline(id), marks.setBaseline('looked')];
    marks.dispose();
    await Promise.allSettled(later);
    end();
  });
});
