/** Scans while everything moves: never a failure, never two segments with one id, never a wrong attribution. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import type { Segment } from '../../../api.d.ts';
import { addon, cleanup, unique } from '../support.ts';
import { lookOnce } from '../rows.ts';
import { actors, PAGE, PROT } from './actor.ts';
import { assertDistinct, isOf, only } from './seen.ts';
import { makeModel, until } from './support.ts';

describe('scans in a storm', function () {
  this.timeout(120_000);

  let model: ReturnType<typeof makeModel>;
  let churning = 0;
  beforeEach(() => (model = makeModel()));
  afterEach(async () => {
    model.dispose();
    if (churning === 0) return;
    // Before its object is removed, or it makes it again.
    const stat = () => readFileSync(`/proc/${churning}/stat`, 'utf8');
    process.kill(churning, 'SIGKILL');
    await until(() => stat().includes(') Z '), 'its end');
    churning = 0;
  });

  // After the hook above: what it ends would go on with what these remove.
  const actor = actors();
  const made = cleanup();

  /** Whole scans and cheap looks in turn, `least` of them, and more until there were enough; `check` is given what each of them had. */
  async function scans(least: number, check: (segments: readonly Segment[]) => void, enough = () => true): Promise<void> {
    for (let i = 0; i < least || (!enough() && i < 5000); i++) {
      const whole = i % 3 === 0;
      if (whole) await model.store.refresh();
      else await model.store.look(i % 3 === 1);
      const segments = model.store.last?.segments ?? assert.fail('no scan');
      assertDistinct(segments);
      check(segments);
    }
  }

  it('tells objects apart that are made anew under one name a thousand times a second', async () => {
    const path = made.path('churn');
    const name = path.slice('/dev/shm'.length);
    const one = await actor();
    const pid = await one.do('churn', path);
    churning = pid;
    const ids = new Set<string>();
    const reported = new Set<string>();
    let mapped = 0;
    const listening = model.store.onDidChange(({ added, removed }) => {
      for (const { id } of added) {
        assert.ok(!reported.has(id));
        reported.add(id);
      }
      for (const { id } of removed) assert.ok(reported.delete(id));
    });
    await model.store.refresh();
    for (const { id } of model.store.last?.segments ?? []) reported.add(id);
    await scans(
      120,
      (segments) => {
        for (const segment of segments.filter((each) => each.name === name)) {
          ids.add(segment.id);
          assert.ok(segment.mappings.length <= 1);
          for (const mapping of segment.mappings) {
            mapped++;
            assert.equal(mapping.pid, pid);
            // It has no size for a moment after it was made; each has another than the one before.
            if (segment.size > 0) assert.equal(mapping.length, segment.size);
          }
        }
      },
      () => ids.size > 20 && mapped > 5,
    );
    listening.dispose();
    assert.ok(existsSync(`/proc/${pid}`), 'the program goes on');
    assert.ok(ids.size > 20, `${ids.size} objects`);
    assert.ok(mapped > 5, `${mapped} were mapped`);
    const current = new Set(model.store.last?.segments.map((segment) => segment.id));
    assert.deepEqual(reported, current);
  });

  it('keeps what lasts while 200 processes a second come, inherit it and go', async () => {
    const one = await actor();
    const address = await one.map(await one.make(made.path('inherited'), PAGE), PAGE);
    await one.do('fill', address, PAGE, 1);
    const memfd = unique('inherited');
    const fd = await one.do('memfd', memfd, 0);
    await one.do('truncate', fd, PAGE);
    await one.map(fd, PAGE);
    const pid = await one.do('storm');
    const seen = new Set<number>();
    await scans(
      100,
      (segments) => {
        const mine = segments.filter(isOf(one.pid));
        assert.deepEqual(mine.map((segment) => [segment.kind, segment.orphaned]).sort(), [
          ['memfd', false],
          ['posix', false],
        ]);
        for (const segment of mine) {
          assert.ok(segment.mappings.some((mapping) => mapping.pid === pid));
          for (const mapping of segment.mappings) seen.add(mapping.pid);
          assert.ok(segment.mappings.every((mapping) => mapping.length === PAGE && mapping.process === 'actor'));
        }
      },
      () => seen.size > 10,
    );
    assert.ok(seen.size > 10, `${seen.size} processes`);
  });

  it('never mixes up two objects that change places at one address', async () => {
    const one = await actor();
    const names = [unique('flip-a'), unique('flip-b')];
    const fds: number[] = [];
    for (const name of names) {
      const fd = await one.do('memfd', name, 0);
      await one.do('truncate', fd, PAGE * (1 + fds.length));
      fds.push(fd);
    }
    const address = await one.map(fds[0] ?? -1, PAGE, { protection: PROT.read });
    const pid = await one.do('flip', fds[0] ?? -1, fds[1] ?? -1, address, PAGE);
    await scans(60, (segments) => {
      const mine = segments.filter(isOf(pid));
      assert.deepEqual(
        mine.map(({ kind, name, size }) => [kind, name, size]).sort(),
        names.map((name, i) => ['memfd', name, PAGE * (i + 1)]),
      );
    });
    for (let i = 0; i < 10; i++) await lookOnce(addon, true);
  });

  it('takes zombies for nobody', async () => {
    const one = await actor();
    await one.map(await one.make(made.path('zombie'), PAGE), PAGE);
    const zombie = await one.do('zombie');
    await until(() => readFileSync(`/proc/${zombie}/stat`, 'utf8').includes(') Z '), 'a zombie');
    const { segments, hidden } = await model.store.refresh();
    assert.deepEqual(new Set(only(segments, isOf(one.pid)).mappings.map((mapping) => mapping.pid)), new Set([one.pid]));
    assert.ok(!hidden.some(({ pid }) => pid === zombie));
  });

  it('sees what the threads have of a process whose first thread has ended', async () => {
    const path = made.path('leaderless');
    const one = await actor();
    await one.do('fill', await one.map(await one.make(path, PAGE), PAGE), 1, 1);
    await model.store.refresh();
    const pid = await one.do('leaderless');
    try {
      await until(() => readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z '), 'the end of the first thread');
      await one.end();
      for (const whole of [false, true, true]) {
        await (whole ? model.store.refresh() : model.store.look(true));
        const segment = only(model.store.last?.segments ?? [], (each) => each.path === path);
        assert.deepEqual(
          [segment.mappings.map((mapping) => [mapping.pid, mapping.process]), segment.orphaned],
          [[[pid, 'actor']], false],
        );
      }
      process.kill(pid, 'SIGKILL');
      await until(() => !existsSync(`/proc/${pid}/task`), 'its end');
      const left = only((await model.store.refresh()).segments, (segment) => segment.path === path);
      assert.deepEqual([left.mappings, left.orphaned], [[], true]);
    } finally {
      if (existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGKILL');
    }
  });

  it('forgets what a process had before it ran another program', async () => {
    const one = await actor();
    const path = made.path('exec');
    await one.do('close', await one.make(path, PAGE));
    let ended = false;
    const looking = (async () => {
      while (!ended) await scans(3, () => undefined);
    })();
    try {
      for (let i = 0; i < 20; i++) {
        await one.map(await one.do('open', path, 2, 0), PAGE);
        const before = only((await model.store.refresh()).segments, (segment) => segment.path === path);
        assert.deepEqual(
          before.mappings.map((mapping) => mapping.pid),
          [one.pid],
        );
        await one.do('exec');
        const after = only((await model.store.refresh()).segments, (segment) => segment.path === path);
        assert.deepEqual([after.mappings, after.holders, after.id], [[], [], before.id]);
      }
    } finally {
      ended = true;
      await looking;
    }
  });
});
