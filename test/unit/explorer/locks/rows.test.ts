import assert from 'node:assert/strict';
import type { Row } from '../../../../src/explorer/locks/row.ts';
import { topRows } from '../../../../src/explorer/locks/rows.ts';
import { segment } from '../segments.ts';
import { finding, held, lock, locksOf, look, set, step, waiter } from './fake.ts';

const below = (row: Row | undefined): readonly Row[] => row?.below?.take(Infinity) ?? [];
const labels = (rows: readonly Row[]): string[] => rows.map(({ label, description }) => label || description);
const object = segment({ id: 'test:1', name: '/object-1' });
const share = { looks: 10, held: 4, contended: 0, since: 0, holders: [] };

describe('rows of the Locks view', () => {
  it('begins with findings, errors first, then segments by name, System V, and what was not seen', () => {
    const other = segment({ name: '/another' });
    const findings = [finding({ key: 'a', severity: 'warning', kind: 'held-long' }), finding({ key: 'b' })];
    const all = [locksOf(object, [lock()]), locksOf(other, [], { problem: 'Its type fails.' }), locksOf(segment(), [])];
    const rows = topRows(look(all, { findings, sets: [set()], unseen: { processes: 2, remedy: 'Be root.' } }));
    assert.deepEqual(labels(rows), [
      'Owner is dead: queue.lock',
      'Held for long: queue.lock',
      'another',
      'object-1',
      'System V semaphores',
      '2 processes could not be looked at',
    ]);
    assert.deepEqual(
      rows.map(({ icon }) => icon.name),
      ['error', 'warning', 'warning', 'error', 'symbol-event', 'info'],
    );
    assert.match(rows.at(-1)?.tooltip?.() ?? '', /Be root\.$/);
    const unlisted = topRows(look(all, { unseen: { processes: 0, unlisted: 'others are not listed' } }));
    assert.equal(labels(unlisted).at(-1), 'others are not listed');
  });

  it('is empty where nothing has locks, whoever was not seen', () => {
    assert.deepEqual(topRows(look([locksOf(object, [])], { unseen: { processes: 2 } })), []);
  });

  it('leads from a finding to its first lock, with the steps of a deadlock below, open from the start', () => {
    const where = { file: '/src/a.c', line: 7 };
    const cycle = [step(12, 'a', 'queue.a', 'queue.b', { where }), step(13, 'b', 'queue.b', 'queue.a')];
    const [row] = topRows(look([locksOf(object, [lock()])], { findings: [finding({ kind: 'deadlock', cycle })] }));
    assert.deepEqual(row?.at, { id: 'test:1', offset: 0x40, size: 40 });
    assert.equal(row?.segment, object);
    assert.equal(row?.open, true);
    assert.deepEqual(labels(below(row)), ['a (12) holds queue.a, waits for queue.b', 'b (13) holds queue.b, waits for queue.a']);
    assert.deepEqual(
      below(row).map((one) => one.where),
      [where, undefined],
    );
    assert.equal(row?.tooltip?.(), finding().text);
  });

  it('shows locks in trouble first, then those that were seen held, then free ones, each by offset', () => {
    const locks = [
      lock({ offset: 0, path: 'never' }),
      lock({ offset: 8, path: 'now and then', share }),
      held({ offset: 16, path: 'held' }),
      held({ offset: 24, path: 'dead', owner: { tid: 1, alive: false } }),
      lock({ offset: 0x40, path: 'found' }),
    ];
    const [, row] = topRows(look([locksOf(object, locks)], { findings: [finding()] }));
    assert.deepEqual(labels(below(row)), ['dead', 'found', 'now and then', 'held', 'never']);
    assert.deepEqual(
      below(row).map(({ icon }) => icon.name),
      ['error', 'error', 'unlock', 'lock', 'unlock'],
    );
    assert.equal(row?.open, true);
  });

  it('gives each state its icon, and says it in words', () => {
    const icon = (change: Parameters<typeof lock>[0]): string =>
      below(topRows(look([locksOf(object, [lock(change)])]))[0])[0]?.icon.name ?? '';
    assert.equal(icon({ state: 'owner-died' }), 'warning');
    assert.equal(icon({ state: 'unrecoverable' }), 'error');
    assert.equal(icon({ corrupt: 'The kind is 99.' }), 'error');
    assert.equal(icon({ state: 'counting', kind: 'semaphore', waiters: [waiter(1)] }), 'watch');
    assert.equal(icon({ state: 'counting', kind: 'semaphore' }), 'circle-outline');
    const [row] = below(topRows(look([locksOf(object, [held({ waiters: [waiter(1)] })])]))[0]);
    assert.equal(row?.says, 'mutex queue.lock, locked by strategy (4711) · 1 waits');
  });

  it('lists below a lock its owner, who waits, notes and its share', () => {
    const one = held({
      waiters: [waiter(1, { where: { file: '/q.c', line: 8 } })],
      counted: 2,
      notes: ['It is recursive.'],
      share,
    });
    const rows = below(below(topRows(look([locksOf(object, [one])]))[0])[0]);
    assert.deepEqual(
      rows.map(({ kind, label }) => `${kind} ${label}`.trim()),
      ['owner strategy (4711)', 'waiter worker (1)', 'note', 'note', 'share'],
    );
    assert.deepEqual(rows[1]?.where, { file: '/q.c', line: 8 });
    assert.equal(rows[4]?.slow, true);
    assert.equal(rows[4]?.description, 'held 40 % of 10 looks · contended 0 %');
  });

  it('makes no more rows than are asked for, the last of them what the type has more', () => {
    const locks = Array.from({ length: 1000 }, (_, i) => lock({ offset: i * 40 }));
    const elsewhere = [{ offset: 4, waiters: [waiter(1)] }];
    const [row] = topRows(look([locksOf(object, locks, { elsewhere, more: true })]));
    assert.equal(row?.below?.count, 1002);
    assert.equal(row?.below?.take(100).length, 100);
    assert.deepEqual(labels(row?.below?.take(1002).slice(-2) ?? []), [
      'Waiting elsewhere',
      'The type has more locks than are looked at.',
    ]);
  });

  it('closes segments from the start where they are many, but for those in trouble', () => {
    const many = [object, ...Array.from({ length: 9 }, () => segment())].map((one) => locksOf(one, [lock()]));
    const rows = topRows(look(many, { findings: [finding()] })).filter(({ kind }) => kind === 'segment');
    assert.deepEqual(
      rows.filter(({ open }) => open).map(({ segment: one }) => one?.id),
      ['test:1'],
    );
  });

  it('shows sets with their semaphores and who waits for which, also where a set may not be read', () => {
    const waiting = set({ waiters: [{ ...waiter(3), semaphore: 0 }] });
    const { semaphores: _, ...refused } = set({ semid: 6, reason: 'EACCES', waiters: [{ ...waiter(4), semaphore: 2 }] });
    const [top] = topRows(look([], { sets: [refused, waiting] }));
    assert.equal(top?.description, '2 sets · 2 wait');
    const [first, second] = below(top);
    assert.deepEqual(labels(below(first)), ['#0']);
    assert.deepEqual(labels(below(below(first)[0])), ['worker (3)']);
    assert.equal(second?.icon.name, 'warning');
    assert.deepEqual(labels(below(second)), ['worker (4)']);
  });
});
