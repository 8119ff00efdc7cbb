import assert from 'node:assert/strict';
import { FieldTree } from '../../../src/decode/tree.ts';
import type { LockInfo } from '../../../src/protocol/locking.ts';
import { lockBanners } from '../../../webview/header/lockBanners.ts';
import { lockOf } from '../../../webview/locks/marks.ts';
import { NODE_HEIGHT, NODE_WIDTH, ringOf } from '../../../webview/locks/ring.ts';
import { keyOf, rowsOf, sortedLocks } from '../../../webview/locks/rows.ts';
import { locksWords } from '../../../webview/locks/standing.ts';
import { describe as tell, detailsOf, lookOf, shareText, sharesOf, valueText, whereText } from '../../../webview/locks/words.ts';
import { corrupt, deadlock, many, ordinary, queue, threeWay, untyped, without } from '../../page/fakeLocks.ts';

const find = (path: string): LockInfo => {
  const lock = ordinary.locks.find((one) => one.path === path);
  assert.ok(lock, path);
  return lock;
};

describe('a lock in words', () => {
  it('says the state with who waits, and looks as it stands', () => {
    assert.equal(valueText(find('lock')), 'locked by strategy (1240) · 2 wait');
    assert.equal(valueText(find('journal')), 'owner died: logger (1251) · 1 waits');
    assert.equal(valueText(find('slots')), 'count 3');
    assert.equal(valueText({ ...find('lock'), waiters: [], moreWaiters: 1200 }), 'locked by strategy (1240) · 1,200 wait');
    const looks = ['lock', 'journal', 'slots', 'readers', 'stats'].map((path) => lookOf(find(path)));
    assert.deepEqual(looks, ['held', 'bad', 'count', 'held', 'free']);
    assert.deepEqual(corrupt.locks.map(lookOf), ['bad']);
  });

  it('rounds shares without making something of nothing, or all of nearly all', () => {
    const share = (looks: number, held: number) => sharesOf({ looks, held, contended: 0, since: 0, holders: [] }).held;
    assert.deepEqual([share(0, 0), share(400, 0), share(400, 1), share(400, 399), share(400, 400)], ['0 %', '0 %', '<1 %', '99 %', '100 %']); // prettier-ignore
    const told = find('lock').share;
    assert.match(
      told ? shareText(told) : '',
      /^held 37 % \(strategy \(1240\) 32 %, feedhandler \(1234\) 5 %\) of 412 looks, contended 5 %/,
    );
  });

  it('tells each waiter with its place in the code, and what is more', () => {
    const details = detailsOf({ ...find('lock'), moreWaiters: 3 });
    assert.deepEqual(
      details.map(({ label }) => label),
      ['owner', 'waits', 'waits', 'wait', 'share', 'type'],
    );
    assert.deepEqual(details.flatMap(({ where, tid }) => (where === undefined ? [] : [[where, tid]])), [['feed.c:88 · push_order', 1236], ['flush', undefined]]); // prettier-ignore
    assert.match(tell(find('lock')), /since before .* · with a timeout at flush/);
    assert.equal(whereText({}), undefined);
  });
});

describe('the rows of the tab Locks', () => {
  it('begin with what is in trouble, then what is waited for, then what is held', () => {
    const paths = sortedLocks(ordinary).map(({ path }) => path);
    assert.deepEqual(paths, ['lock', 'journal', 'not_empty', 'readers', 'book.guard', 'slots', 'stats']);
  });

  it('have details beneath what was opened, and words where no lock is known at the end', () => {
    const rows = rowsOf(ordinary, new Set([keyOf(find('journal')), 'word 384']));
    assert.deepEqual(rows.map(({ kind }) => kind), ['lock', 'lock', 'detail', 'detail', 'detail', 'lock', 'lock', 'lock', 'lock', 'lock', 'elsewhere', 'detail']); // prettier-ignore
    assert.deepEqual(rows.slice(2, 5).map(({ position, siblings }) => [position, siblings]), [[0, 3], [1, 3], [2, 3]]); // prettier-ignore
    assert.equal(new Set(rows.map(({ key }) => key)).size, rows.length);
    assert.equal(rowsOf(many, new Set()).length, 2000);
  });
});

describe('locks among the fields', () => {
  it('are found by path or as what they are, and a struct that begins with one is none', () => {
    const tree = new FieldTree(queue, 0, 4096);
    for (const path of ['book', 'book.guard']) tree.toggle(path, true);
    const marked = Array.from({ length: tree.rowCount }, (_, index) => tree.rowAt(index)).flatMap((row) =>
      row && lockOf(row, ordinary) ? [row.path] : [],
    );
    assert.deepEqual(marked, ['lock', 'not_empty', 'slots', 'readers', 'book.guard', 'book.guard._M_mutex', 'stats', 'journal']);
  });
});

describe('a deadlock as a ring', () => {
  it('leads from each thread to the lock that it waits for, and from that to who holds it', () => {
    for (const { cycle = [] } of [deadlock, threeWay]) {
      const { nodes, arrows, width, height } = ringOf(cycle);
      assert.equal(nodes.length, 2 * cycle.length);
      assert.deepEqual(
        arrows.map(({ kind }) => kind),
        cycle.flatMap(() => ['waits', 'held']),
      );
      assert.deepEqual(
        nodes.filter(({ kind }) => kind === 'lock').map(({ lock }) => lock),
        cycle.map(({ wants }) => wants),
      );
      const places = new Set(nodes.map(({ x, y }) => `${x} ${y}`));
      assert.equal(places.size, nodes.length, 'no two at one place');
      for (const { x, y } of nodes) assert.ok(x >= 0 && y >= 0 && x + NODE_WIDTH <= width && y + NODE_HEIGHT <= height);
      for (const { x1, y1, x2, y2 } of arrows) assert.ok(x1 === x2 || y1 === y2, 'straight');
    }
  });

  it('keeps the pid of a process with a long name', () => {
    const { nodes } = ringOf(threeWay.cycle ?? []);
    assert.ok(
      nodes.some(({ lines }) => lines[0] === 'a_logger_with… (1251)'),
      JSON.stringify(nodes.map(({ lines }) => lines)),
    );
  });
});

describe('what the page says of locks as a whole', () => {
  const live = { phase: 'live', replaced: false, writing: false, canWrite: false, paused: false } as const;
  const typed = { type: queue, offset: 0 };
  const words = (
    ...[locks, phase = 'live', type = true]: [unknown: typeof untyped | undefined, phase?: 'live' | 'gone', type?: boolean]
  ) => locksWords({ locks, typed: type ? typed : undefined, status: { ...live, phase } }).map(({ text }) => text);

  it('says why there are none', () => {
    assert.deepEqual(words(undefined), ['Looking at the locks…']);
    assert.match(words(undefined, 'gone')[0] ?? '', /gone/);
    assert.deepEqual(words(untyped, 'live', false), ['Choose a type: it says where the locks are.']);
    assert.match(words(without)[0] ?? '', /^struct MarketRing holds no locks that ShmScope knows/);
    assert.deepEqual(words({ ...untyped, problem: 'It fails.' }), ['It fails.']);
  });

  it('says what was not seen', () => {
    assert.deepEqual(words(ordinary), []);
    assert.match(words(corrupt)[0] ?? '', /^The threads of 3 processes may not be looked at.* Run VS Code as root/);
    assert.deepEqual(words(many), ['There are more locks than these 2,000.']);
  });

  it('has a banner for errors only', () => {
    assert.deepEqual(lockBanners(undefined), []);
    const mild = { ...deadlock, severity: 'warning' as const };
    assert.deepEqual(lockBanners({ ...ordinary, findings: [mild] }), []);
    const [banner] = lockBanners(ordinary);
    assert.equal(banner?.tab, 'locks');
    assert.match(banner?.text ?? '', /^strategy .* And 1 finding more\.$/);
  });
});
