/** Processes and threads that come, go, change and hold still while a field of theirs is watched. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { dwarfFile } from '../../../scripts/setup/dwarf.mjs';
import { skipBecause } from '../../support/skip.ts';
import { assertLine, end, FIELD, of, OTHERS, pause, seen, storing, tell, total, unharmed, until } from './storing.ts';
import { STORIES } from './support.ts';

const STORE = 'board->field = value';

describe('writers: what processes do while they are watched', () => {
  const { made, compile, board, start, segmentOf, watch, program } = storing();

  before(function () {
    if (!existsSync(dwarfFile)) skipBecause(this, 'shmscope-dwarf could not be built on this machine');
  });

  it('one that begins to map the segment is found, and its stores are counted', async () => {
    const path = board();
    const session = await watch(await segmentOf(path));
    assert.equal(session.view.processes, 0);
    const late = await start(path, 'store', 20, 1);
    await until('that it is watched', () => session.view.processes === 1);
    tell(late);
    const view = await seen(session, 20);
    assert.deepEqual([total(view.places), view.seen, view.lost, view.missed], [20, 20, 0, []]);
    assertLine(view.places, 'store', STORE);
    await unharmed(late);
  });

  it('forks that live for one store are named, with their line', async () => {
    const path = board();
    const parent = await start(path, 'fork', 30, 0);
    const session = await watch(await segmentOf(path));
    tell(parent);
    const view = await seen(session, 30);
    assert.equal(view.seen, 30);
    assert.equal(new Set(view.places.map(({ pid }) => pid)).size, 30);
    assert.deepEqual([...new Set(view.places.map(({ process }) => process))], ['stores']);
    assertLine(view.places, 'store', STORE);
    assert.deepEqual(view.missed, []);
    await unharmed(parent);
  });

  it('threads that come later are watched from their beginning', async () => {
    const path = board();
    const running = await start(path, 'thread', 30, 0);
    const session = await watch(await segmentOf(path));
    tell(running);
    const view = await seen(session, 30);
    assert.deepEqual([total(view.places), view.seen], [30, 30]);
    assert.ok(view.places.every(({ tid, pid, process }) => tid !== pid && pid === running.pid && process === 'stores'));
    assertLine(view.places, 'store', STORE);
    await unharmed(running);
  });

  it('one that ends keeps its stores in the report, and ends as ever', async () => {
    const path = board();
    const [one, other] = [await start(path, 'exit', 20, 1), await start(path, 'load', 1, 0)];
    const session = await watch(await segmentOf(path));
    tell(one);
    assert.equal(await one.exit, 0);
    const view = await seen(session, 20);
    assert.equal(view.state, 'ended');
    assertLine(of(view, one.pid), 'store', STORE);
    assert.deepEqual(view.missed, []);
    await unharmed(other);
  });

  it('one that becomes another program, which maps it again at the same address, is watched again', async () => {
    const path = board();
    const running = await start(path, 'become', 10, 1, program());
    const session = await watch(await segmentOf(path));
    tell(running);
    await until('the other program', () => readFileSync(`/proc/${running.pid}/cmdline`, 'utf8').includes('\0store\0'));
    await until('its mapping', () => readFileSync(`/proc/${running.pid}/maps`, 'utf8').includes(path));
    // It is watched at one of the looks from now on: at each it is told to go on only once.
    await pause(1500);
    tell(running);
    const view = await seen(session, 20);
    assert.equal(view.seen, 20);
    assertLine(view.places, 'store', STORE);
    assert.deepEqual(view.missed, []);
    await unharmed(running);
  });

  it('one that is stopped is watched, and stays stopped', async () => {
    const path = board();
    const [stopped, other] = [await start(path, 'store', 20, 1), await start(path, 'store', 20, 1)];
    stopped.child.kill('SIGSTOP');
    await until('that it is stopped', () => stateOf(stopped.pid) === 'T');
    const session = await watch(await segmentOf(path));
    assert.equal(session.view.processes, 2);
    tell(stopped);
    tell(other);
    await until('the stores of the other one', () => total(of(session.view, other.pid)) === 20);
    assert.deepEqual(of(session.view, stopped.pid), []);
    assert.equal(stateOf(stopped.pid), 'T');
    stopped.child.kill('SIGCONT');
    const view = await seen(session, 20, stopped.pid);
    assert.equal(total(view.places), 40);
    assert.deepEqual(view.missed, []);
    await unharmed(stopped);
  });

  it('one that has ended and is not waited for is no mapper, and is not missed', async () => {
    const path = board();
    const name = path.slice('/dev/shm'.length);
    // A shell that became sleep does not wait for its child.
    const parent = spawn('sh', ['-c', '"$0" "$1" store 1 0 & echo $!; exec sleep 60', program(), name]);
    try {
      const said = String(await once(parent.stdout, 'data').then(([text]: unknown[]) => text));
      const pid = Number(said.split('\n')[0]);
      await until('its mapping', () => readFileSync(`/proc/${pid}/maps`, 'utf8').includes(path));
      const segment = await segmentOf(path);
      process.kill(pid, 'SIGKILL');
      await until('a zombie', () => stateOf(pid) === 'Z');
      // By the segment as it was before.
      const view = await end(await watch(segment));
      assert.deepEqual([view.places, view.missed, view.processes, view.failure], [[], [], 0, undefined]);
    } finally {
      parent.kill('SIGKILL');
      await once(parent, 'exit');
    }
  });

  it('one whose registers a debugger has taken is missed, and the others are seen', async function () {
    if (!existsSync('/usr/bin/gdb')) skipBecause(this, 'there is no gdb');
    const path = board();
    const [debugged, other] = [await start(path, 'load', 1, 0), await start(path, 'store', 20, 1)];
    const at = 0x5b0000000000n;
    const watches = [0n, 8n, 16n, 24n].map((offset) => `watch -l *(long *)0x${(at + offset).toString(16)}`);
    const commands = ['set can-use-hw-watchpoints 1', ...watches, 'continue'].flatMap((each) => ['-ex', each]);
    // Without the sanitizer's library, which this process may run with.
    const env = { PATH: process.env['PATH'], HOME: '/' };
    const gdb = spawn('/usr/bin/gdb', ['-q', '-nx', '-p', `${debugged.pid}`, ...commands], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env,
    });
    try {
      let said = '';
      gdb.stdout.on('data', (text) => (said += String(text)));
      await until('that gdb goes on', () => said.includes('Continuing'));
      // It only reads, so it is asked for with `reads`.
      await until('that it runs with its registers taken', () => stateOf(debugged.pid) === 'S');
      const session = await watch(await segmentOf(path), [FIELD], true);
      tell(other);
      const view = await seen(session, 20, other.pid);
      const [missed, ...others] = view.missed;
      assert.deepEqual(others, []);
      assert.deepEqual(
        [missed?.pid, missed?.tid, missed?.code, missed?.process],
        [debugged.pid, debugged.pid, 'ENOSPC', 'stores'],
      );
      assert.match(missed?.reason ?? '', /debugger/);
    } finally {
      gdb.kill('SIGKILL');
      await once(gdb, 'exit');
    }
    await unharmed(other);
  });

  it('2,000 threads are watched, or named', async () => {
    const path = board();
    const running = await start(path, 'many', 2000, 0);
    const session = await watch(await segmentOf(path));
    const { threads, missed } = session.view;
    assert.equal(threads + missed.length, 2001);
    assert.deepEqual(new Set(missed.map(({ code }) => code)), new Set(missed.length === 0 ? [] : ['EMFILE']));
    tell(running);
    const view = await seen(session, threads - 1);
    assert.equal(total(view.places), 2000 - missed.length);
    assert.equal(view.lost, 0);
    await unharmed(running);
  });

  it('leaves no register taken: four fields can be watched again at once, in all threads', async () => {
    const path = board();
    const [threads, one] = [await start(path, 'many', 20, 0), await start(path, 'four', 10, 1)];
    const segment = await segmentOf(path);
    for (let round = 0; round < 3; round++) {
      const session = await watch(segment, [FIELD, ...OTHERS]);
      assert.deepEqual([session.view.missed, session.view.threads], [[], 22]);
      session.dispose();
      await until('its end', () => session.view.state === 'ended');
    }
    const session = await watch(segment, [FIELD, ...OTHERS]);
    tell(one);
    tell(threads);
    const { places } = await seen(session, 60);
    const totals = [0, 1, 2, 3].map((field) => total(places.filter((place) => place.field === field)));
    assert.deepEqual(totals, [30, 10, 10, 10]);
    await unharmed(one);
    await unharmed(threads);
  });

  it('goes on where the object is unlinked, and where it was cut for some time', async () => {
    const path = board();
    const running = await start(path, 'store', 20, 1);
    const session = await watch(await segmentOf(path));
    // Whoever stores past the end is killed by SIGBUS, whether somebody watches or not.
    truncateSync(path, 0);
    await pause(500);
    truncateSync(path, 8192);
    unlinkSync(path);
    await pause(500);
    assert.equal(session.view.state, 'running');
    tell(running);
    const view = await seen(session, 20);
    assert.deepEqual([total(view.places), view.missed], [20, []]);
    assertLine(view.places, 'store', STORE);
    await unharmed(running);
  });

  it('one that puts something else in the place of the field is not said to write to it', async () => {
    const path = made.path('leaves');
    writeFileSync(path, Buffer.alloc(4096));
    const running = await made.start(compile('leaves', join(STORIES, 'leaves.c')), `/${basename(path)}`);
    const session = await watch(await segmentOf(path));
    process.kill(running.pid, 'SIGUSR1');
    await until('its stores', () => total(session.view.places) === 100);
    process.kill(running.pid, 'SIGUSR1');
    await until('that it has let go', () => session.view.missed.some(({ code }) => code === 'EFAULT'));
    await pause(500);
    assert.equal(total(session.view.places), 100);
    assert.equal(session.view.seen, 100);
  });
});

/** As /proc/PID/stat has it: S, T, Z. */
function stateOf(pid: number): string {
  return readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .slice(0, 1);
}
