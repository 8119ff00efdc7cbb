import assert from 'node:assert/strict';
import { readPython } from '../../../../src/types/foreign/fromPython.ts';
import { fieldsOf, refuses } from './support.ts';

const read = (source: string): ReturnType<typeof readPython> => readPython(source, 'x86_64');

describe('dtypes of numpy', () => {
  const laidOut: [string, number, string][] = [
    ["dtype([('a', '<i4'), ('b', '>f8', (2, 3))])", 52, 'a@0 <i4, b@4 >f8[2][3]'],
    ["np.dtype([('a', 'u1'), ('b', '<i4')], align=True)", 8, 'a@0 u1, b@4 <i4'],
    ["numpy.dtype([('a', 'u1'), ('b', '<i4')])", 5, 'a@0 u1, b@1 <i4'],
    ["[('a', '|u1'), ('', '|V3'), ('b', '<i4')]", 8, 'a@0 |u1, b@4 <i4'],
    ["{'names': ['a', 'b'], 'formats': ['u1', '<i4'], 'offsets': [0, 8], 'itemsize': 16}", 16, 'a@0 u1, b@8 <i4'],
    ['{"names":["a","b"], "formats":["u1","<i4"]}', 5, 'a@0 u1, b@1 <i4'],
    ["{'names': ['a', 'b'], 'formats': ['u1', '<i4'], 'aligned': True}", 8, 'a@0 u1, b@4 <i4'],
    ["dtype({'y': ('i4', 4), 'x': ('i4', 0)})", 8, 'x@0 i4, y@4 i4'],
    ["dtype((numpy.record, [('x', '<f4'), ('y', '<f4')]))", 8, 'x@0 <f4, y@4 <f4'],
    [
      "dtype([(('the title', 'x'), '<i8'), ('n', 'U4'), ('s', 'S8'), ('t', '<M8[ns]')])",
      40,
      'x@0 <i8, n@8 U4, s@24 S8, t@32 <M8[ns]',
    ],
    ["dtype([('p', [('x', '<f4'), ('y', '<f4')], (3,)), ('ok', '?')])", 25, 'p@0 dtype.p[3], ok@24 ?'],
    ["np.dtype('i4, (2,3)f8, 3S8')", 76, 'f0@0 i4, f1@4 f8[2][3], f2@52 S8[3]'],
    ["np.dtype([('a', np.float64), ('b', int), ('c', 'datetime64[us]')])", 24, 'a@0 float64, b@8 int, c@16 datetime64[us]'],
    ['dtype([(“a”, ‘<i4’),\u00a0("b", "c16")])', 20, 'a@0 <i4, b@4 c16'],
    ["import numpy as np  # read by the feed\ndtype([\n  ('a', '<i4'),  # id\n])", 4, 'a@0 <i4'],
  ];
  for (const [source, size, fields] of laidOut) {
    it(source.replace(/\s+/g, ' '), () => {
      const type = read(source).at(-1);
      assert.deepEqual([type?.size, fieldsOf(type)], [size, fields]);
    });
  }

  it('are named by what they are assigned to, and later ones use earlier ones', () => {
    const types = read("point = np.dtype([('x', '<f4'), ('y', '<f4')])\ntrack = np.dtype([('at', point, 2), ('id', 'u8')])");
    assert.deepEqual(
      types.map((type) => [type.name, type.size, fieldsOf(type)]),
      [
        ['point', 8, 'x@0 <f4, y@4 <f4'],
        ['track', 24, 'at@0 point[2], id@16 u8'],
      ],
    );
    assert.equal(types[1]?.fields?.[0]?.type.element, types[0]);
  });

  it('keep the byte order that they name', () => {
    const [type] = read(
      "dtype([('little', '<i4'), ('big', '>i4'), ('native', 'i4'), ('byte', '>u1'), ('text', '>U2'), ('z', '>c8')])",
    );
    const orders = type?.fields?.map((field) => (field.type.element ?? field.type).byteOrder);
    assert.deepEqual(orders, ['little', 'big', undefined, undefined, 'big', 'big']);
  });

  const refused: [string, RegExp][] = [
    ["dtype([('a', '<i4'), ('o', 'O')])", /^1:29: The dtype 'O' points to an object of one Python process/],
    ["dtype([('a', '<i4'),\n       ('b', 'x8')])", /^2:15: 'x8' is no dtype of numpy/],
    ["dtype([('a', 'f12')])", /^1:15: 'f12' is no type of this machine/],
    ["dtype([('a', 'i4'), ('a', 'i4')])", /^1:23: 'a' is there twice/],
    [
      "dtype([('a', 'i4')",
      /^1:19: The text ends where a ',' or '\)' is expected|^1:19: The text ends where a ',' or '\]' is expected/,
    ],
    ["dtype([('a', 'i4)])", /^1:14: The text ''i4\)\]\)' is not closed/],
    ["dtype([('a', 'i4', -1)])", /^1:20: A number of 0 or more/],
    ["dtype([('a', 'i4', (1 << 3))])", /^1:23: '<' stands where/],
    ["dtype([('a', 'f8', (99999999999, 99999999999))])", /^1:20: This type is larger than 2\^53 bytes/],
    ["dtype({'names': ['a'], 'formats': ['i4', 'i4']})", /^1:7: There are 1 names, 2 formats/],
    ["dtype({'names': ['a'], 'formats': ['i4'], 'itemsize': 2})", /^1:55: The itemsize is 2, and the fields take 4 bytes/],
    ["dtype({'names': ['a'], 'formats': ['i4'], 'offsets': [2], 'aligned': True})", /^1:19: 'a' at 2 is not aligned to 4 bytes/],
    ['dtype(' + '['.repeat(200), /^1:\d+: Brackets nest deeper than 100 levels/],
    ["np.zeros(4, dtype='i4')", /^1:1: 'np.zeros' is no dtype/],
    ['x = np.dtype(unknown)', /^1:14: 'unknown' is no dtype of numpy/],
    ['', /^1:1: This text makes no dtype/],
  ];
  for (const [source, message] of refused) it(`refuses ${source.slice(0, 60)}`, () => refuses(read, source, message));

  it('refuses dtypes that grow without end', () => {
    const lines = Array.from({ length: 300 }, (_, i) => `t${i + 1} = np.dtype([('a', t${i})])`);
    refuses(read, ["t0 = np.dtype([('a', 'i4')])", ...lines].join('\n'), /^\d+:\d+: Types nest deeper than 256 levels/);
    const double = Array.from({ length: 60 }, (_, i) => `t${i + 1} = np.dtype([('a', t${i}), ('b', t${i})])`);
    refuses(read, ["t0 = np.dtype([('a', 'i4')])", ...double].join('\n'), /^5\d:\d+: This type is larger than 2\^53 bytes/);
  });
});

describe("formats of Python's struct", () => {
  const laidOut: [string, number, string][] = [
    ["struct.calcsize('@ci0q')", 8, 'f0@0 char, f1@4 int'],
    ["struct.Struct('<ciq')", 13, 'f0@0 char, f1@1 int32_t, f2@5 int64_t'],
    ["id, price, name = struct.unpack_from('>Id12s', buffer, offset=8)", 24, 'f0@0 uint32_t, f1@4 double, f2@12 char[12]'],
    ["'=bhl 4x 2H 3p'", 18, 'f0@0 int8_t, f1@1 int16_t, f2@3 int32_t, f3@11 uint16_t[2], f4@15 3p'],
    ["b'!ei?'", 7, 'f0@0 _Float16, f1@2 int32_t, f2@6 _Bool'],
    ["Struct('nNP')", 24, 'f0@0 ssize_t, f1@8 size_t, f2@16 void *'],
  ];
  for (const [source, size, fields] of laidOut) {
    it(source, () => {
      const [type] = read(source);
      assert.deepEqual([type?.size, fieldsOf(type)], [size, fields]);
    });
  }

  it('a name that it is assigned to is the name of the type', () => {
    assert.deepEqual(read("HEADER = struct.Struct('<ciq')")[0]?.name, 'HEADER');
    assert.deepEqual(read("struct.Struct('<ciq')")[0]?.name, '<ciq');
  });

  it("'<' and '>' are the byte order of every item", () => {
    const order = (format: string): unknown[] => read(`'${format}'`)[0]?.fields?.map((field) => field.type.byteOrder) ?? [];
    assert.deepEqual(order('<ib'), ['little', undefined]);
    assert.deepEqual(order('>ib'), ['big', undefined]);
    assert.deepEqual(order('!d'), ['big']);
    assert.deepEqual(order('=i'), [undefined]);
  });

  const refused: [string, RegExp][] = [
    ["struct.Struct('<ciz')", /^1:19: 'z' is no format of Python's struct/],
    ["struct.Struct('<in')", /^1:18: 'n' has a native size only/],
    ["struct.Struct('i4')", /^1:17: '4' is a count, and no format follows it/],
    ["struct.Struct('9999999999999999q')", /^1:32: This type is larger than 2\^53 bytes/],
    ['struct.Struct(fmt)', /^1:1: struct.Struct takes its format as a text here/],
  ];
  for (const [source, message] of refused) it(`refuses ${source}`, () => refuses(read, source, message));
});
