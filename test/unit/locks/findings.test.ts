import assert from 'node:assert/strict';
import { cyclesOf } from '../../../src/locks/cycles.ts';
import type { Finding, Lock } from '../../../src/locks/face.ts';
import { findingSteps } from '../../../src/locks/findings.ts';
import { mutex, seen, segment, waiter } from './made.ts';

function findingsOf(...from: Parameters<typeof findingSteps>): Finding[] {
  const steps = findingSteps(...from);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

const LIMITS = { held: 10_000, unsignalled: 30_000 };
const a = segment('/a', [1, 2]);
const b = segment('/b', [1, 2, 3]);

describe('what is wrong with locks', () => {
  it('finds two processes that wait for each other, across segments, and says who holds what', () => {
    const all = [
      seen(a, mutex(0, 1, { waiters: [waiter(2)] }), mutex(64, 7)),
      seen(b, mutex(8, 2, { waiters: [waiter(1, { where: { function: 'take', file: '/src/take.c', line: 31 } })] })),
    ];
    const [found, ...others] = findingsOf(all, LIMITS, 2000);
    assert.deepEqual(others, []);
    assert.equal(found?.kind, 'deadlock');
    assert.equal(
      found.text,
      'Deadlock: p1 (1) holds lock0 in /a and waits for lock8 in /b (take() at take.c:31); p2 (2) holds lock8 in /b and waits for lock0 in /a. None of them goes on by itself.',
    );
    assert.deepEqual(
      found.cycle?.map(({ pid, wants, holds }) => [pid, holds.id, holds.offset, wants.id, wants.offset]),
      [
        [1, 'id /a', 0, 'id /b', 8],
        [2, 'id /b', 8, 'id /a', 0],
      ],
    );
  });

  it('finds cycles of three and of one, each once, and takes no part in them who only waits', () => {
    const three = seen(
      b,
      mutex(0, 1, { waiters: [waiter(3), waiter(9)] }),
      mutex(64, 2, { waiters: [waiter(1)] }),
      mutex(128, 3, { waiters: [waiter(2)] }),
      mutex(192, 5, { waiters: [waiter(5)] }),
    );
    assert.deepEqual(
      cyclesOf([three]).map((cycle) => cycle.map(({ tid }) => tid)),
      [[1, 2, 3], [5]],
    );
    const alone = findingsOf([three], LIMITS, 2000).find(({ cycle }) => cycle?.length === 1);
    assert.match(alone?.text ?? '', /^p5 \(5\) waits for lock192 in \/b, which it holds itself/);
  });

  it('calls no cycle what has an owner that has ended, or that is free', () => {
    const dead = { tid: 2, alive: false };
    const locks = [mutex(0, 1, { waiters: [waiter(2)] }), mutex(64, 2, { owner: dead, waiters: [waiter(1)] })];
    assert.deepEqual(cyclesOf([seen(a, ...locks)]), []);
    const free = [mutex(0, 1, { waiters: [waiter(2)] }), mutex(64, 2, { state: 'free', waiters: [waiter(1)] })];
    assert.deepEqual(cyclesOf([seen(a, ...free)]), []);
  });

  it('says that an owner has ended, who waits, and what comes of it', () => {
    const owner = { tid: 77, process: 'cleaner', pid: 77, alive: false };
    const held = (more: object) => seen(a, mutex(0, 77, { owner, ...more }));
    const [plain] = findingsOf([held({ waiters: [waiter(1), waiter(2, { tid: 21 })] })], LIMITS, 2000);
    assert.equal(plain?.kind, 'dead-owner');
    assert.equal(plain.severity, 'error');
    assert.equal(
      plain.text,
      'lock0 in /a is held by cleaner (77), which has ended. 2 threads wait: p1 (1) and p2 (2, thread 21). Nobody can unlock it any more.',
    );
    const [robust] = findingsOf([held({ robust: true, state: 'owner-died' })], LIMITS, 2000);
    assert.equal(robust?.severity, 'warning');
    assert.match(robust.text, /EOWNERDEAD/);
    const [lost] = findingsOf([seen(a, mutex(0, undefined, { state: 'unrecoverable' }))], LIMITS, 2000);
    assert.match(lost?.text ?? '', /ENOTRECOVERABLE/);
  });

  it('does not say at once that an owner has ended of whose number a thread lives: it may be a mapper that is not seen yet', () => {
    const owner = { tid: 77, alive: false, note: 'Thread 77 is by now one of process 77.' };
    const at = (now: number) => findingsOf([seen(a, mutex(0, 77, { owner, since: 1000 }))], LIMITS, now).map(({ kind }) => kind);
    assert.deepEqual(at(2000), []);
    assert.deepEqual(at(4000), ['dead-owner']);
  });

  it('says what is held for long, but not of a deadlock', () => {
    const found = (now: number) => findingsOf([seen(a, mutex(0, 1, { since: 1000 }))], LIMITS, now);
    assert.deepEqual(found(10_999), []);
    assert.match(found(26_000)[0]?.text ?? '', /^lock0 in \/a has been held by p1 \(1\) for 25 s\./);
    const cycle = seen(
      a,
      mutex(0, 1, { since: 1000, waiters: [waiter(2)] }),
      mutex(64, 2, { since: 1000, waiters: [waiter(1)] }),
    );
    assert.deepEqual(
      findingsOf([cycle], LIMITS, 26_000).map(({ kind }) => kind),
      ['deadlock'],
    );
  });

  it('says that nobody signals, where that was watched and the wait is long', () => {
    const cond = mutex(0, undefined, { kind: 'cond', type: 'pthread_cond_t', waiters: [waiter(1)] });
    const found = (signals: number | undefined, now: number) => findingsOf([seen(a, cond)], LIMITS, now, () => signals);
    assert.deepEqual(found(undefined, 90_000), []);
    assert.deepEqual(found(1, 90_000), []);
    assert.deepEqual(found(0, 30_999), []);
    assert.equal(
      found(0, 61_000)[0]?.text,
      'p1 (1) waits for lock0 in /a for 60 s, and nobody has signalled it since: 0 changes seen.',
    );
  });

  it('says what can be shared in place of a lock that cannot', () => {
    const said = (type: string, kind: Lock['kind']) => {
      const [found] = findingsOf([seen(a, mutex(0, undefined, { type, kind, processShared: false }))], LIMITS, 0);
      return /undefined (\(.*\))\.$/.exec(found?.text ?? '')?.[1];
    };
    assert.equal(said('pthread_mutex_t', 'mutex'), '(PTHREAD_PROCESS_SHARED is what they need)');
    assert.equal(said('sem_t', 'semaphore'), '(sem_init with pshared 1 is what they need)');
    assert.equal(said('std::mutex', 'mutex'), '(no std::mutex can be; a pthread_mutex_t with PTHREAD_PROCESS_SHARED can)');
    const counting = '(no std::counting_semaphore<9> can be; a sem_t of sem_init with pshared 1 can)';
    assert.equal(said('std::counting_semaphore<9>', 'semaphore'), counting);
  });

  it('says once of an array that its locks are not process-shared, where several processes map them', () => {
    const slots = [0, 1, 2].map((i) => mutex(i * 64, undefined, { path: `slots[${i}].lock`, processShared: false }));
    const [found, ...others] = findingsOf([seen(a, ...slots)], LIMITS, 0);
    assert.deepEqual(others, []);
    assert.match(found?.text ?? '', /^slots\[0\]\.lock in \/a and 2 more like it are not process-shared, and 2 processes map it/);
    assert.deepEqual(findingsOf([seen(segment('/c', [1]), ...slots)], LIMITS, 0), []);
  });

  it('gathers what is held for long in an array, and corrupt elements', () => {
    const slots = [0, 1, 2].map((i) => mutex(i * 64, 5, { path: `slots[${i}].lock`, since: 0 }));
    const bad = [3, 4].map((i) => mutex(i * 64, undefined, { path: `bad[${i}]`, corrupt: 'Its kind is 0x1234.' }));
    const found = findingsOf([seen(a, ...slots, mutex(512, 6, { path: 'own', since: 0 }), ...bad)], LIMITS, 20_000);
    assert.deepEqual(
      found.map(({ kind, locks }) => [kind, locks.length]),
      [
        ['corrupt', 2],
        ['held-long', 3],
        ['held-long', 1],
      ],
    );
    assert.match(found[0]?.text ?? '', /One more is like it\.$/);
    assert.match(found[1]?.text ?? '', /2 more are like it\.$/);
  });

  it('puts errors first, and keeps the key of what is the same', () => {
    const bad = mutex(64, undefined, { corrupt: 'Its kind is 0x1234.' });
    const all = [seen(a, mutex(0, 1, { since: 0 }), bad)];
    const found = findingsOf(all, LIMITS, 20_000);
    assert.deepEqual(
      found.map(({ kind }) => kind),
      ['corrupt', 'held-long'],
    );
    assert.deepEqual(
      found.map(({ key }) => key),
      findingsOf(all, LIMITS, 40_000).map(({ key }) => key),
    );
  });
});
