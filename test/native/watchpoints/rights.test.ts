import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { skipBecause } from '../../support/skip.ts';
import { NOBODY, obstacle } from '../other_user.ts';
import { ADDON, cleanup, unique } from '../support.ts';
import { PROGRAMS, watching } from './support.ts';
import { buildPrograms } from '../../programs/build.ts';

describe('native: watchpoints, an ordinary user', () => {
  const made = cleanup();
  const { page } = watching();

  it('watches processes of their own, with the memory that they may lock, and no others', async function () {
    const reason = obstacle();
    if (reason !== undefined) skipBecause(this, reason);
    if (Number(readFileSync('/proc/sys/kernel/perf_event_paranoid', 'utf8')) > 2)
      skipBecause(this, 'kernel.perf_event_paranoid forbids it to ordinary users');
    const stores = 200_000;
    const roots = await page().start('here', 1, 0);
    const name = `/${unique('user')}`;
    made.remove(`/dev/shm${name}`);
    const program = join(await buildPrograms(PROGRAMS), 'storer');
    const args = [join(import.meta.dirname, 'as_user.ts'), ADDON, program, name, String(stores), String(roots.pid)];
    const { stdout } = await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      ...{ uid: NOBODY, gid: NOBODY, cwd: '/' },
    });
    const said: unknown = JSON.parse(stdout);
    assert.ok(typeof said === 'object' && said !== null && 'seen' in said && 'lost' in said && 'counted' in said, stdout);
    const { seen, lost, counted, ...rest } = said;
    // Whatever its ring could not carry is counted: none is missing.
    assert.equal(Number(seen) + Number(lost), stores);
    assert.equal(counted, seen);
    assert.ok('unwalked' in rest && Number(rest.unwalked) > 0);
    assert.deepEqual({ ...rest, unwalked: 0 }, { watched: 1, foreign: 'EACCES\0', code: 0, unwalked: 0 });
  });
});
