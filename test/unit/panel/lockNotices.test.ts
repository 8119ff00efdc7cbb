import assert from 'node:assert/strict';
import type { LockRef } from '../../../src/locks/face.ts';
import { LockNotices } from '../../../src/panel/lockNotices.ts';
import { FakeLocks, finding } from './locksFake.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Time passes when the test says so. */
function make() {
  const model = new FakeLocks();
  const asked: string[] = [];
  const shown: LockRef[] = [];
  const state = { now: 60_000, wanted: true, agrees: false, pass: undefined as (() => void) | undefined };
  const notices = new LockNotices({
    locks: model,
    open: () => new Map([['a', 0]]),
    now: () => state.now,
    wanted: () => state.wanted,
    ask: async (text) => {
      asked.push(text);
      return state.agrees;
    },
    show: (lock) => shown.push(lock),
    later: (run) => {
      state.pass = run;
      return { dispose: () => (state.pass = undefined) };
    },
  });
  return { model, asked, shown, state, notices };
}

describe('LockNotices', () => {
  it('tells of an error on a segment that is open, once', () => {
    const { model, asked, state } = make();
    model.tell([], [finding('other', 'b'), finding('minor', 'a', { severity: 'warning' })]);
    assert.deepEqual(asked, []);
    model.tell([], [finding('x')]);
    assert.deepEqual(asked, ['x is in trouble.']);
    state.pass?.();
    model.tell([], [finding('x')]);
    assert.equal(asked.length, 1);
  });

  it('is silent about what was there when the segment was opened', () => {
    const { model, asked, state } = make();
    state.now = 1000;
    model.tell([], [finding('x')]);
    state.now = 60_000;
    model.tell([], [finding('x')]);
    assert.deepEqual(asked, []);
    model.tell([], [finding('x'), finding('y')]);
    assert.deepEqual(asked, ['y is in trouble.']);
  });

  it('gathers what comes within the pause, without what has gone meanwhile', () => {
    const { model, asked, state } = make();
    model.tell([], [finding('x')]);
    model.tell([], [finding('x'), finding('y'), finding('gone')]);
    model.tell([], [finding('x'), finding('y'), finding('z')]);
    assert.equal(asked.length, 1);
    state.pass?.();
    assert.deepEqual(asked.slice(1), ['2 findings about locks, the first one: y is in trouble.']);
    state.pass?.();
    state.pass?.();
    assert.equal(asked.length, 2);
    model.tell([], [finding('w')]);
    assert.equal(asked.at(-1), 'w is in trouble.');
  });

  it('leads to the lock of the open segment where the user wants that', async () => {
    const { model, shown, state } = make();
    state.agrees = true;
    const locks = [{ id: 'b', segment: '/b', offset: 0 }, { id: 'a', segment: '/a', offset: 8 }]; // prettier-ignore
    model.tell([], [finding('x', 'a', { locks })]);
    await turn();
    assert.deepEqual(shown, [locks[1]]);
  });

  it('is silent where the user wants no word, follows nothing itself, and hears nothing when it has ended', () => {
    const { model, asked, state, notices } = make();
    state.wanted = false;
    model.tell([], [finding('x')]);
    assert.deepEqual(asked, []);
    assert.equal(model.followed, false);
    state.wanted = true;
    notices.dispose();
    model.tell([], [finding('y')]);
    assert.deepEqual(asked, []);
  });
});
