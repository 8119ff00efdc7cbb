import assert from 'node:assert/strict';
import * as say from '../../../../src/locks/viewTexts.ts';
import { segment } from '../segments.ts';
import { finding, held, lock, locksOf, NOW, set, step, waiter } from './fake.ts';

describe('texts of the Locks view', () => {
  it('names a lock by its field, by its type where it is the whole segment, else by its place', () => {
    assert.equal(say.lockName(lock()), 'queue.lock');
    assert.equal(say.lockName(lock({ path: '', type: 'sem_t' })), 'sem_t');
    const { path: _, ...unnamed } = lock();
    assert.equal(say.lockName(unnamed), 'pthread_mutex_t at 0x40');
  });

  it('gives each finding a short title', () => {
    const cycle = [step(12, 'a', 'queue.a', 'queue.b'), step(13, 'b', 'queue.b', 'queue.a')];
    const threads = cycle.map((one, i) => ({ ...one, pid: 12, tid: 12 + i }));
    const deadlock = (steps: typeof cycle): string => say.findingTitle(finding({ kind: 'deadlock', cycle: steps }));
    assert.deepEqual(
      [deadlock(cycle), deadlock(threads), deadlock(cycle.slice(0, 1))],
      ['Deadlock of 2 processes', 'Deadlock of 2 threads', 'Deadlock of a with itself'],
    );
    const kinds = ['dead-owner', 'unsignalled', 'held-long', 'corrupt', 'not-shared', 'mixed'] as const;
    assert.deepEqual(
      kinds.map((kind) => say.findingTitle(finding({ kind }))),
      [
        'Owner is dead: queue.lock',
        'Nobody signals: queue.lock',
        'Held for long: queue.lock',
        'Corrupt: queue.lock',
        'Not process-shared: queue.lock',
        'Mixed: queue.lock',
      ],
    );
    assert.equal(say.stepText(step(12, 'a', 'queue.a', 'queue.b')), 'a (12) holds queue.a, waits for queue.b');
  });

  it('says of a step through which segments and where', () => {
    const one = step(12, 'a', 'x', 'y', { tid: 14, where: { function: 'take', file: '/src/take.c', line: 9 } });
    assert.equal(say.stepDescription(one), 'thread 14 · take.c:9');
    const across = { ...one, wants: { ...one.wants, id: 'test:2', segment: 'other' } };
    assert.equal(say.stepDescription(across), 'thread 14 · object-1 → other · take.c:9');
  });

  it('counts what is held and who waits, or says why locks are not known', () => {
    const object = segment();
    const all = [lock(), held({ waiters: [waiter(1), waiter(2)] }), held()];
    assert.equal(say.segmentText(locksOf(object, all)), '3 locks · 2 held · 2 wait');
    const elsewhere = [{ offset: 8, waiters: [waiter(1)] }];
    assert.equal(say.segmentText(locksOf(object, [lock()], { elsewhere })), '1 lock · 1 waits');
    assert.equal(say.segmentText(locksOf(object, [lock()], { more: true })), '1 lock and more');
    assert.equal(say.segmentText(locksOf(object, [], { problem: 'You may not read it.' })), 'You may not read it.');
  });

  it('says who waits, since when and where, so that it stays true', () => {
    assert.equal(say.waiterText(waiter(1), NOW), 'since 14:02:07');
    const other = waiter(2, { pid: 1, exact: false, timed: true, stopped: true, where: { file: '/a/q.c', line: 88 } });
    assert.equal(say.waiterText(other, NOW), 'thread 2 · since before 14:02:07 · for a limited time · stopped · q.c:88');
    assert.equal(say.waiterText(waiter(1, { where: { function: 'take' } }), NOW), 'since 14:02:07 · in take()');
    assert.match(say.waiterText(waiter(1, { since: NOW - 86_400_000 }), NOW), /^since 2026-01-01 14:03:07$/);
  });

  it('says of an owner whether it lives, and since when only where that stands still', () => {
    const owner = { tid: 4712, pid: 4711, process: 'strategy', alive: true };
    assert.equal(say.ownerText(owner, NOW - 100, NOW), 'holds it · thread 4712');
    assert.equal(say.ownerText(owner, NOW - 5000, NOW), 'holds it · thread 4712 · since 14:03:02');
    assert.equal(
      say.ownerText({ tid: 9, alive: false, note: 'Tid 9 is vim now.' }, undefined, NOW),
      'is dead · Tid 9 is vim now.',
    );
    assert.equal(say.ownerText({ tid: 9, alive: false }, NOW - 5000, NOW), 'is dead · held it since 14:03:02');
    assert.equal(say.ownerName({ tid: 9, alive: false }), 'Thread 9');
  });

  it('gives shares in percent, and none where there was no look', () => {
    const share = { looks: 412, held: 152, contended: 2, since: NOW, holders: [] };
    assert.equal(say.shareText(share), 'held 37 % of 412 looks · contended under 1 %');
    assert.equal(say.shareText({ ...share, looks: 0, held: 0, contended: 0 }), 'held 0 % of 0 looks · contended 0 %');
  });

  it('tells more of a lock in its tooltip', () => {
    const one = held({
      depth: 2,
      robust: true,
      counted: 3,
      waiters: [waiter(1)],
      notes: ['It is recursive.'],
      since: NOW - 60_000,
    });
    assert.deepEqual(say.lockTooltip(one, 'object-1', NOW).split('\n'), [
      'queue.lock in object-1, at 0x40',
      'pthread_mutex_t: locked by strategy (4711)',
      'It has been so since 14:02:07.',
      'worker (1) waits, since 14:02:07',
      'The lock itself counts 3 threads that wait; killed ones stay counted.',
      'Its owner has locked it 2 times.',
      'It is robust: who locks it next is told that its owner has died.',
      'It is recursive.',
    ]);
    const crowd = Array.from({ length: 500 }, (_, i) => waiter(i + 1));
    assert.ok(say.lockTooltip(held({ waiters: crowd }), 'x', NOW).split('\n').length < 30);
  });

  it('says of System V semaphores their values, last process and waiters', () => {
    assert.equal(say.setText(set()), 'semid 5 · 1 semaphore');
    const { semaphores: _, ...refused } = set({ key: '0x00000000', reason: 'You may not read it.' });
    assert.equal(say.setText(refused), 'You may not read it.');
    assert.equal(say.setLabel(refused), 'semid 5');
    const semaphore = { value: 0, lastPid: 12, lastProcess: 'pusher', waitingMore: 2, waitingZero: 1 };
    assert.equal(say.semaphoreText(semaphore), 'value 0 · last changed by pusher (12) · 2 wait for more · 1 waits for 0');
    assert.equal(say.semaphoreText({ value: 3, lastPid: 0, waitingMore: 0, waitingZero: 0 }), 'value 3');
  });
});
