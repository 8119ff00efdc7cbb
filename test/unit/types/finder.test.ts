import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { FieldLayout, Segment, TypeLayout } from '../../../api.d.ts';
import { DebugTypeFinder } from '../../../src/types/debuginfo/typeFinder.ts';
import { fakeMachine, segmentOf, type FakeFile, type FakeProcess } from './fakeMachine.ts';

const scalar = (name: string, kind: TypeLayout['kind'], size: number): TypeLayout => ({
  ...{ name, kind, size, alignment: size, origin: 'test' },
});
const INT = scalar('int', 'integer', 4);
const BYTE = scalar('unsigned char', 'char', 1);
const LONG = scalar('long', 'integer', 8);
const struct = (name: string, size: number, fields: readonly (readonly [string, number, TypeLayout])[] = []): TypeLayout => ({
  ...{ name, kind: 'struct', size, alignment: 8, origin: 'test' },
  fields: fields.map(([field, offset, type]): FieldLayout => ({ name: field, offset, type })),
});

const LEVEL = struct('struct level', 16, [['price', 0, LONG]]);
const BOOK = struct('struct book', 64, [
  ['head', 0, INT],
  ['levels', 16, LEVEL],
]);
const HEADER = struct('struct header', 16, [['count', 0, INT]]);

const file = (name: string, types: readonly TypeLayout[], pointers: FakeFile['pointers'] = {}): FakeFile => ({
  name,
  types,
  pointers,
});
const strategy = (
  types: readonly TypeLayout[],
  pointers: FakeFile['pointers'],
  points: FakeProcess['points'] = {},
): FakeProcess => ({
  ...{ pid: 4711, process: 'strategy', files: [file('/bin/strategy', types, pointers)], points },
});

function finding(processes: readonly FakeProcess[], size: number, kind?: 'posix' | 'sysv') {
  const machine = fakeMachine(processes);
  const finder = new DebugTypeFinder(machine.calls, machine.reader);
  return { ...machine, finder, segment: segmentOf(processes, size, kind) };
}

async function told(processes: readonly FakeProcess[], size: number, kind?: 'posix' | 'sysv') {
  const { finder, segment } = finding(processes, size, kind);
  return (await finder.suggest(segment)).map(({ type, offset, why, certain }) => ({ name: type.name, offset, why, certain }));
}

describe('types: suggestions', () => {
  it('is certain of the one struct that is pointed to', async () => {
    assert.deepEqual(await told([strategy([BOOK], { book: 'struct book' }, { book: 0 })], 64), [
      { name: 'struct book', offset: 0, why: "'book' in strategy (4711) points here; its size is the segment's.", certain: true },
    ]);
  });

  it('names all processes that point to it, in one suggestion', async () => {
    const files = [file('/bin/reader', [BOOK], { b: 'struct book' })];
    const more = [1, 2].map((pid): FakeProcess => ({ pid, process: 'reader', files, points: { b: 0 } }));
    const two = await told([strategy([BOOK], { book: 'struct book' }, { book: 0 }), ...more.slice(1)], 4096);
    assert.deepEqual(
      two.map(({ why }) => why),
      ["'book' in strategy (4711) and 'b' in reader (2) point here; its size in whole pages is the segment's."],
    );
    const [three] = await told([strategy([BOOK], { book: 'struct book' }, { book: 0 }), ...more], 640);
    assert.equal(three?.why, "'b' in reader (1) and 2 others point here; 10 of them fill the segment.");
  });

  it('takes a struct and its typedef, and a C and a C++ name, for one', async () => {
    const typedef = { ...BOOK, name: 'book_t' };
    const found = await told([strategy([BOOK, typedef], { a: 'struct book', b: 'book_t' }, { a: 0, b: 0 })], 64);
    assert.deepEqual(
      found.map(({ certain }) => certain),
      [true],
    );
  });

  it('ranks what fits the size first, then what is at the start, then the rest, and tells nothing of pointers to bytes', async () => {
    const types = [BOOK, HEADER, LEVEL, INT, BYTE, struct('struct big', 9000)];
    const pointers = {
      header: 'struct header',
      book: 'struct book',
      level: 'struct level',
      bytes: 'unsigned char',
      n: 'int',
      big: 'struct big',
    };
    const points = { header: 0, book: 0, level: 0x1010, bytes: 0, n: 8, big: 0 };
    const found = await told([strategy(types, pointers, points)], 8192);
    assert.deepEqual(
      found.map(({ name, offset, certain }) => [name, offset, certain]),
      [
        ['struct book', 0, false],
        ['struct header', 0, false],
        ['struct level', 0x1010, false],
        ['int', 8, false],
        ['struct big', 0, false],
      ],
    );
    assert.match(found.at(-1)?.why ?? '', /larger than the segment/);
  });

  it('stays certain of a struct where another pointer is to what it begins with', async () => {
    const first = struct('struct first', 16, [['count', 0, INT]]);
    const whole = struct('struct whole', 48, [
      ['first', 0, first],
      ['more', 16, LONG],
    ]);
    const found = await told([strategy([whole, first], { w: 'struct whole', f: 'struct first' }, { w: 0, f: 0 })], 48);
    assert.deepEqual(
      found.map(({ name, certain }) => [name, certain]),
      [
        ['struct whole', true],
        ['struct first', false],
      ],
    );
  });

  it('is not certain of a number, of what does not fit, and of two types', async () => {
    for (const [types, pointers, size] of [
      [[INT], { n: 'int' }, 4],
      [[BOOK], { book: 'struct book' }, 63],
      [[BOOK, HEADER], { book: 'struct book', header: 'struct header' }, 64],
    ] as const) {
      const points = Object.fromEntries(Object.keys(pointers).map((name) => [name, 0]));
      const found = await told([strategy(types, pointers, points)], size);
      assert.deepEqual([found.length, found.some(({ certain }) => certain)], [types.length, false]);
    }
  });

  it('suggests by size alone where nothing points, unless many have it', async () => {
    const [only, ...none] = await told([strategy([BOOK, LEVEL], {})], 64, 'sysv');
    assert.deepEqual([only?.name, only?.certain, none.length], ['struct book', false, 0]);
    assert.match(only?.why ?? '', /^Its size is the segment's/);
    const many = Array.from({ length: 9 }, (_, i) => struct(`struct s${i}`, 64, [[`f${i}`, 0, INT]]));
    assert.deepEqual(await told([strategy(many, {})], 64), []);
    assert.deepEqual(await told([strategy([BOOK], {})], 65), []);
    // The system's libraries have something of any size.
    const libc = file('/usr/lib/x86_64-linux-gnu/libc.so.6', many);
    const installed = { ...strategy([BOOK], {}), files: [...strategy([BOOK], {}).files, libc] };
    assert.deepEqual(
      (await told([installed], 64)).map(({ name }) => name),
      ['struct book'],
    );
  });

  it('tells a table of pointers by its first ones', async () => {
    const names = Array.from({ length: 50 }, (_, i) => `table[${i}]`);
    const pointers = Object.fromEntries(names.map((name) => [name, 'struct level']));
    const points = Object.fromEntries(names.map((name, i) => [name, 64 + 16 * i]));
    const found = await told([strategy([LEVEL], pointers, points)], 4096);
    assert.deepEqual(
      found.map(({ offset }) => offset),
      [64, 80, 96],
    );
  });
});

describe('types: conflicts', () => {
  const OLD = struct('struct sample', 16, [['id', 0, LONG]]);
  const NEW = struct('struct sample', 24, [
    ['id', 0, LONG],
    ['temperature_c', 16, LONG],
  ]);
  const publisher: FakeProcess = {
    pid: 1,
    process: 'publisher',
    files: [file('/bin/publisher', [NEW], { s: 'struct sample' })],
    points: { s: 0 },
  };
  const reader = (type: TypeLayout, points: FakeProcess['points'] = {}): FakeProcess => ({
    ...{ pid: 2, process: 'reader', files: [file('/bin/reader', [type], { s: type.name })], points },
  });
  const LINES = ['temperature_c: at 16 in publisher, absent in reader', 'size: 24 bytes in publisher, 16 bytes in reader'];

  it('tells how two mappers lay out one name, whether or not both point to it', async () => {
    for (const points of [{ s: 0 }, {}]) {
      const { finder, segment } = finding([publisher, reader(OLD, points)], 24);
      const conflicts = await finder.conflicts(segment);
      assert.deepEqual(
        conflicts.map(({ name, differences, variants }) => [
          name,
          differences,
          variants.map(({ pids, abi, origin }) => [pids, abi, origin]),
        ]),
        [
          [
            'struct sample',
            LINES,
            [
              [[1], 'x86_64', 'dwarf:/bin/publisher'],
              [[2], 'x86_64', 'dwarf:/bin/reader'],
            ],
          ],
        ],
      );
      assert.ok((await finder.suggest(segment)).every(({ certain }) => !certain));
    }
  });

  it('finds the conflict inside, and across C and C++', async () => {
    const outer = (inner: TypeLayout) => struct('struct outer', 32, [['sample', 0, inner]]);
    const one: FakeProcess = { ...publisher, files: [file('/bin/a', [outer(NEW), NEW], { s: 'struct outer' })] };
    const two = reader({ ...OLD, name: 'sample' });
    const { finder, segment } = finding([one, two], 32);
    assert.deepEqual(
      (await finder.conflicts(segment)).map(({ name }) => name),
      ['struct sample'],
    );
  });

  it('tells none where layouts are equal, nor between names that nothing here uses', async () => {
    const same = reader({ ...NEW, name: 'sample' }, { s: 0 });
    const other = (type: TypeLayout) => file(`/opt/lib${type.size}.so`, [{ ...type, name: 'struct entry' }]);
    const { finder, segment } = finding(
      [
        { ...publisher, files: [...publisher.files, other(OLD)] },
        { ...same, files: [...same.files, other(NEW)] },
      ],
      24,
    );
    assert.deepEqual(await finder.conflicts(segment), []);
    assert.deepEqual(
      (await finder.suggest(segment)).map(({ certain }) => certain),
      [true],
    );
  });

  it('does not take a system library for what a mapper means by a name', async () => {
    const libc = file('/usr/lib/x86_64-linux-gnu/libc.so.6', [OLD]);
    const other: FakeProcess = { pid: 2, process: 'other', files: [file('/bin/other', []), libc] };
    const { finder, segment } = finding([publisher, other], 24);
    assert.deepEqual(await finder.conflicts(segment), []);
  });

  it('tells processes of one name apart by their pids', async () => {
    const { finder, segment } = finding([publisher, { ...reader(OLD, { s: 0 }), process: 'publisher' }], 24);
    const [conflict] = await finder.conflicts(segment);
    assert.equal(conflict?.differences[0], 'temperature_c: at 16 in publisher (1), absent in publisher (2)');
  });
});

describe('types: what mappers have', () => {
  const good = strategy([BOOK, LEVEL], { book: 'struct book' }, { book: 0 });

  it('lists their types, and says of whom nothing is known and why', async () => {
    const bare: FakeProcess = {
      pid: 5,
      process: 'bare',
      files: [{ ...file('/bin/bare', []), lack: 'bare has no debug info: compile it with -g.' }],
    };
    const libc = { ...file('/usr/lib/x86_64-linux-gnu/libc.so.6', []), lack: 'libc has none' };
    const closed: FakeProcess[] = [6, 7, 8].map((pid) => ({ pid, process: 'closed', files: [], refused: 'EACCES' }));
    const { finder, segment } = finding([good, { ...bare, files: [...bare.files, libc] }, ...closed], 64);
    const { types, lacks } = await finder.seen(segment);
    assert.deepEqual(
      types.map(({ name, pids, file: { name: where } }) => [name, pids, where]),
      [
        ['struct book', [4711], '/bin/strategy'],
        ['struct level', [4711], '/bin/strategy'],
      ],
    );
    assert.equal(lacks.length, 2);
    assert.match(lacks.join('\n'), /bare \(5\): bare has no debug info: compile it with -g\.$/m);
    assert.match(lacks.join('\n'), /^closed \(6\) and 2 others: .*EACCES.*root/m);
    const [level] = types.filter(({ name }) => name === 'struct level');
    assert.ok(level);
    assert.equal((await finder.layout(level)).origin, 'dwarf:/bin/strategy');
    assert.equal((await finder.suggest(segment))[0]?.certain, true);
  });

  it('asks once for several views, and again only when the mappers are others', async () => {
    const { finder, segment, asked } = finding([good], 64);
    await Promise.all([finder.suggest(segment), finder.conflicts(segment), finder.seen(segment), finder.suggest({ ...segment })]);
    assert.deepEqual(asked, { index: 1, layouts: 1, peek: 1 });
    await finder.suggest({ ...segment, mappings: segment.mappings.map((one) => ({ ...one, startedAt: 2 })) });
    assert.equal(asked.peek, 2);
  });

  it('looks once into a process that maps several segments, for who asks about all, and anew a moment later', async () => {
    const { calls, reader, asked, segment } = finding([good], 4096);
    const finder = new DebugTypeFinder(calls, reader, 300);
    const names = async (of: Segment) => (await finder.suggest(of)).map(({ type, offset }) => [type.name, offset]);
    // Of another one the same pointers mean nothing.
    const other = {
      ...segment,
      id: 'other',
      mappings: segment.mappings.map((one) => ({ ...one, address: one.address + 0x10_0000n })),
    };
    assert.deepEqual(await names(segment), [['struct book', 0]]);
    assert.deepEqual(await names(other), []);
    assert.equal(asked.peek, 1);
    await pause(310);
    assert.deepEqual(await names({ ...segment, id: 'third' }), [['struct book', 0]]);
    assert.equal(asked.peek, 2);
    finder.forget();
    await names({ ...segment, id: 'fourth' });
    assert.equal(asked.peek, 3);
  });

  it('ends where nobody waits any more, and only then', async () => {
    const { finder, segment, asked } = finding([good], 64);
    const [one, two] = [new AbortController(), new AbortController()];
    const [first, second] = [finder.suggest(segment, one.signal), finder.suggest(segment, two.signal)];
    one.abort(new Error('not me'));
    await assert.rejects(first, /not me/);
    assert.equal((await second).length, 1);
    await assert.rejects(finder.suggest(segment, one.signal), /not me/);
    const later = finding([good], 64);
    const abandoned = later.finder.suggest(later.segment, two.signal);
    two.abort();
    await assert.rejects(abandoned);
    assert.equal(later.asked.peek, 0);
    assert.equal((await later.finder.suggest(later.segment)).length, 1);
    assert.equal(asked.peek, 1);
  });
});
