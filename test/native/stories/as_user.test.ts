/** What a user who is not root is told of writers and locks: what is theirs as ever, and of the rest that it was not seen. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dwarfFile } from '../../../scripts/setup/dwarf.mjs';
import { skipBecause } from '../../support/skip.ts';
import { compiling as compilingLocks, GLIBC, startOn } from '../locks/programs.ts';
import { NOBODY, obstacle } from '../other_user.ts';
import { ADDON } from '../support.ts';
import { storing } from './storing.ts';
import { lineOf } from './support.ts';

interface Told {
  readonly places: readonly { readonly own: boolean; readonly count: number; readonly line: number; readonly name: string }[];
  readonly missed: readonly { readonly pid: number; readonly code: string; readonly reason: string }[];
  readonly failure?: string;
  readonly code: number;
}
interface Said {
  readonly mine: Told;
  readonly shared: Told;
  readonly unseen: { readonly processes: number; readonly remedy?: string };
  readonly waiters: number;
}

const isTold = (value: unknown): value is Told =>
  typeof value === 'object' && value !== null && 'places' in value && Array.isArray(value.places) && 'missed' in value;
const isSaid = (value: unknown): value is Said =>
  typeof value === 'object' &&
  value !== null &&
  'mine' in value &&
  isTold(value.mine) &&
  'shared' in value &&
  isTold(value.shared) &&
  'unseen' in value &&
  'waiters' in value;

describe('writers and locks for an ordinary user', () => {
  const { made, start, board, program, folder } = storing();
  const compileLocks = compilingLocks();

  it('are those of their own processes; who may not be watched is named, and what helps is said', async function () {
    const reason = obstacle();
    if (reason !== undefined) skipBecause(this, reason);
    if (!existsSync(dwarfFile)) skipBecause(this, 'shmscope-dwarf could not be built on this machine');
    if (Number(readFileSync('/proc/sys/kernel/perf_event_paranoid', 'utf8')) > 2)
      skipBecause(this, 'kernel.perf_event_paranoid forbids it to ordinary users');
    const path = board();
    chmodSync(path, 0o666);
    const roots = await start(path, 'store', 1, 0);
    const { running, path: locked } = await startOn(this, made, compileLocks(this, 'lockstate.c', GLIBC.compiler), 'contended');
    chmodSync(locked, 0o666);
    // The folder of the programs is root's alone.
    const copy = join('/tmp', `${path.slice('/dev/shm/'.length)}-stores`);
    made.remove(copy);
    copyFileSync(program(), copy);
    assert.ok(folder);
    const names = [path, locked].map((each) => each.slice('/dev/shm'.length));
    made.remove(`${path}-own`);
    const args = [join(import.meta.dirname, 'as_user.ts'), ADDON, copy, ...names];
    const { stdout } = await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      ...{ uid: NOBODY, gid: NOBODY, cwd: '/' },
    });
    const said: unknown = JSON.parse(stdout);
    assert.ok(isSaid(said), stdout);
    const line = lineOf('stores.c', 'board->field = value');
    for (const { places, failure, code } of [said.mine, said.shared]) {
      assert.deepEqual([places, failure, code], [[{ own: true, count: 20, line, name: 'store' }], undefined, 0]);
    }
    // Nobody else can have opened it.
    assert.deepEqual(said.mine.missed, []);
    const missed = said.shared.missed.find(({ pid }) => pid === roots.pid);
    assert.ok(missed, 'the process of root that maps it is missed');
    assert.ok(['EACCES', 'EPERM'].includes(missed.code), missed.code);
    assert.match(missed.reason, /whether it maps the segment is not known.*CAP_/);
    assert.ok(said.unseen.processes > 0);
    assert.match(said.unseen.remedy ?? '', /CAP_SYS_PTRACE/);
    assert.equal(said.waiters, 0);
    assert.ok(running.pid > 0);
  });
});
