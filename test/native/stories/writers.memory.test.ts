/** What is watched: shared memory of every kind, several fields, reading, values; and what is refused. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dwarfFile } from '../../../scripts/setup/dwarf.mjs';
import type { Segment } from '../../../api.d.ts';
import type { WatchedField } from '../../../src/writers/face.ts';
import { skipBecause } from '../../support/skip.ts';
import type { Running } from '../../programs/build.ts';
import { addon, unique } from '../support.ts';
import { ProcessCode } from '../../../src/code/processCode.ts';
import { shmError } from '../../../src/native/errors.ts';
import { Helper } from '../../../src/types/debuginfo/file/helper.ts';
import { Writers } from '../../../src/writers/writers.ts';
import { assertLine, end, FIELD, of, OTHERS, pause, seen, storing, tell, total, unharmed, until } from './storing.ts';

const STORE = 'board->field = value';

describe('writers: the memory that is watched', () => {
  const { made, board, start, segmentOf, find, watch, writers, store, sources } = storing();

  before(function () {
    if (!existsSync(dwarfFile)) skipBecause(this, 'shmscope-dwarf could not be built on this machine');
  });

  async function watched(segment: Segment, running: Running, count: number): Promise<void> {
    const session = await watch(segment);
    tell(running);
    const view = await seen(session, count);
    assert.deepEqual([total(view.places), view.missed, view.processes], [count, [], 1]);
    assert.ok(view.places.every(({ pid }) => pid === running.pid));
    await unharmed(running);
  }

  const ofProcess =
    ({ pid }: Running, kind: Segment['kind']) =>
    (segment: Segment): boolean =>
      segment.kind === kind && segment.mappings.some((mapping) => mapping.pid === pid && mapping.shared);

  it('a System V segment', async () => {
    const shmid = made.sysv(0, 8192);
    const running = await start(`sysv:${shmid}`, 'store', 20, 1);
    await watched(await find('the segment', ofProcess(running, 'sysv')), running, 20);
  });

  for (const kind of ['memfd', 'anonymous'] as const)
    it(`shared memory without a name: ${kind}`, async () => {
      const running = await start(kind, 'store', 20, 1);
      await watched(await find(kind, ofProcess(running, kind)), running, 20);
    });

  it('a file that is mapped', async () => {
    const path = join(tmpdir(), unique('file'));
    made.remove(path);
    writeFileSync(path, Buffer.alloc(8192));
    const running = await start(`file:${path}`, 'store', 20, 1);
    await watched(await find(path, ofProcess(running, 'file')), running, 20);
  });

  it('both places of a process that maps it twice', async () => {
    const path = board();
    const running = await start(path, 'twice', 20, 1);
    const segment = await segmentOf(path);
    assert.equal(segment.mappings.filter(({ pid }) => pid === running.pid).length, 2);
    const session = await watch(segment);
    tell(running);
    const view = await seen(session, 40);
    const lines = view.places.map(({ line, count, function: name }) => [name, count, line]);
    assert.deepEqual(
      lines.map(([name, count]) => [name, count]),
      [
        ['store_twice', 20],
        ['store_twice', 20],
      ],
    );
    assert.equal(new Set(lines.map(([, , line]) => line)).size, 2);
    assert.equal(view.threads, 1);
    await unharmed(running);
  });

  it('four fields at once, each with its own places', async () => {
    const path = board();
    const running = await start(path, 'four', 20, 1);
    const session = await watch(await segmentOf(path), [FIELD, ...OTHERS]);
    tell(running);
    const { places } = await seen(session, 80);
    assert.deepEqual(
      places.map(({ field, count }) => [field, count]).sort(),
      [0, 1, 2, 3].map((field) => [field, 20]),
    );
    assert.equal(new Set(places.map(({ line }) => line)).size, 4);
    await unharmed(running);
  });

  it('who reads, where that is asked for, and only there', async () => {
    const path = board();
    const [reader, writer] = [await start(path, 'load', 20, 1), await start(path, 'store', 20, 1)];
    const segment = await segmentOf(path);
    const [stores, touches] = [await watch(segment), await watch(segment, [FIELD], true)];
    assert.deepEqual([stores.view.processes, touches.view.processes], [1, 2]);
    tell(reader);
    tell(writer);
    const both = await seen(touches, 40);
    assertLine(of(both, reader.pid), 'load', 'sum += board->field');
    assertLine(of(both, writer.pid), 'store', STORE);
    assert.equal(both.reads, true);
    const { places } = await seen(stores, 20);
    assert.deepEqual([...new Set(places.map(({ pid }) => pid))], [writer.pid]);
    await unharmed(reader);
    await unharmed(writer);
  });

  it('nobody, where nobody maps it, and where it is mapped for reading alone', async () => {
    const path = board();
    const nobody = await end(await watch(await segmentOf(path)));
    assert.deepEqual([nobody.places, nobody.missed, nobody.processes, nobody.seen], [[], [], 0, 0]);
    const reader = await start(path, 'load', 5, 0);
    const session = await watch(await segmentOf(path));
    tell(reader);
    await pause(300);
    const view = await end(session);
    assert.deepEqual([view.places, view.missed, view.processes, view.seen], [[], [], 0, 0]);
    await unharmed(reader);
  });

  it('the values before and after, of stores that are slow', async () => {
    const path = board();
    const running = await start(path, 'store', 12, 40);
    const session = await watch(await segmentOf(path));
    tell(running);
    const [place] = (await seen(session, 12)).places;
    assert.equal(place?.count, 12);
    assert.equal(place.after, `${Number(place.before) + 1}`);
    assert.ok(Number(place.after) >= 1 && Number(place.after) <= 12);
    assert.ok(place.first <= place.last);
    await unharmed(running);
  });

  it('more stores than can be taken: those that were lost are counted', async () => {
    const path = board();
    const each = 100_000;
    const all = [await start(path, 'store', each, 0), await start(path, 'store', each, 0), await start(path, 'store', each, 0)];
    const session = await watch(await segmentOf(path));
    for (const running of all) tell(running);
    await until('all stores', () => session.view.seen + session.view.lost >= each * all.length, 50_000);
    const view = await end(session);
    assert.equal(view.seen + view.lost, each * all.length);
    assert.ok(total(view.places) <= view.seen);
    // That of another one is in the field.
    for (const { child, exit } of all) {
      child.kill('SIGTERM');
      assert.ok([0, 3].includes(Number(await exit)));
    }
  });

  it('as long as it was told to, or until it is stopped', async () => {
    const path = board();
    const running = await start(path, 'store', 5, 1);
    const segment = await segmentOf(path);
    const session = writers.start(segment, [FIELD], { ms: 600, reads: false });
    await until('its end', () => session.view.state === 'ended');
    assert.ok(session.view.endsAt - session.view.startedAt >= 600);
    const report = await writers.find(segment, FIELD, 300);
    assert.deepEqual(report, { sites: [], missed: [] });
    const stopped = await watch(segment);
    const view = await end(stopped);
    assert.ok(view.endsAt - view.startedAt < 100_000);
    // Nobody watches any more.
    tell(running);
    await until('its stores', () => readFileSync(path).readBigUInt64LE(0) === 5n);
    assert.equal(stopped.view.seen, 0);
    await unharmed(running);
  });

  it('nothing that breakpoints cannot watch', async () => {
    const path = board();
    const segment = await segmentOf(path);
    const refused = (fields: readonly WatchedField[], code: string, ms = 1000) =>
      assert.throws(() => writers.start(segment, fields, { ms, reads: false }), { code });
    refused([], 'EINVAL');
    refused([FIELD, ...OTHERS, { offset: 40, length: 8 }], 'EINVAL');
    refused([{ offset: 4, length: 8 }], 'EINVAL');
    refused([{ offset: 1, length: 2 }], 'EINVAL');
    refused([{ offset: -8, length: 8 }], 'EINVAL');
    refused([{ offset: 0.5, length: 1 }], 'EINVAL');
    refused([{ offset: NaN, length: 1 }], 'EINVAL');
    refused([{ offset: 8192, length: 1 }], 'ERANGE');
    refused(
      [
        { offset: 8184, length: 8 },
        { offset: 8192, length: 8 },
      ],
      'ERANGE',
    );
    refused([FIELD], 'EINVAL', 0);
    refused([FIELD], 'EINVAL', NaN);
    await assert.rejects(writers.find(segment, { offset: 8192, length: 8 }, 100), { code: 'ERANGE' });
  });

  it('without breakpoints: when it changed, and who ran meanwhile, as a hint', async () => {
    const path = board();
    const running = await start(path, 'store', 40, 50);
    const refused = new Writers({
      calls: { openWatchpoints: () => Promise.reject(shmError('EACCES', 'refused')) },
      code: new ProcessCode(addon, new Helper(dwarfFile)),
      store,
      read: (segment, offset, length) => sources.read(segment, offset, length),
      unlisted: () => undefined,
    });
    try {
      const segment = await segmentOf(path);
      const session = refused.start(segment, [FIELD], { ms: 60_000, reads: false });
      tell(running);
      await until('a hint', () => (session.view.hint?.length ?? 0) > 3);
      const view = await end(session);
      assert.match(view.failure?.message ?? '', /perf_event_paranoid/);
      assert.match(view.failure?.remedy ?? '', /CAP_PERFMON/);
      for (const { before, after } of view.hint ?? []) assert.ok(Number(after) > Number(before), `${before} ${after}`);
      assert.ok(view.hint?.some(({ ran }) => ran.includes(`stores (${running.pid})`)));
      assert.deepEqual([view.places, view.seen], [[], 0]);
      await assert.rejects(refused.find(segment, FIELD, 50), { code: 'ENOTSUP' });
    } finally {
      refused.dispose();
    }
    await unharmed(running);
  });
});
