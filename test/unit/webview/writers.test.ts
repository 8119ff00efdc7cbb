import assert from 'node:assert/strict';
import { FieldTree } from '../../../src/decode/tree.ts';
import type { WriterInfo } from '../../../src/protocol/writing.ts';
import { watchableBytes, watchableRow, watchableSelection, type Watchable } from '../../../webview/writers/watchable.ts';
import { BY_RATE, ordered, turned } from '../../../webview/writers/order.ts';
import { WatchMarks } from '../../../webview/writers/marks.ts';
import { userLine, viaText } from '../../../webview/writers/userLine.ts';
import {
  agoText,
  durationText,
  headline,
  libraryText,
  lineText,
  missedLine,
  rateText,
  rowName,
  shareText,
  writerText,
} from '../../../webview/writers/words.ts';
import { marketRing, student } from '../../page/layouts.ts';
import { bid, copied, head, missed, place, report, several } from '../../page/reports.ts';

const SIZE = 65536;
const tree = new FieldTree(marketRing, 0, SIZE);
const rowOf = (path: string) => tree.find(path) ?? assert.fail(path);
const watchable = (path: string, size = SIZE): Watchable => watchableRow(rowOf(path), size);
const why = (found: Watchable): string => ('why' in found ? found.why : assert.fail(JSON.stringify(found)));

describe('what can be watched', () => {
  it('is a field of 1, 2, 4 or 8 aligned bytes, a small struct included', () => {
    assert.deepEqual(watchable('head'), { field: head });
    assert.deepEqual(watchable('best_bid'), { field: bid });
    assert.deepEqual(watchable('orders[3].price'), { field: { offset: 0x60 + 3 * 48 + 16, length: 8, path: 'orders[3].price' } });
    assert.deepEqual(watchable('flags'), { field: { offset: 8, length: 4, path: 'flags' } });
    assert.deepEqual(watchable('symbol'), { field: { offset: 0x40, length: 8, path: 'symbol' } });
  });

  it('is the smallest unit around a bit-field, and says so', () => {
    assert.deepEqual(watchable('flags.ready'), {
      field: { offset: 8, length: 1, path: 'flags.ready' },
      note: 'flags.ready is a bit-field: the byte at 0x8 is watched, with all that it holds.',
    });
    const mode = watchable('flags.mode');
    assert.ok('field' in mode);
    assert.deepEqual(mode.field, { offset: 8, length: 4, path: 'flags.mode' });
  });

  it('is not what is too large, not aligned or past the end, and says what helps', () => {
    assert.equal(why(watchable('orders')), 'orders has 1,024 elements: choose one of them.');
    assert.equal(why(watchable('orders[0]')), 'orders[0] is a struct of 48 bytes: choose one of its fields.');
    assert.match(why(watchable('orders[0].note')), /^orders\[0\]\.note has 20 bytes: select 1, 2, 4 or 8 aligned bytes of it/);
    assert.equal(why(watchable('head', 0x3a)), 'head lies past the end of the segment.');
    const shifted = new FieldTree(student, 1, SIZE).find('age') ?? assert.fail();
    assert.match(why(watchableRow(shifted, SIZE)), /^age is not aligned: it begins at 0x21, which 4 does not divide/);
  });

  it('of bytes are 1, 2, 4 or 8 at an offset that their number divides', () => {
    assert.deepEqual(watchableBytes(0x1002, 0x1004), { field: { offset: 0x1002, length: 2 } });
    assert.match(why(watchableBytes(1, 4)), /^3 bytes from 0x1 on are selected/);
    assert.match(why(watchableBytes(2, 6)), /^4 bytes from 0x2 on are selected/);
  });

  it('of a selection is the field, also where one byte of it is selected, and else the bytes', () => {
    const at = (start: number, end: number, path?: string) =>
      watchableSelection({ start, end }, path === undefined ? undefined : rowOf(path), SIZE);
    assert.deepEqual(at(0x38, 0x3c, 'head'), { field: head });
    assert.deepEqual(at(0x39, 0x3a, 'head'), { field: head });
    assert.deepEqual(at(0x38, 0x3a, 'head'), { field: { offset: 0x38, length: 2 } });
    assert.deepEqual(at(0x60, 0x61, 'orders'), { field: { offset: 0x60, length: 1 } });
    assert.deepEqual(at(0x7d, 0x7e, 'orders[0].note'), { field: { offset: 0x7d, length: 1 } });
    assert.match(why(at(0x60, 0x60 + 49152, 'orders')), /choose one of them/);
    assert.equal(why(watchableSelection({ start: 0, end: 1 }, undefined, 0)), 'The segment has no bytes.');
  });
});

describe('what is said of writers', () => {
  const now = 1_700_000_000_000;
  const ended = { state: 'ended', endsAt: now + 7000 } as const;

  it('tells nobody from none seen', () => {
    assert.equal(headline(report({}, now)), 'Watching 3 threads of 2 processes… nobody has written so far.');
    assert.equal(headline(report({ reads: true }, now)), 'Watching 3 threads of 2 processes… nobody has touched it so far.');
    assert.equal(
      headline(report({ ...ended, processes: 3 }, now)),
      'Nobody wrote to it: every thread of all 3 processes was watched for 10 s.',
    );
    assert.equal(
      headline(report({ ...ended, processes: 1, fields: [head, bid] }, now)),
      'Nobody wrote to them: every thread of its only process was watched for 10 s.',
    );
    assert.equal(
      headline(report({ ...ended, processes: 0 }, now)),
      'Nobody wrote to it: no process mapped the segment writable for 10 s.',
    );
    assert.equal(headline(report({ ...ended, missed }, now)), 'None seen in 10 s, but these could not be watched:');
    assert.equal(headline(report({ state: 'starting' }, now)), 'Setting breakpoints…');
    assert.equal(headline(report({ ...ended, failure: { message: 'No.' } }, now)), '');
  });

  it('counts what was found, and what was seen of it', () => {
    const places = several(now);
    const running = headline(report({ places, seen: 30_900, lost: 7200 }, now));
    assert.equal(running, 'Watching 3 threads of 2 processes · 30,900 stores seen · 81\u00a0% of the stores were seen');
    assert.equal(
      headline(report({ ...ended, places, morePlaces: 12, seen: 1, fields: [head, bid], reads: true }, now)),
      '17 places touched head and best_bid: 1 access in 10 s · the first 5 of 17 places are shown',
    );
    assert.equal(shareText({ seen: 999, lost: 1, reads: false }), '99.9\u00a0% of the stores were seen');
    assert.equal(shareText({ seen: 99_999_999, lost: 1, reads: false }), '99.9\u00a0% of the stores were seen');
    assert.equal(shareText({ seen: 1, lost: 1000, reads: true }), 'under 1\u00a0% of the accesses were seen');
    assert.equal(shareText({ seen: 7, lost: 0, reads: true }), '');
  });

  it('has times and rates in few words', () => {
    assert.deepEqual([0, 500, 9999, 60_000, 125_000].map(durationText), ['0 s', '500 ms', '10 s', '1 min', '2 min 5 s']);
    assert.deepEqual([0, 999, 1000, 61_000].map(agoText), ['now', 'now', '1 s ago', '1 min ago']);
    assert.deepEqual([0, 0.44, 9.96, 12.6, 9870].map(rateText), ['0/s', '0.4/s', '10.0/s', '13/s', '9,870/s']);
  });

  it('names a writer by its line, that of its caller, or what else there is', () => {
    assert.deepEqual(several(now).slice(0, 4).map(writerText), [
      'feed (1234) feed.c:31',
      'strategy (1240) book.cc:118',
      'feed (1234) wire.c:77',
      'legacy (1260) legacy 0x555555555104',
    ]);
    assert.deepEqual(
      missed.map((one) => missedLine(one).split(':')[0]),
      ['logger (1251)', 'debuggee (1300), thread 1302'],
    );
    const reason = '/proc does not list the others: who knows.';
    assert.equal(missedLine({ pid: 0, process: 'others', reason }), reason);
  });
});

describe('own code first', () => {
  const [, , memcpy = assert.fail(), legacy = assert.fail()] = several();
  const copy = copied();
  const told = (one: WriterInfo) => [userLine(one).function ?? '', lineText(userLine(one)), viaText(one), libraryText(one)];

  it('is the caller of a library, and what it stored by', () => {
    assert.deepEqual(told(copy), ['rename_owner', 'account.c:29', '__strcpy_evex', 'strcpy-evex.S:635']);
    assert.deepEqual(told(memcpy), ['copy_header', 'wire.c:77', '__memcpy_avx_unaligned_erms', 'libc.so.6']);
    const { function: _, ...nameless } = memcpy;
    assert.deepEqual(told(nameless), ['copy_header', 'wire.c:77', 'libc.so.6', '']);
    assert.deepEqual(told({ ...copy, caller: { function: 'f' } }), ['f', '', '__strcpy_evex', 'strcpy-evex.S:635']);
    assert.equal(writerText(copy), 'renamer (1280) account.c:29');
    assert.equal(writerText({ ...copy, caller: { function: 'f' } }), 'renamer (1280) f');
  });

  it('is the store itself where no caller is known', () => {
    const { caller: _, ...alone } = copy;
    assert.deepEqual(told(alone), ['__strcpy_evex', 'strcpy-evex.S:635', '', '']);
    assert.deepEqual(told({ ...copy, caller: {} }), told(alone));
    assert.equal(writerText(alone), 'renamer (1280) strcpy-evex.S:635');
  });

  it('is in the name of a row, and then by what', () => {
    assert.equal(rowName(copy, ['', '4.4/s']), 'renamer (1280) rename_owner account.c:29 via __strcpy_evex 4.4/s');
    assert.equal(rowName(legacy, []), 'legacy (1260) legacy 0x555555555104');
  });

  it('is what rows are sorted by', () => {
    const other = place(7, { function: 'sweep', file: '/build/account.c', line: 4 });
    const late = place(8, { function: 'alpha', file: '/build/book.c', line: 1 });
    const by = (key: 'function' | 'place') => ordered([other, copy, late], { key, descending: false }).map(({ id }) => id);
    assert.deepEqual(by('function'), [8, 6, 7]);
    assert.deepEqual(by('place'), [7, 6, 8]);
  });
});

describe('the order of writers', () => {
  const places = [
    place(1, { rate: 10, count: 5, process: 'b' }),
    place(2, { rate: 30, count: 1, process: 'a' }),
    place(3, { rate: 30, count: 2, process: 'c' }),
  ];
  const ids = (list: readonly { readonly id: number }[]) => list.map(({ id }) => id);

  it('is by rate and then count, or as a head says', () => {
    assert.deepEqual(ids(ordered(places, BY_RATE)), [3, 2, 1]);
    assert.deepEqual(ids(ordered(places, turned(BY_RATE, 'rate'))), [1, 2, 3]);
    assert.deepEqual(ids(ordered(places, turned(BY_RATE, 'process'))), [2, 1, 3]);
    assert.deepEqual(ids(ordered(places, turned(BY_RATE, 'count'))), [1, 3, 2]);
  });

  it('stays where it is held, and others follow', () => {
    assert.deepEqual(ids(ordered(places, BY_RATE, [1, 9, 2])), [1, 2, 3]);
  });
});

describe('the marks of watched fields', () => {
  it('name who wrote last, by field, while it runs', () => {
    const marks = new WatchMarks();
    const [early, late] = [place(1, { last: 5 }), place(2, { last: 9, process: 'late' })];
    marks.take(report({ fields: [head, { offset: 0x50, length: 8 }], places: [early, late] }));
    const row = { path: 'head', offset: 0x38, size: 4 };
    assert.deepEqual(marks.of(row), { writer: { text: 'late (1234) feed.c:32', short: 'feed.c:32' } });
    assert.deepEqual(marks.of({ path: 'best_ask', offset: 0x50, size: 8 }), {});
    assert.equal(marks.of({ path: 'tail', offset: 0x3c, size: 4 }), undefined);
    marks.take(report({ state: 'ended', places: [early] }));
    assert.equal(marks.of(row), undefined);
  });
});
