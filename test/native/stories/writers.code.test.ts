/** Stores made by code of every kind: libraries, templates, code without debug info, programs that were removed. */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, unlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { dwarfFile } from '../../../scripts/setup/dwarf.mjs';
import type { WatchedField, WriterReportView } from '../../../src/writers/face.ts';
import { needsProgram, skipBecause } from '../../support/skip.ts';
import type { Running } from '../../programs/build.ts';
import { execFileSync, spawnSync } from 'node:child_process';
import { assertLine, LOCK, seen, SEMAPHORE, storing, tell, TEXT, total, unharmed } from './storing.ts';
import { lineOf, STORIES } from './support.ts';

const COUNT = 15;

describe('writers: the code that stores', () => {
  const { made, folder, compile, board, start, segmentOf, watch, program } = storing();

  before(function () {
    if (!existsSync(dwarfFile)) skipBecause(this, 'shmscope-dwarf could not be built on this machine');
  });

  /** What is seen of a program's stores; it is not harmed. */
  async function watched(path: string, running: Running, field?: WatchedField, count = COUNT): Promise<WriterReportView> {
    const session = await watch(await segmentOf(path), field && [field]);
    tell(running);
    const view = await seen(session, count);
    assert.deepEqual(view.missed, []);
    await unharmed(running);
    return view;
  }

  async function startCopy(path: string, copy: string): Promise<Running> {
    return made.start(copy, path.slice('/dev/shm'.length), 'store', `${COUNT}`, '1');
  }

  for (const [how, field, by, text, perAct] of [
    ['memcpy', undefined, 'copy', 'memcpy(', 2],
    ['strcpy', TEXT, 'copy_text', 'strcpy(', 0],
    ['sem_post', SEMAPHORE, 'post', 'sem_post(', 1],
  ] as const)
    it(`${how} in libc is told with the program's own caller`, async () => {
      const path = board();
      const { places, seen: stores, lost } = await watched(path, await start(path, how, COUNT, 1), field);
      assert.equal(lost, 0);
      if (perAct > 0) assert.equal(stores, COUNT * perAct);
      for (const { caller, object, own, ...place } of places.map((one) => ({ ...one, own: one.function === by }))) {
        assert.equal(own, false, JSON.stringify(place.function));
        assert.match(object ?? '', /libc/);
        assert.equal(
          caller?.function,
          by,
          JSON.stringify({ place, object }, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)),
        );
        assert.equal(basename(caller.file ?? ''), 'stores.c');
        assert.equal(caller.line, lineOf('stores.c', text));
      }
    });

  it('snprintf in libc is told as such, and where a sample does not reach down to its caller, none is made up', async () => {
    const path = board();
    // The buffers of printf's family take more of the stack than a sample carries (native/watchpoints_events.h).
    const { places } = await watched(path, await start(path, 'snprintf', COUNT, 1), TEXT);
    for (const { object, caller, function: name } of places) {
      assert.match(object ?? '', /libc/);
      assert.ok(name);
      if (caller) assert.deepEqual([caller.function, caller.line], ['print', lineOf('stores.c', 'snprintf(board')]);
    }
  });

  it('pthread_mutex_lock and _unlock are told with the lines that call them', async () => {
    const path = board();
    const { places } = await watched(path, await start(path, 'mutex', COUNT, 1), LOCK, 2 * COUNT);
    const lines = new Set(places.map(({ caller }) => `${caller?.function} ${caller?.line}`));
    assert.deepEqual(
      lines,
      new Set([
        `take ${lineOf('stores.c', 'pthread_mutex_lock(&board->lock)')}`,
        `take ${lineOf('stores.c', 'pthread_mutex_unlock(&board->lock)')}`,
      ]),
    );
    assert.equal(total(places), 2 * COUNT);
  });

  it('a library of its own that it has loaded is its own code', async () => {
    const path = board();
    const plugin = compile('plugin.so', join(STORIES, 'plugin.c'), ['-shared', '-fPIC']);
    const { places } = await watched(path, await start(path, 'plugin', COUNT, 1, plugin));
    assertLine(places, 'plugin_store', '*to = value', 'plugin.c');
    assert.equal(places[0]?.object, plugin);
  });

  it('templates in namespaces are called as in C++', async () => {
    const path = board();
    const market = compile('market', join(STORIES, 'market.cc'));
    const running = await made.start(market, path.slice('/dev/shm'.length), `${COUNT}`, '1');
    const { places } = await watched(path, running, undefined, 2 * COUNT);
    assert.deepEqual(
      places.map(({ function: name, line, count }) => [name?.replaceAll(' ', ''), line, count]).sort(),
      [
        ['market::Book<long>::quote', lineOf('market.cc', '*best_ = price'), COUNT],
        ['market::raise<long,7>', lineOf('market.cc', '*to = *to + step'), COUNT],
      ].sort(),
    );
  });

  it('a program without debug info gives the symbol, and says why there is no line', async () => {
    const path = board();
    const bare = compile('bare', join(STORIES, 'stores.c'), ['-g0']);
    const { places } = await watched(path, await startCopy(path, bare));
    const [place, ...others] = places;
    assert.deepEqual(others, []);
    assert.deepEqual([place?.function, place?.file, place?.line, place?.count], ['store', undefined, undefined, COUNT]);
    assert.match(place?.lack ?? '', /-g|debug info/);
  });

  it('a stripped one gives an address in its file, and says why', async function () {
    needsProgram(this, 'strip');
    const path = board();
    const stripped = join(folder, 'stripped');
    copyFileSync(program(), stripped);
    execFileSync('strip', ['-s', stripped]);
    const { places } = await watched(path, await startCopy(path, stripped));
    const [place, ...others] = places;
    assert.deepEqual(others, []);
    assert.deepEqual([place?.function, place?.line, place?.object, place?.count], [undefined, undefined, stripped, COUNT]);
    assert.ok((place?.instruction ?? 0n) > 0n);
    assert.match(place?.lack ?? '', /debug info/);
  });

  for (const when of ['before it is watched', 'while it is watched'])
    it(`one whose file was removed ${when} has its lines`, async () => {
      const path = board();
      const gone = join(folder, 'gone');
      copyFileSync(program(), gone);
      const running = await startCopy(path, gone);
      if (when === 'before it is watched') unlinkSync(gone);
      const session = await watch(await segmentOf(path));
      if (when === 'while it is watched') unlinkSync(gone);
      tell(running);
      assertLine((await seen(session, COUNT)).places, 'store', 'board->field = value');
      await unharmed(running);
    });

  for (const [compiler, ...flags] of [['musl-gcc'], ['musl-gcc', '-static'], ['i686-linux-gnu-gcc', '-static', '-DSTATIC']])
    it(`a program of ${[compiler, ...flags].join(' ')}`, async function () {
      if (compiler === undefined || spawnSync(compiler, ['--version']).error)
        skipBecause(this, `there is no ${compiler} on PATH`);
      const path = board();
      const other = compile(`other-${flags.length}`, join(STORIES, 'stores.c'), flags, compiler);
      if (spawnSync(other).status !== 2) skipBecause(this, `this machine runs no program of ${compiler}`);
      const { places } = await watched(path, await startCopy(path, other));
      assertLine(places, 'store', 'board->field = value');
      assert.equal(total(places) % COUNT, 0);
    });
});
