import assert from 'node:assert/strict';
import type { TypeLayout } from '../../../api.d.ts';
import { shmError } from '../../../src/native/errors.ts';
import { PanelLocks } from '../../../src/panel/locks.ts';
import { locksInfo } from '../../../src/panel/locksInfo.ts';
import { MAX_LOCK_TEXT, MAX_LOCK_WAITERS, MAX_LOCKS } from '../../../src/protocol/limits.ts';
import type { LocksInfo } from '../../../src/protocol/locking.ts';
import type { ToPage } from '../../../src/protocol/messages.ts';
import { parseEnvelope } from '../../../src/protocol/transport.ts';
import { FakeLocks, finding, lock, seen, segment, waiter } from './locksFake.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const type: TypeLayout = { name: 'struct A', kind: 'struct', size: 64, alignment: 8, origin: 'source' };

function make() {
  const model = new FakeLocks();
  const posted: ToPage[] = [];
  const logged: string[] = [];
  const shown = { segment: segment('a'), typing: { layout: undefined as { type: TypeLayout; offset: number } | undefined } };
  const locks = new PanelLocks({ locks: model, log: (line) => logged.push(line) }, shown, (message) => posted.push(message));
  const last = (): LocksInfo | undefined => {
    const message = posted.at(-1);
    return message?.type === 'locks' ? message.locks : undefined;
  };
  return { model, posted, logged, shown, locks, last };
}

describe('PanelLocks', () => {
  it('follows while a page is there, and no longer', () => {
    const { model, posted, locks } = make();
    assert.equal(model.followed, false);
    locks.greet();
    assert.equal(model.followed, true);
    locks.rest();
    assert.equal(model.followed, false);
    model.tell([seen('a', [lock(8)])]);
    assert.deepEqual(posted, []);
  });

  it('tells what it knows at once, what differs later, and nothing twice', () => {
    const { model, posted, locks, last } = make();
    model.tell([seen('a', [lock(8)]), seen('b', [lock(16)])]);
    locks.greet();
    assert.deepEqual(
      last()?.locks.map(({ offset }) => offset),
      [8],
    );
    model.tell([seen('a', [lock(8)])]);
    assert.equal(posted.length, 1);
    model.tell([seen('b', [lock(16)])]);
    assert.equal(posted.length, 1, 'another segment');
    model.tell([seen('a', [lock(8, { state: 'locked', text: 'locked by thread 4' })])], [finding('x'), finding('y', 'b')]);
    assert.equal(posted.length, 2);
    assert.deepEqual(
      last()?.findings.map(({ key }) => key),
      ['x'],
    );
    locks.greet();
    assert.equal(posted.length, 3, 'a page that knows nothing');
  });

  it('asks for a look with the type that the panel shows, and an older answer comes to nothing', async () => {
    const { model, shown, locks, last, posted } = make();
    locks.greet();
    shown.typing.layout = { type, offset: 64 };
    locks.typeChanged();
    assert.deepEqual(
      model.asked.map((one) => one.type),
      [undefined, 'struct A'],
    );
    model.asked[1]?.answer(seen('a', [lock(64)]));
    await turn();
    model.asked[0]?.answer(seen('a', []));
    await turn();
    assert.deepEqual(
      last()?.locks.map(({ offset }) => offset),
      [64],
    );
    assert.equal(posted.length, 1);
    locks.rest();
    locks.typeChanged();
    assert.equal(model.asked.length, 2, 'nobody sees it');
  });

  it('says why a look failed where nothing is known, and keeps what is', async () => {
    const { model, locks, last, logged } = make();
    locks.greet();
    model.asked[0]?.refuse(shmError('EACCES', 'It may not be read.'));
    await turn();
    assert.equal(last()?.problem, 'It may not be read.');
    assert.equal(logged.length, 1);
    model.tell([seen('a', [lock(8)])]);
    locks.typeChanged();
    model.asked[1]?.refuse(shmError('EIO', 'No.'));
    await turn();
    assert.equal(last()?.problem, undefined);
    assert.equal(last()?.locks.length, 1);
  });

  it('knows where the threads wait that it told of', () => {
    const { model, locks } = make();
    locks.greet();
    const where = { file: '/src/a.c', line: 3 };
    const elsewhere = [{ offset: 128, waiters: [waiter(9, { where: { function: 'f' } })] }];
    model.tell([seen('a', [lock(8, { waiters: [waiter(5), waiter(6, { where })] })], { elsewhere })]);
    assert.deepEqual(locks.whereOf(8, 6), where);
    assert.deepEqual(locks.whereOf(128, 9), { function: 'f' });
    for (const [offset, tid] of [
      [8, 5],
      [8, 9],
      [16, 6],
    ] as const)
      // prettier-ignore
      assert.throws(() => locks.whereOf(offset, tid), { code: 'ENOENT' });
    locks.reset();
    assert.throws(() => locks.whereOf(8, 6), { code: 'ENOENT' });
  });
});

describe('locksInfo', () => {
  it('is what the page takes, whatever a program is called and however many there are', () => {
    const long = 'x'.repeat(MAX_LOCK_TEXT * 2);
    const waiters = Array.from({ length: MAX_LOCK_WAITERS + 7 }, (_, index) => waiter(index + 1, { process: long }));
    const locks = Array.from({ length: MAX_LOCKS + 5 }, (_, index) =>
      lock(index * 64, { path: long, text: long, notes: [long] }),
    );
    const last = MAX_LOCKS + 4;
    const held = lock(last * 64, { state: 'locked', waiters, owner: { tid: 3, alive: false, process: long, note: long } });
    locks[last] = held;
    const dead = finding('x', 'a', { text: long, locks: [{ id: 'a', segment: long, offset: held.offset }] });
    const info = locksInfo(seen('a', locks, { elsewhere: [{ offset: 4, waiters }] }), {
      findings: [dead],
      unseen: { processes: 2, remedy: long },
    });
    assert.deepEqual(parseEnvelope({ sequence: 1, message: { type: 'locks', locks: info } })?.message, {
      type: 'locks',
      locks: info,
    });
    assert.equal(info.locks.length, MAX_LOCKS);
    assert.equal(info.more, true);
    const kept = info.locks.at(-1);
    assert.equal(kept?.offset, held.offset, 'of too many, those in trouble stay');
    assert.equal(kept?.waiters.length, MAX_LOCK_WAITERS);
    assert.equal(kept?.moreWaiters, 7);
    assert.equal(info.elsewhere[0]?.moreWaiters, 7);
  });

  it('tells of a cycle which locks are in this segment', () => {
    const [mine, other] = [
      { id: 'a', segment: '/a', offset: 8, path: 'lock' },
      { id: 'b', segment: '/b', offset: 0 },
    ];
    const step = { pid: 1, tid: 1, process: 'p', holds: mine, wants: other };
    const cycle = [step, { ...step, pid: 2, tid: 2, holds: other, wants: mine }];
    const found = finding('c', 'b', { kind: 'deadlock', cycle, locks: [other] });
    const info = locksInfo(seen('a', [lock(8)]), { findings: [found], unseen: { processes: 0 } });
    assert.deepEqual(info.findings[0]?.cycle?.map(({ holds, wants }) => [holds.here, wants.here]), [[true, false], [false, true]]); // prettier-ignore
  });
});
