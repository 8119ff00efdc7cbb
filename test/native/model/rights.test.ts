/** What an ordinary user is told: all that may be seen, how much may not, and nothing that is not known. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Segment } from '../../../api.d.ts';
import { hasCapability, hidesOthers, parseProcMount } from '../../../src/segments/procfs.ts';
import { skipBecause } from '../../support/skip.ts';
import { NOBODY, obstacle } from '../other_user.ts';
import { ADDON, cleanup, unique } from '../support.ts';
import { actors, IPC, PAGE, type Actor } from './actor.ts';

interface Told {
  readonly kind: string;
  readonly orphaned: boolean;
  readonly access: string;
  readonly reason: string;
  readonly mappers: readonly string[];
  readonly holders: number;
  readonly mayHide: boolean;
  readonly read: string;
}

interface Answer {
  readonly uid: number;
  readonly found: Readonly<Record<string, Told>>;
  /** Its anonymous memory. */
  readonly memory: Partial<Segment>;
  readonly hidden: readonly (readonly [pid: number, uid: number, code: string])[];
}

function isAnswer(value: unknown): value is Answer {
  return (
    typeof value === 'object' && value !== null && 'uid' in value && 'found' in value && 'hidden' in value && 'memory' in value
  );
}

describe('whether /proc hides processes', () => {
  const line = (path: string, options: string) => `23 28 0:21 / ${path} rw,nosuid shared:13 - proc proc rw,${options}\n`;
  const texts: readonly [string, boolean][] = [
    [line('/proc', 'hidepid=invisible'), true],
    [line('/proc', 'gid=5,hidepid=2'), true],
    [line('/proc', 'hidepid=ptraceable,subset=pid'), true],
    [line('/proc', 'hidepid=noaccess'), true],
    [line('/proc', 'hidepid=0'), false],
    [line('/elsewhere/proc', 'hidepid=2'), false],
    [line('/proc', 'hidepid=2') + line('/proc', 'relatime'), false],
    ['', false],
  ];
  for (const [text, expected] of texts)
    it(JSON.stringify(text), () => {
      const facts = { ...parseProcMount(text), ptraceScope: 0, mayTrace: false, sharesWithUnseen: false };
      assert.equal(hidesOthers(facts, { uid: NOBODY, gids: [NOBODY] }), expected);
      assert.equal(hidesOthers({ ...facts, mayTrace: true }, { uid: 0, gids: [0] }), false);
    });

  it('root without CAP_SYS_PTRACE is not all-seeing', () => {
    assert.equal(hasCapability('CapEff:\t000001ffffffffff\n', 19n), true);
    assert.equal(hasCapability('CapEff:\t00000000a80425fb\n', 19n), false);
    assert.equal(hasCapability('', 19n), false);
  });
});

describe('rights of an ordinary user', () => {
  const made = cleanup();
  const actor = actors();
  let prefix: string;
  let root: Actor;
  let attached: number;
  let left: number;

  beforeEach(async function () {
    const reason = obstacle();
    if (reason !== undefined) skipBecause(this, reason);
    prefix = unique('rights');
    root = await actor();
    for (const [name, mode] of [
      ['root-mapped', 0o600],
      ['root-left', 0o644],
    ] as const) {
      const path = `/dev/shm/${prefix}-${name}`;
      made.remove(path);
      writeFileSync(path, 'root', { mode });
      chmodSync(path, mode);
    }
    for (const name of ['mapped', 'left', 'left-open']) made.remove(`/dev/shm/${prefix}-own-${name}`);
    await root.map(await root.do('open', `/dev/shm/${prefix}-root-mapped`, 2, 0), PAGE);
    attached = await root.do('shmget', 0, PAGE, IPC.create | 0o600);
    left = await root.do('shmget', 0, PAGE, IPC.create | 0o644);
    made.sysvMade(attached);
    made.sysvMade(left);
    await root.do('fill', await root.do('shmat', attached, 0), 1, 1);
    const address = await root.do('shmat', left, 0);
    await root.do('fill', address, 1, 1);
    await root.do('shmdt', address);
  });

  async function ask(through: readonly string[] = [], inside: readonly string[] = []): Promise<Answer> {
    const script = [process.execPath, join(import.meta.dirname, 'as_user.ts'), ADDON, prefix, String(attached), String(left)];
    const user = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
    const [command = '', ...args] = [...through, ...user, ...inside, ...script];
    const { stdout } = await promisify(execFile)(command, args, { cwd: '/' });
    const answer: unknown = JSON.parse(stdout);
    assert.ok(isAnswer(answer), stdout);
    return answer;
  }

  /** What does not depend on how much of the other processes is visible. */
  function assertOwn({ found, memory, uid }: Answer): void {
    assert.equal(uid, NOBODY);
    const { mayHide: _, ...mapped } = found['rights-own-mapped'] ?? assert.fail('its own object');
    assert.deepEqual(mapped, {
      ...{ kind: 'posix', orphaned: false, access: 'rw', reason: '', mappers: ['own'], holders: 0, read: 'own' },
    });
    const memfd = found['rights-own-memfd'] ?? assert.fail('its own memfd');
    assert.deepEqual([memfd.kind, memfd.mappers, memfd.access, memfd.read], ['memfd', ['own'], 'rw', 'mmm']);
    // Nobody but root may look at it: its owner is that of its process, and nothing tells how much memory it takes.
    const { kind, size, uid: owner, gid, mode, residentBytes, modifiedAt } = memory;
    assert.deepEqual([kind, size, owner, gid, mode], ['anonymous', 2 * PAGE, NOBODY, NOBODY, 0o777]);
    assert.deepEqual([residentBytes, modifiedAt], [undefined, undefined]);
    const sysv = found[String(left)] ?? assert.fail('what nobody has');
    assert.deepEqual([sysv.orphaned, sysv.access, sysv.mayHide], [true, 'r-', false]);
    assert.match(sysv.reason, /0644.*written.*group/);
    const busy = found[String(attached)] ?? assert.fail('what root has');
    assert.deepEqual([busy.orphaned, busy.access, busy.read], [false, '--', 'ENOTSUP']);
    assert.match(busy.reason, /uid 0 with mode 0600.*ask its owner/);
  }

  /** Somebody who is not seen may have these. */
  function assertNotClaimed({ found }: Answer): void {
    for (const name of ['root-mapped', 'root-left', 'own-left-open']) {
      const told = found[`rights-${name}`] ?? assert.fail(name);
      assert.deepEqual([name, told.orphaned, told.mayHide, told.mappers], [name, false, true, []]);
    }
    const mapped = found['rights-root-mapped'];
    assert.deepEqual([mapped?.access, mapped?.read], ['--', 'EACCES']);
    assert.deepEqual([found['rights-root-left']?.access, found['rights-root-left']?.read], ['r-', 'roo']);
  }

  it('shows what may be seen, counts what may not, and claims no orphan wrongly', async () => {
    const answer = await ask();
    assertOwn(answer);
    assertNotClaimed(answer);
    assert.deepEqual(
      answer.hidden.find(([pid]) => pid === root.pid),
      [root.pid, 0, 'EACCES'],
    );
    // What only this user and root may open.
    assert.deepEqual([answer.found['rights-own-left']?.orphaned, answer.found['rights-own-left']?.mayHide], [true, false]);
  });

  it('counts processes with their owner where /proc lets nobody into those of others (hidepid=1)', async () => {
    const answer = await ask(['unshare', '--mount', 'sh', '-c', 'mount -t proc -o hidepid=1 proc /proc && exec "$0" "$@"']);
    assertOwn(answer);
    assertNotClaimed(answer);
    const [hidden] = answer.hidden.filter(([pid]) => pid === root.pid);
    assert.deepEqual(hidden?.slice(0, 2), [root.pid, 0]);
  });

  it('works and claims nothing wrongly where /proc does not show the processes of others (hidepid=2)', async () => {
    const answer = await ask(['unshare', '--mount', 'sh', '-c', 'mount -t proc -o hidepid=2 proc /proc && exec "$0" "$@"']);
    assertOwn(answer);
    assertNotClaimed(answer);
    assert.deepEqual(answer.hidden, []);
    assert.equal(answer.found['rights-own-left']?.orphaned, false);
  });

  it('claims nothing wrongly as the root of a user namespace, whose capabilities end there', async function () {
    const inside = ['unshare', '--user', '--map-root-user'];
    const tried = spawnSync('setpriv', [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', ...inside, 'true']);
    if (tried.status !== 0) skipBecause(this, 'ordinary users may make no user namespaces here');
    const { found, hidden } = await ask([], inside);
    for (const name of ['root-mapped', 'own-left-open']) {
      const told = found[`rights-${name}`] ?? assert.fail(name);
      assert.deepEqual([name, told.orphaned, told.mayHide, told.mappers], [name, false, true, []]);
    }
    assert.ok(hidden.some(([pid]) => pid === root.pid));
  });

  it('does not call orphaned what a process of the same user may have that may not be looked into', async () => {
    // As programs do that keep secrets (ssh-agent) and browsers with a sandbox: prctl(PR_SET_DUMPABLE).
    const secret = await actor({ uid: NOBODY });
    await secret.do('dumpable', 0);
    const answer = await ask();
    assert.ok(answer.hidden.some(([pid, uid]) => pid === secret.pid && uid === NOBODY));
    assert.deepEqual([answer.found['rights-own-left']?.orphaned, answer.found['rights-own-left']?.mayHide], [false, true]);
  });
});
