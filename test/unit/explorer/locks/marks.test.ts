import assert from 'node:assert/strict';
import { LockMarks } from '../../../../src/explorer/locks/marks.ts';
import { segment } from '../segments.ts';
import { FakeLocks, finding, held, lock, locksOf, look, NOW, waiter } from './fake.ts';

const object = segment({ id: 'test:1' });
const other = segment({ id: 'test:2' });

describe('marks of locks in the explorer', () => {
  let model: FakeLocks;
  let marks: LockMarks;
  let told: (readonly string[])[];
  const marked = (locks: Parameters<typeof locksOf>[1], findings = [] as ReturnType<typeof finding>[]) => {
    model.last = look([locksOf(object, locks), locksOf(other, [])], { findings });
    marks.update();
    return marks.known(object);
  };

  beforeEach(() => {
    model = new FakeLocks();
    model.followed = true;
    marks = new LockMarks(model);
    told = [];
    marks.onDidChange((ids) => told.push(ids));
  });
  afterEach(() => marks.dispose());

  it('know nothing, and look at nothing, where nobody follows', () => {
    assert.equal(marks.known(object), undefined);
    marked([held({ waiters: [waiter(1)] })]);
    model.followed = false;
    assert.equal(marks.known(object), undefined);
    marks.update();
    assert.deepEqual(told, [['test:1'], ['test:1']], 'it came and went');
    assert.equal(model.looks, 0);
  });

  it('name what is held for a while, and not what comes and goes', () => {
    assert.equal(marked([held({ since: NOW - 100 }), lock()])?.text, '');
    assert.equal(marked([held({ since: NOW - 5000 }), lock()])?.text, '1 lock held');
    assert.equal(marked([held({ waiters: [waiter(1)] }), held({ since: NOW - 5000 })])?.text, '2 locks held · 1 waits');
    assert.deepEqual(told, [['test:1'], ['test:1']]);
    marks.update();
    assert.equal(told.length, 2, 'nothing new');
  });

  it('name findings, and tell errors from warnings', () => {
    const error = marked([held({ owner: { tid: 1, alive: false } })], [finding(), finding({ key: 'again' })]);
    assert.deepEqual([error?.text, error?.severe], ['owner dead', true]);
    assert.match(error?.lines.join('\n') ?? '', /^strategy \(4711\) died with queue\.lock/);
    const warning = marked([], [finding({ kind: 'held-long', severity: 'warning' })]);
    assert.deepEqual([warning?.text, warning?.severe], ['held for long', false]);
    assert.equal(marks.known(other)?.text, '', 'no finding of another segment');
  });

  it('list held locks with owners and waiters, a bounded number of them', () => {
    const waiters = Array.from({ length: 40 }, (_, i) => waiter(i + 1));
    const lines = marked(Array.from({ length: 50 }, () => held({ waiters })))?.lines ?? [];
    assert.equal(lines.length, 11);
    assert.equal(
      lines[0],
      'queue.lock: locked by strategy (4711); waiting: worker (1), worker (2), worker (3), worker (4), worker (5), 35 more',
    );
    assert.equal(lines.at(-1), 'and 40 more locks');
  });
});
