/** What the scanner does where this process, or the machine, does not let it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Segment } from '../../../api.d.ts';
import { ADDON, cleanup, freeKey, unique } from '../support.ts';
import { actors, PAGE, type Actor } from './actor.ts';
import { only } from './seen.ts';
import { makeModel } from './support.ts';

describe('faults', () => {
  const made = cleanup();
  const actor = actors();
  let model: ReturnType<typeof makeModel>;
  beforeEach(() => (model = makeModel()));
  afterEach(() => model.dispose());

  async function everything(): Promise<Actor> {
    const one = await actor();
    const fd = await one.make(made.path('posix'), PAGE);
    await one.do('fill', await one.map(fd, PAGE), 1, 1);
    await one.do('memfd', unique('memfd'), 0);
    await one.do('shmat', made.sysv(freeKey(), PAGE), 0);
    await one.map(-1, PAGE);
    return one;
  }
  const all = ['anonymous 1 0 false', 'memfd 0 1 false', 'posix 1 0 false', 'sysv 1 0 false'];

  async function scarce(limit: number, ...args: string[]): Promise<unknown> {
    const one = await everything();
    const script = [process.execPath, join(import.meta.dirname, 'scarce.ts'), ADDON, String(one.pid), ...args];
    const { stdout } = await promisify(execFile)('prlimit', [`--nofile=${limit}:4096`, ...script]);
    return JSON.parse(stdout);
  }

  it('finds all of every process with few descriptors', async () => assert.deepEqual(await scarce(64), [all]));

  it('says that no descriptor is left, instead of showing less, and shows all once there are some again', async () => {
    assert.deepEqual(await scarce(4096, '10'), [all, 'EMFILE', all]);
  });

  it('keeps the name of an object that two processes map by different names', async () => {
    const where = join(tmpdir(), unique('links'));
    mkdirSync(where);
    made.remove(where);
    const [first, second] = [join(where, 'a'), join(where, 'b')];
    writeFileSync(first, Buffer.alloc(PAGE));
    linkSync(first, second);
    const [one, two] = [await actor(), await actor()];
    for (const [each, path] of [
      [one, first],
      [two, second],
    ] as const)
      await each.map(await each.do('open', path, 2, 0), PAGE);
    const isIt = (segment: Segment) => segment.path === first || segment.path === second;
    const segment = only((await model.store.refresh()).segments, isIt);
    assert.equal(segment.name, segment.path);
    // A name of a process that is looked at is not that of the object.
    for (const each of [two, one, two, one]) {
      await each.map(-1, PAGE);
      await model.store.look(false);
      assert.equal(model.store.get(segment.id), segment);
    }
    rmSync(segment.name);
    // One of its names goes, and it is not unlinked for that: the other one leads to it.
    const left = only((await model.store.refresh()).segments, (each) => each.id === segment.id);
    const name = segment.name === first ? second : first;
    assert.deepEqual([left.unlinked, left.mappings.length, left.name, left.path], [false, 2, name, name]);
  });

  it('shows the private view of a file that is shared later', async () => {
    const path = join(tmpdir(), unique('later'));
    made.remove(path);
    const [one, two] = [await actor(), await actor()];
    await one.map(await one.make(path, PAGE), PAGE, { flags: 2 });
    await model.store.refresh();
    await two.map(await two.do('open', path, 2, 0), PAGE);
    await model.store.refresh();
    const segment = only(model.store.last?.segments ?? [], (each) => each.path === path);
    assert.deepEqual(new Set(segment.mappings.map(({ pid }) => pid)), new Set([one.pid, two.pid]));
  });
});
