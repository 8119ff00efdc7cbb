import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildPrograms } from '../../programs/build.ts';
import { skipBecause } from '../../support/skip.ts';
import { NOBODY, obstacle } from '../other_user.ts';
import { ADDON, addon, cleanup } from '../support.ts';
import { removeSet, reportOf, WAITING_PROGRAMS, whenWaiting } from './waiting.ts';

describe('native: threads that wait, for an ordinary user', () => {
  const made = cleanup();
  let semid = -1;
  afterEach(() => removeSet(semid));

  it('says whose threads may not be looked at, and sees the own ones', async function () {
    const reason = obstacle();
    if (reason !== undefined) skipBecause(this, reason);
    const program = join(await buildPrograms(WAITING_PROGRAMS), 'waiter');
    const path = made.path('root');
    const { pid } = await made.start(program, 'semop', path.slice('/dev/shm'.length));
    semid = reportOf(path).semid;
    await whenWaiting(addon, pid);
    const own = made.path('nobody').slice('/dev/shm'.length);
    const script = join(import.meta.dirname, 'as_user.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [script, ADDON, program, own, String(pid), String(semid)], {
      ...{ uid: NOBODY, gid: NOBODY, cwd: '/' },
    });
    const said: unknown = JSON.parse(stdout);
    const second = '/proc/2/cmdline';
    assert.deepEqual(said, {
      rows: [true],
      started: true,
      unseen: [pid],
      among: [true, false, true],
      kernel: existsSync(second) && readFileSync(second, 'utf8') !== '',
      threads: [
        [true, true, 0, 'waiter'],
        [false, true, 0, 'waiter'],
      ],
      error: 'EACCES',
      namespace: 'EACCES',
    });
  });
});
