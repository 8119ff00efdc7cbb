import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Segment } from '../../../api.d.ts';
import { Emitter } from '../../../src/lifecycle.ts';
import { shmError } from '../../../src/native/errors.ts';
import { baseName, globOf, sameTail } from '../../../src/files/sourceFile.ts';
import { Writers } from '../../../src/panel/writers.ts';
import { writersInfo } from '../../../src/panel/writersInfo.ts';
import { writersCsv, writersJson } from '../../../src/panel/writersText.ts';
import { MAX_HINTS, MAX_UNWATCHED, MAX_WRITERS } from '../../../src/protocol/limits.ts';
import type { ToPage } from '../../../src/protocol/messages.ts';
import { parseEnvelope } from '../../../src/protocol/transport.ts';
import type { WriterPlace, WriterReportView, WriterSession, WriterWatch } from '../../../src/writers/face.ts';
import type { TypeAt } from '../../../src/writers/typed.ts';
import { watchToEnd, writeReport } from '../../../src/writers/waiting.ts';
import { marketRing } from '../../page/layouts.ts';
import { segment } from '../explorer/segments.ts';

const place = (change: Partial<WriterPlace> = {}): WriterPlace => ({
  field: 0,
  pid: 10,
  tid: 11,
  process: 'feed',
  instruction: 0xffff_ffff_8000_0001n,
  function: 'publish',
  file: '/src/feed.c',
  line: 31,
  caller: { function: 'main', file: '/src/main.c', line: 7 },
  count: 3,
  rate: 1.5,
  first: 1000,
  last: 2000,
  ...change,
});

const view = (change: Partial<WriterReportView> = {}): WriterReportView => ({
  state: 'running',
  fields: [{ offset: 0x38, length: 4, path: 'head' }],
  reads: false,
  startedAt: 1000,
  endsAt: 11_000,
  places: [],
  processes: 1,
  threads: 2,
  missed: [],
  seen: 0,
  lost: 0,
  ...change,
});

class FakeSession implements WriterSession {
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;
  view: WriterReportView = view();
  stopped = 0;
  disposed = 0;

  tell(change: Partial<WriterReportView>): void {
    this.view = { ...this.view, ...change };
    this.#changed.fire();
  }

  stop(): void {
    this.stopped += 1;
    this.tell({ state: 'ended' });
  }

  dispose(): void {
    this.disposed += 1;
  }
}

function make() {
  const sessions: FakeSession[] = [];
  const started: Parameters<WriterWatch['start']>[] = [];
  const posted: ToPage[] = [];
  const watch: WriterWatch = {
    start: (...asked) => {
      started.push(asked);
      const session = new FakeSession();
      sessions.push(session);
      return session;
    },
  };
  let shown: Segment = segment({ name: '/one' });
  const page = { isThere: true };
  const post = (message: ToPage) => void posted.push(message);
  const typing: { layout: TypeAt | undefined } = { layout: undefined };
  const writers = new Writers({ watch, segment: () => shown, typing, post, hasPage: () => page.isThere });
  const ask = { fields: [{ offset: 0x38, length: 4, path: 'head' }], ms: 10_000, reads: true } as const;
  const last = () => {
    const message = posted.at(-1);
    return message?.type === 'writers' ? message.report : assert.fail('no report');
  };
  return { writers, typing, page, sessions, started, posted, ask, last, show: (next: Segment) => (shown = next) };
}

describe('the writers of a panel', () => {
  it('begin with what was asked, tell at once, and give way to the next search', () => {
    const { writers, sessions, started, posted, ask } = make();
    writers.start(ask);
    assert.equal(started[0]?.[0].name, '/one');
    assert.deepEqual(started[0]?.slice(1), [ask.fields, { ms: 10_000, reads: true }]);
    assert.equal(posted.length, 1);
    writers.start(ask);
    assert.deepEqual(posted[1], { type: 'writers' });
    assert.deepEqual(
      sessions.map(({ disposed }) => disposed),
      [1, 0],
    );
    sessions[0]?.tell({ seen: 5 });
    assert.equal(posted.length, 3, 'the one that was replaced is not heard any more');
    writers.dispose();
    assert.equal(sessions[1]?.disposed, 1);
  });

  it('tell values by the type that is shown as they begin, in the byte order of the page', () => {
    const { writers, typing, started, ask, last, show } = make();
    show(segment({ name: '/one', size: 65536 }));
    typing.layout = { type: marketRing, offset: 0 };
    writers.start({ ...ask, byteOrder: 'big' });
    const [, fields, ...others] = started[0] ?? assert.fail();
    assert.deepEqual(
      fields.map(({ type, byteOrder }) => [type?.name, byteOrder]),
      [['uint32_t', 'big']],
    );
    assert.deepEqual(others, [{ ms: 10_000, reads: true }]);
    assert.deepEqual(last()?.fields, ask.fields, 'the page knows the type itself');
  });

  it('tell five times a second at most, and the newest at last', async () => {
    const { writers, sessions, posted, ask, last } = make();
    const began = performance.now();
    writers.start(ask);
    for (let seen = 1; seen <= 50; seen++) {
      sessions[0]?.tell({ seen });
      await pause(2);
    }
    const most = 2 + (performance.now() - began) / 200;
    assert.ok(posted.length <= most, `${posted.length}, at most ${most}`);
    await pause(250);
    assert.equal(last()?.seen, 50);
    const count = posted.length;
    sessions[0]?.tell({ seen: 51 });
    writers.dispose();
    await pause(250);
    assert.ok(posted.length <= count + 1, 'nothing is told after the end');
  });

  it('stop, and keep the report for a page that is built anew', () => {
    const { writers, sessions, posted, ask, last } = make();
    writers.greet();
    assert.equal(posted.length, 0);
    writers.start(ask);
    writers.stop();
    assert.equal(sessions[0]?.stopped, 1);
    assert.equal(sessions[0]?.disposed, 0);
    writers.greet();
    assert.equal(last()?.state, 'ended');
    assert.equal(writers.report?.state, 'ended');
  });

  it('go on while there is no page, and tell it when it is there again', async () => {
    const { writers, page, sessions, posted, ask, last } = make();
    writers.start(ask);
    page.isThere = false;
    sessions[0]?.tell({ seen: 5 });
    await pause(250);
    assert.equal(posted.length, 1);
    assert.equal(sessions[0]?.disposed, 0);
    page.isThere = true;
    writers.greet();
    assert.equal(last()?.seen, 5);
  });

  it('end where the panel shows another segment, which the page is told', () => {
    const { writers, sessions, posted, ask, started, show } = make();
    writers.reset();
    assert.equal(posted.length, 0);
    writers.start(ask);
    show(segment({ name: '/two' }));
    writers.reset();
    assert.equal(sessions[0]?.disposed, 1);
    assert.deepEqual(posted.at(-1), { type: 'writers' });
    assert.equal(writers.report, undefined);
    writers.start(ask);
    assert.equal(started[1]?.[0].name, '/two');
  });

  it('leave nothing behind where the search cannot begin', () => {
    const posted: ToPage[] = [];
    const refused = shmError('EPERM', 'No.');
    const watch: WriterWatch = {
      start: () => {
        throw refused;
      },
    };
    const post = (message: ToPage) => void posted.push(message);
    const typing = { layout: undefined };
    const writers = new Writers({ watch, segment: () => segment({ name: '/one' }), typing, post, hasPage: () => true });
    assert.throws(() => writers.start({ fields: [{ offset: 0, length: 1 }], ms: 1, reads: false }), refused);
    assert.equal(writers.report, undefined);
    assert.equal(posted.length, 0);
  });

  it('name a place for as long as it is in the report, whatever its rank', async () => {
    const { writers, sessions, ask, last } = make();
    writers.start(ask);
    const [a, b] = [place(), place({ instruction: 0x20n, file: '/src/other.c', rate: 9 })];
    sessions[0]?.tell({ places: [a] });
    await pause(250);
    const id = last()?.places[0]?.id ?? assert.fail();
    sessions[0]?.tell({ places: [b, { ...a, count: 9 }] });
    await pause(250);
    assert.deepEqual(
      last()?.places.map((one) => one.id === id),
      [false, true],
    );
    assert.equal(writers.lineOf(id, 'own').file, '/src/feed.c');
    assert.deepEqual(writers.lineOf(id, 'caller'), { function: 'main', file: '/src/main.c', line: 7 });
    sessions[0]?.tell({ places: [b] });
    await pause(250);
    assert.throws(() => writers.lineOf(id, 'own'), { code: 'ESTALE' });
    assert.throws(() => writers.lineOf(99, 'own'), { code: 'ESTALE' });
  });

  it('open no line where none is known', async () => {
    const { writers, sessions, ask, last } = make();
    writers.start(ask);
    const { file: _, line: __, caller: ___, ...bare } = place();
    sessions[0]?.tell({ places: [{ ...bare, lack: 'feed is stripped.' }] });
    await pause(250);
    const id = last()?.places[0]?.id ?? assert.fail();
    assert.throws(() => writers.lineOf(id, 'own'), { code: 'ENOENT', message: 'feed is stripped.' });
    assert.throws(() => writers.lineOf(id, 'caller'), { code: 'ENOENT' });
  });
});

describe('a report for the page', () => {
  it('is bounded, says how much more there is, and passes the check of the page', () => {
    let ids = 0;
    const long = 'x'.repeat(100_000);
    const big = view({
      places: Array.from({ length: MAX_WRITERS + 7 }, () => place({ function: long, file: long, process: long })),
      missed: Array.from({ length: MAX_UNWATCHED + 3 }, (_, pid) => ({ pid, code: 'EPERM', reason: long })),
      hint: Array.from({ length: MAX_HINTS + 1 }, () => ({
        time: 1,
        before: long,
        after: long,
        ran: Array<string>(999).fill(long),
      })),
      failure: { message: long, remedy: long },
    });
    const report = writersInfo(big, 5, () => ++ids);
    assert.equal(report.places.length, MAX_WRITERS);
    assert.equal(ids, MAX_WRITERS);
    assert.deepEqual([report.morePlaces, report.moreMissed, report.now], [7, 3, 5]);
    assert.ok((report.places[0]?.function?.length ?? 0) < 3000);
    const message = parseEnvelope(structuredClone({ sequence: 0, message: { type: 'writers', report } }))?.message;
    assert.deepEqual(message, { type: 'writers', report });
  });

  it('has addresses as hexadecimal, and only what is known', () => {
    const { caller: _, ...bare } = place();
    const [info] = writersInfo(view({ places: [bare] }), 0, () => 1).places;
    assert.equal(info?.instruction, '0xffffffff80000001');
    assert.ok(info && !('caller' in info) && !('before' in info));
  });
});

describe('a report as a file', () => {
  const report = view({
    state: 'ended',
    places: [place({ process: '=cmd()', before: '1', after: '"2", x' }), { ...place(), caller: { function: 'f' } }],
  });

  it('is a table where a spreadsheet runs nothing', () => {
    const [head = '', first = '', second = '', end] = writersCsv(report).split('\r\n');
    assert.equal(head.split(',').length, second.split(',').length);
    assert.ok(
      first.startsWith(`head,56,'=cmd(),10,11,publish,/src/feed.c,31,main,/src/main.c,7,,0xffffffff80000001,3,2,`),
      first,
    );
    assert.ok(first.endsWith(',1,"""2"", x"'), first);
    assert.equal(end, '');
  });

  it('is a table where negative numbers stay numbers', () => {
    const [, row = ''] = writersCsv(view({ places: [place({ before: '-5', after: '-1.5e-7' })] })).split('\r\n');
    assert.ok(row.endsWith(',-5,-1.5e-7'), row);
    const [, other = ''] = writersCsv(view({ places: [place({ before: '-5+cmd()', after: '-' })] })).split('\r\n');
    assert.ok(other.endsWith(",'-5+cmd(),'-"), other);
  });

  it('is JSON of the same members, whatever the types of the fields', () => {
    const { type } = marketRing.fields?.find(({ name }) => name === 'state') ?? assert.fail();
    const [field = assert.fail()] = report.fields;
    const typed = { ...report, fields: [{ ...field, type, byteOrder: 'big' as const }] };
    assert.equal(writersJson(typed, { name: '/ring', kind: 'posix' }), writersJson(report, { name: '/ring', kind: 'posix' }));
  });

  it('is JSON with all that is known', () => {
    const parsed: unknown = JSON.parse(writersJson(report, { name: '/ring', kind: 'posix' }));
    assert.ok(
      typeof parsed === 'object' && parsed !== null && 'segment' in parsed && 'places' in parsed && 'startedAt' in parsed,
    );
    assert.equal(parsed.segment, '/ring');
    assert.equal(parsed.startedAt, '1970-01-01T00:00:01.000Z');
    assert.ok(Array.isArray(parsed.places) && parsed.places.length === 2);
  });
});

describe('where a source file is', () => {
  it('is the one of the workspace that ends alike for the longest', () => {
    const all = ['/home/me/feed/src/feed.c', '/home/me/other/feed.c', '/home/me/old/src/feed.c'];
    assert.equal(sameTail('/build/feed/src/feed.c', all), '/home/me/feed/src/feed.c');
    assert.equal(sameTail('/build/x/../feed/./src/feed.c', all), '/home/me/feed/src/feed.c');
    assert.equal(sameTail('/build/src/feed.c', all), undefined, 'two end alike');
    assert.equal(sameTail('feed.c', all.slice(1, 2)), '/home/me/other/feed.c');
    assert.equal(sameTail('/build/main.c', all), undefined);
    assert.equal(sameTail('/build/main.c', []), undefined);
  });

  it('is looked for by a name that is no pattern', () => {
    assert.equal(baseName('/a/b/c.c'), 'c.c');
    assert.equal(baseName('c.c'), 'c.c');
    assert.equal(globOf('a\0b'), '**/a?b');
    assert.equal(globOf('{a,b}*[!x]?.c'), '**/?a?b????x??.c');
  });
});

describe('a search as a promise', () => {
  it('gives the report at the end, and ends the session', async () => {
    const session = new FakeSession();
    const watch: WriterWatch = { start: () => session };
    const end = watchToEnd(watch, segment({ name: '/one' }), [{ offset: 0, length: 8 }], { ms: 5, reads: false });
    session.tell({ seen: 1 });
    session.tell({
      state: 'ended',
      seen: 2,
      places: [place(), place({ field: 1 })],
      missed: [{ pid: 5, code: 'EPERM', reason: 'No.' }],
    });
    const view = await end;
    assert.equal(view.seen, 2);
    assert.equal(session.disposed, 1);
    const { process: _, ...site } = place();
    const report = writeReport(view, 0);
    assert.equal(report.sites.length, 1);
    assert.equal(report.sites[0]?.instruction, site.instruction);
    assert.ok(report.sites[0] && !('rate' in report.sites[0]) && !('field' in report.sites[0]));
    assert.deepEqual(report.missed, [{ pid: 5, code: 'EPERM' }]);
  });

  it('does not wait for the time where breakpoints cannot be had', async () => {
    const session = new FakeSession();
    const end = watchToEnd({ start: () => session }, segment({ name: '/one' }), [{ offset: 0, length: 8 }], {
      ms: 5,
      reads: false,
    });
    session.tell({ state: 'running', failure: { message: 'No.' } });
    assert.equal((await end).failure?.message, 'No.');
    assert.equal(session.disposed, 1);
  });
});
