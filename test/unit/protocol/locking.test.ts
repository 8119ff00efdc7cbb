import assert from 'node:assert/strict';
import { MAX_LOCK_WAITERS, MAX_LOCKS } from '../../../src/protocol/limits.ts';
import { parseEnvelope, parseFromPage } from '../../../src/protocol/transport.ts';
import { corrupt, deadlock, many, ordinary, threeWay, untyped, without } from '../../page/fakeLocks.ts';

const parse = (locks: unknown) => parseEnvelope({ sequence: 1, message: { type: 'locks', locks } })?.message;
const [first] = ordinary.locks;

describe('the locks that a page is told of', () => {
  it('are taken as they are sent', () => {
    for (const locks of [ordinary, corrupt, without, untyped, many, { ...ordinary, findings: [threeWay] }])
      assert.deepEqual(parse(locks), { type: 'locks', locks });
    assert.deepEqual(parse(undefined), { type: 'locks' });
  });

  it('are refused where anything in them is wrong, or too much', () => {
    assert.ok(first);
    const wrongLocks: unknown[] = [
      { ...first, offset: -1 }, { ...first, state: 'asleep' }, { ...first, kind: 'door' }, { ...first, text: 5 }, { ...first, path: null },
      { ...first, notes: [1] }, { ...first, waiters: [{}] }, { ...first, moreWaiters: undefined }, { ...first, owner: { tid: 1 } },
      { ...first, share: { looks: 1 } }, { ...first, since: Number.NaN }, { ...first, robust: 1 }, { ...first, depth: 0.5 },
      { ...first, waiters: Array.from({ length: MAX_LOCK_WAITERS + 1 }, () => first.waiters[0]) },
      { ...first, waiters: [{ ...first.waiters[0], where: { line: -1 } }] },
    ]; // prettier-ignore
    const wrong: unknown[] = [
      null, [], 'all', {}, { ...ordinary, unseen: undefined }, { ...ordinary, unseen: { processes: -1 } }, { ...ordinary, more: 1 },
      { ...ordinary, elsewhere: [{ offset: 1 }] }, { ...ordinary, findings: [{ ...deadlock, severity: 'mild' }] },
      { ...ordinary, findings: [{ ...deadlock, cycle: [{}] }] }, { ...ordinary, findings: [{ ...deadlock, locks: [{ id: 'a' }] }] },
      { ...ordinary, problem: 7 }, { ...ordinary, locks: Array.from({ length: MAX_LOCKS + 1 }, () => first) },
      ...wrongLocks.map((one) => ({ ...ordinary, locks: [one] })),
    ]; // prettier-ignore
    for (const locks of wrong) assert.equal(parse(locks), undefined, JSON.stringify(locks)?.slice(0, 200));
  });

  it('can be asked about by place only', () => {
    const ask = (name: string, what: unknown) => parseFromPage({ type: 'request', id: 1, name, ask: what });
    assert.ok(ask('openWhere', { offset: 8, tid: 5 }));
    assert.ok(ask('showOtherLock', { id: 'posix:1', offset: 0 }));
    for (const what of [null, {}, { offset: -1, tid: 5 }, { offset: 8, tid: '5' }, { offset: 8 }])
      assert.equal(ask('openWhere', what), undefined);
    for (const what of [null, { id: 5, offset: 0 }, { id: 'a' }, { id: 'x'.repeat(10_000), offset: 0 }])
      assert.equal(ask('showOtherLock', what), undefined);
  });
});
