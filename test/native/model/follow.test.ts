import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { CLOSE, follow } from '../../../src/segments/follow.ts';
import type { SegmentChange } from '../../../src/segments/changes.ts';
import { cleanup, freeKey } from '../support.ts';
import { makeModel, until } from './support.ts';

describe('following the machine', () => {
  const made = cleanup();
  let model: ReturnType<typeof makeModel>;
  let changes: SegmentChange[];
  beforeEach(async () => {
    model = makeModel();
    changes = [];
    await model.store.refresh();
    model.store.onDidChange((change) => changes.push(change));
  });
  afterEach(() => model.dispose());
  const paths = (key: keyof SegmentChange) => changes.flatMap((change) => change[key].map((segment) => segment.path));

  it('reports exactly what other programs made, resized and removed', async () => {
    const path = made.path('followed');
    writeFileSync(path, 'one');
    await until(() => paths('added').includes(path), 'creation');
    truncateSync(path, 100);
    await until(
      () => changes.some((change) => change.changed.some((segment) => segment.path === path && segment.size === 100)),
      'resize',
    );
    rmSync(path);
    await until(() => paths('removed').includes(path), 'removal');
    assert.deepEqual(
      paths('added').filter((other) => other === path),
      [path],
    );
  });

  it('goes on to report while a program changes its object without end', async () => {
    const path = made.path('storm');
    await made.start('truncator', path.slice('/dev/shm'.length));
    await until(() => paths('added').includes(path), 'the object under the storm');
    const other = made.path('beside');
    writeFileSync(other, 'x');
    await until(() => paths('added').includes(other), 'an object beside it');
  });

  it('never fails as a whole because an object goes while it is looked at', async () => {
    const path = made.path('churn');
    const script =
      'const fs = require("fs"); for (;;) { fs.writeFileSync(process.argv[1], "x"); fs.unlinkSync(process.argv[1]); }';
    const churn = spawn(process.execPath, ['-e', script, path]);
    try {
      for (let i = 0; i < 100; i++) await model.store.refresh();
      assert.equal(churn.exitCode, null);
    } finally {
      churn.kill('SIGKILL');
      await once(churn, 'exit');
    }
  });

  it('reports System V segments and who maps them, without an event of the file system', async () => {
    const key = freeKey();
    const writer = await made.start('sysv_writer', String(key));
    const ofKey = (key_: keyof SegmentChange) =>
      changes.flatMap((change) => change[key_]).filter((segment) => segment.sysv?.key === key);
    await until(
      () => ofKey('added').some((segment) => segment.mappings.some((mapping) => mapping.pid === writer.pid)),
      'the segment with its mapper',
    );
    await writer.dispose();
    await until(() => ofKey('removed').length > 0, 'removal');
  });

  it('tells who listens loosely too, of what an event tells and of what none does', async () => {
    const other = makeModel();
    try {
      await other.store.refresh();
      const seen: SegmentChange[] = [];
      other.store.onDidChangeLoosely((change) => seen.push(change));
      const added = (path: string) => seen.some((change) => change.added.some((segment) => segment.path === path));
      const path = made.path('loose');
      writeFileSync(path, 'x');
      await until(() => added(path), 'creation');
      const key = freeKey();
      await made.start('sysv_writer', String(key));
      await until(
        () => seen.some((change) => change.added.some((segment) => segment.sysv?.key === key)),
        'a System V segment',
        10_000,
      );
    } finally {
      other.dispose();
    }
  });

  it('stops when nobody listens', async () => {
    const other = makeModel();
    const seen: unknown[] = [];
    const listening = other.store.onDidChange((change) => seen.push(change));
    await other.store.refresh();
    listening.dispose();
    writeFileSync(made.path('unheard'), 'x');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.deepEqual(seen, []);
    other.dispose();
  });

  it('asks for names and sizes in time, however often processes map and unmap', async () => {
    const lists: boolean[] = [];
    const followed = {
      watch: () => ({ told: () => false, close: () => undefined }),
      moved: () => true,
      refresh: async (list: boolean) => void lists.push(list),
    };
    const following = follow(followed, CLOSE);
    try {
      await until(() => lists.includes(true), 'names and sizes', 10_000);
      assert.ok(lists.includes(false), 'looks at what moved in between');
    } finally {
      following.dispose();
    }
  });
});
