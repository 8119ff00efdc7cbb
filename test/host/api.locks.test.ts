/** Locks and writers through the public API, in a real extension host. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Segment, ShmScopeApi } from '../../api.d.ts';
import { CHECKOUT } from '../programs/build.ts';
import { skipBecause } from '../support/skip.ts';
import { activate, cleanup, failsWith, promised } from './support.ts';

const STORIES = join(CHECKOUT, 'test/programs/stories');

describe('locks and writers of the API', () => {
  const made = cleanup();
  const folder = mkdtempSync(join(tmpdir(), 'shmscope-host-'));
  let api: ShmScopeApi;
  before(async function () {
    if (!existsSync(join(CHECKOUT, 'dist/shmscope-dwarf'))) skipBecause(this, 'there is no dist/shmscope-dwarf');
    api = await activate();
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function story(program: string, size: number, ...words: string[]): Promise<Segment> {
    const out = join(folder, program);
    execFileSync('cc', ['-g', '-O1', join(STORIES, `${program}.c`), '-o', out, '-lrt'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const name = made.name(program);
    const segment = await made.create(api, { kind: 'posix', name, size });
    await made.start(out, name, ...words);
    return segment;
  }

  const lineOf = (program: string, text: string): number =>
    readFileSync(join(STORIES, `${program}.c`), 'utf8')
      .split('\n')
      .findIndex((line) => line.includes(text)) + 1;

  it('gives the locks that the programs’ own type places, with the owner that has ended and who waits', async () => {
    const { id } = await story('workers', 360);
    const [lock, more, ...others] = await api.syncObjects(id);
    assert.deepEqual(others, []);
    assert.ok(lock);
    const { owner, waiters, ...rest } = lock;
    assert.deepEqual(rest, { offset: 0, path: 'lock', kind: 'mutex', state: 'locked', robust: false, processShared: true });
    assert.equal(owner?.alive, false);
    assert.deepEqual(waiters.map(({ process }) => process).sort(), ['worker-1', 'worker-2', 'worker-3']);
    for (const { pid, tid, sinceMs } of waiters) {
      assert.equal(pid, tid);
      assert.ok(sinceMs === undefined || sinceMs >= 0);
    }
    assert.deepEqual([more?.path, more?.kind, more?.state, more?.waiters], ['more', 'cond', 'free', []]);
  });

  it('gives those of a type that is handed in, and none where none is known', async () => {
    const segment = await made.create(api, { kind: 'posix', name: made.name('typed'), size: 64 });
    assert.deepEqual(await api.syncObjects(segment.id), []);
    const source = '#include <pthread.h>\nstruct pair { int n; pthread_mutex_t a; };';
    const [type] = await api.types({ source }, 'struct pair');
    assert.ok(type);
    const [found, ...others] = await api.syncObjects(segment.id, type);
    assert.deepEqual(others, []);
    assert.deepEqual([found?.path, found?.offset, found?.state, found?.owner], ['a', 8, 'free', undefined]);
    await api.resize(segment.id, 32);
    assert.deepEqual(await api.syncObjects(segment.id, type), [], 'it lies past the end');
  });

  it('gives a named semaphore without any type', async () => {
    const name = `/sem.${made.name('sem').slice(1)}`;
    const segment = await made.create(api, { kind: 'posix', name, size: 32 });
    await api.write(segment.id, 0, Uint8Array.from([3, 0, 0, 0, 0, 0, 0, 0, 0x80]));
    const [found] = await api.syncObjects(segment.id);
    assert.deepEqual([found?.kind, found?.state, found?.value, found?.processShared], ['semaphore', 'counting', 3, true]);
  });

  it('names who writes to a field by process and line, and says that all were watched', async () => {
    const { id } = await story('account', 40, 'a name of more than sixteen bytes');
    const { sites, missed } = await api.findWriters(id, 24, 8, 1000);
    assert.deepEqual(missed, []);
    const by = (process: string) => sites.find((site) => site.process === process);
    assert.deepEqual([by('deposits')?.function, by('deposits')?.line], ['deposit', lineOf('account', 'fetch_add')]);
    assert.equal(basename(by('deposits')?.file ?? ''), 'account.c');
    assert.deepEqual(by('renamer')?.caller?.line, lineOf('account', 'strcpy('));
    for (const { count, first, last, instruction } of sites) {
      assert.ok(count > 0 && first <= last && instruction > 0n);
      assert.ok(Math.abs(Date.now() - last) < 60_000);
    }
  });

  it('refuses what breakpoints cannot watch, and what is not there', async () => {
    const { id } = await made.create(api, { kind: 'posix', name: made.name('small'), size: 16 });
    await assert.rejects(api.findWriters(id, 4, 8, 100), failsWith('EINVAL', /aligned/));
    await assert.rejects(api.findWriters(id, 16, 4, 100), failsWith('ERANGE'));
    await assert.rejects(promised(api, 'findWriters', id, 0, 3, 100), failsWith('EINVAL'));
    await assert.rejects(api.findWriters(id, 0, 8, 0), failsWith('EINVAL'));
    await assert.rejects(api.findWriters('none', 0, 8, 100), failsWith('ESTALE'));
    await assert.rejects(api.syncObjects('none'), failsWith('ESTALE'));
    assert.deepEqual(await api.findWriters(id, 0, 8, 100), { sites: [], missed: [] });
  });
});
