/** What is reported, and that it is all and nothing else. */
import assert from 'node:assert/strict';
import { readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import type { Segment } from '../../../api.d.ts';
import type { SegmentChange } from '../../../src/segments/changes.ts';
import { cleanup, freeKey, unique } from '../support.ts';
import { actors, IPC, OPEN, PAGE, type Actor } from './actor.ts';
import { isOf } from './seen.ts';
import { makeModel, until as untilWithin } from './support.ts';

/** The looks are the rarer the more of the machine's time they take: nothing here is a matter of speed. */
const until = (test: () => boolean, what: string) => untilWithin(test, what, 30_000);

/** All of a segment that a caller can see. */
function visible(segment: Segment): string {
  return JSON.stringify(segment, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

describe('changes', function () {
  this.timeout(120_000);

  const made = cleanup();
  const actor = actors();
  let model: ReturnType<typeof makeModel>;
  let changes: SegmentChange[];
  /** The list as the events alone tell it. */
  let told: Map<string, string>;
  let wrong: string[];

  beforeEach(async () => {
    model = makeModel();
    changes = [];
    wrong = [];
    const { segments } = await model.store.refresh();
    told = new Map(segments.map((segment) => [segment.id, visible(segment)]));
    model.store.onDidChange((change) => {
      changes.push(change);
      for (const segment of change.added) {
        if (told.has(segment.id)) wrong.push(`added twice: ${segment.id}`);
        told.set(segment.id, visible(segment));
      }
      for (const segment of change.changed) {
        if (!told.has(segment.id)) wrong.push(`changed and never added: ${segment.id}`);
        if (told.get(segment.id) === visible(segment)) wrong.push(`changed in nothing: ${visible(segment)}`);
        told.set(segment.id, visible(segment));
      }
      for (const { id } of change.removed) if (!told.delete(id)) wrong.push(`removed and not there: ${id}`);
    });
  });
  afterEach(() => model.dispose());

  /** Nothing was reported wrongly, and nothing was left out: what the events told is what is there. */
  async function assertExact(): Promise<void> {
    await model.store.refresh();
    assert.deepEqual(wrong, []);
    const { segments } = model.store.last ?? assert.fail('no scan');
    assert.deepEqual(new Set(told.keys()), new Set(segments.map((segment) => segment.id)));
    for (const segment of segments) assert.equal(told.get(segment.id), visible(segment));
  }

  const pidsOf = (segment: Segment | undefined) => [...new Set(segment?.mappings.map((mapping) => mapping.pid))].sort();
  /** The segment of a process as the events told it last. */
  const latest = (test: (segment: Segment) => boolean) =>
    changes
      .flatMap(({ added, changed }) => [...added, ...changed])
      .filter(test)
      .at(-1);

  async function opened(what: string): Promise<{ one: Actor; fd: number; path: string; is: (segment: Segment) => boolean }> {
    const one = await actor();
    const path = made.path(what);
    const fd = await one.make(path, PAGE);
    const is = (segment: Segment) => segment.path === path;
    await until(() => latest(is)?.holders[0]?.pid === one.pid, 'the descriptor');
    return { one, fd, path, is };
  }

  it('reports the making, resizing and removal of an object', async () => {
    const path = made.path('life');
    const is = (segment: Segment) => segment.path === path;
    writeFileSync(path, 'one');
    await until(() => latest(is)?.size === 3, 'creation');
    truncateSync(path, 2 * PAGE);
    await until(() => latest(is)?.size === 2 * PAGE, 'resize');
    rmSync(path);
    await until(() => changes.some(({ removed }) => removed.some(is)), 'removal');
    await assertExact();
  });

  it('reports that a process which opened it long before maps and unmaps an object, and its child with it', async () => {
    const { one, fd, is } = await opened('mapped');
    const address = await one.map(fd, PAGE);
    await until(() => pidsOf(latest(is)).length === 1, 'the mapping');
    assert.deepEqual(latest(is)?.holders, []);
    const child = await one.do('fork');
    await until(() => pidsOf(latest(is)).includes(child), 'the mapping of the child');
    process.kill(child, 'SIGKILL');
    await until(() => pidsOf(latest(is)).length === 1, 'the end of the child');
    await one.do('unmap', address, PAGE);
    await until(() => pidsOf(latest(is)).length === 0, 'the end of the mapping');
    assert.equal(latest(is)?.holders.length, 1);
    await assertExact();
  });

  it('reports attaching, detaching and removal of System V segments', async () => {
    const id = made.sysv(freeKey(), PAGE);
    const is = (segment: Segment) => segment.sysv?.shmid === id;
    await until(() => latest(is) !== undefined, 'creation');
    const one = await actor();
    const address = await one.do('shmat', id, 0);
    await until(() => pidsOf(latest(is)).includes(one.pid) && latest(is)?.sysv?.attachCount === 1, 'attaching');
    await one.do('shmdt', address);
    await until(() => pidsOf(latest(is)).length === 0 && latest(is)?.sysv?.attachCount === 0, 'detaching');
    await one.do('shmctl', id, IPC.remove);
    await until(() => changes.some(({ removed }) => removed.some(is)), 'removal');
    await assertExact();
  });

  it('reports a memfd that a running process makes, before it maps it', async () => {
    const one = await actor();
    const name = unique('made');
    const fd = await one.do('memfd', name, 0);
    const is = (segment: Segment) => segment.name === name;
    await until(() => latest(is)?.holders[0]?.fd === fd, 'the descriptor');
    await one.do('truncate', fd, PAGE);
    await one.map(fd, PAGE);
    await until(() => latest(is)?.mappings[0]?.length === PAGE, 'the mapping');
    await one.do('close', fd);
    await one.end();
    await until(() => changes.some(({ removed }) => removed.some(is)), 'the end');
    await assertExact();
  });

  it('finds in a few looks that a mapping was replaced by one of the same size, which leaves no trace', async () => {
    const { one, fd, is } = await opened('first');
    const address = await one.map(fd, PAGE);
    const path = made.path('second');
    const second = await one.make(path, PAGE);
    const isSecond = (segment: Segment) => segment.path === path;
    await until(() => pidsOf(latest(is)).length === 1 && latest(isSecond)?.holders.length === 1, 'both objects');
    await one.do('replace', second, address, PAGE);
    // Each look takes some processes in turn.
    const most = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length;
    let looks = 0;
    while (pidsOf(latest(isSecond)).length === 0 && looks++ < most) await model.store.look(false);
    assert.deepEqual([pidsOf(latest(isSecond)), pidsOf(latest(is))], [[one.pid], []]);
    await assertExact();
  });

  it('reports nothing of descriptors that a mapper opens and closes, and of a heap that grows and shrinks', async () => {
    const { one, fd, path, is } = await opened('calm');
    await one.map(fd, PAGE);
    await one.do('heap');
    await until(() => pidsOf(latest(is)).length === 2, 'the mappings');
    await one.do('close', fd);
    await model.store.refresh();
    const [before, count] = [model.store.last?.segments.find(is), changes.length];
    for (let i = 0; i < 8; i++) {
      const again = await one.do('open', path, OPEN.read, 0);
      await new Promise((resolve) => setTimeout(resolve, 150));
      if (i % 2 === 1) await model.store.refresh();
      await one.do('close', again);
    }
    await model.store.refresh();
    const later = changes.slice(count);
    assert.deepEqual(
      later.flatMap(({ added, changed, removed }) => [...added, ...changed, ...removed]).filter(isOf(one.pid)),
      [],
    );
    // The very object that callers have already.
    assert.ok(before !== undefined && before === model.store.get(before.id));
    await assertExact();
  });
});
