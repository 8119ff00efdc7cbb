import assert from 'node:assert/strict';
import { readJson } from '../../../../src/types/foreign/json.ts';
import { fieldsOf, refuses } from './support.ts';

const read = (source: string): ReturnType<typeof readJson> => readJson(source, 'x86_64');
const one = (field: string, more = ''): string => `{ "name": "T", ${more} "fields": [ { "name": "x", ${field} } ] }`;

describe('types as JSON', () => {
  it('a list, of which later ones use earlier ones', () => {
    const types = read(`[
      // what ctypes printed
      { "name": "Header", "size": 16, "fields": [
        { "name": "magic", "offset": 0, "type": "u32", "byteOrder": "big" },
        { "name": "lock", "offset": 8, "type": "pthread_spinlock_t" },
      ] },
      { "name": "Order", "size": 128, "alignment": 64, "byteOrder": "little", "fields": [
        { "name": "head", "offset": 0, "type": "Header" },
        { "name": "price", "offset": 16, "type": "f64" },
        { "name": "tags", "offset": 24, "type": "u8", "count": [2, 3] },
        { "name": "flags", "offset": 32, "type": "u32", "bitOffset": 3, "bitWidth": 5 },
        { "name": "next", "offset": 40, "type": "pointer" },
        { "name": "total", "offset": 48, "type": "unsigned long" },
        { "name": "all", "offset": 48, "type": "u128" }
      ] }
    ]`);
    assert.deepEqual(
      types.map((type) => [type.name, type.size, type.alignment]),
      [
        ['Header', 16, 1],
        ['Order', 128, 64],
      ],
    );
    const fields =
      'head@0 Header, price@16 f64, tags@24 u8[2][3], flags@32 u32, next@40 pointer, total@48 unsigned long, all@48 u128';
    assert.equal(fieldsOf(types[1]), fields);
    assert.deepEqual(types[0]?.fields?.[0]?.type.byteOrder, 'big');
    assert.deepEqual(types[0]?.fields?.[1]?.type.kind, 'sync');
    const [head, price, , flags] = types[1]?.fields ?? [];
    assert.equal(head?.type, types[0]);
    assert.equal(price?.type.byteOrder, 'little');
    assert.deepEqual([flags?.bitOffset, flags?.bitWidth], [259, 5]);
  });

  it('every type that tells its size', () => {
    const sizes: Record<string, number> = {
      ...{
        i8: 1,
        u8: 1,
        i16: 2,
        u16: 2,
        i32: 4,
        u32: 4,
        i64: 8,
        u64: 8,
        i128: 16,
        u128: 16,
        f16: 2,
        f32: 4,
        f64: 8,
        bool: 1,
        char: 1,
      },
      ...{ int8: 1, uint16: 2, float32: 4, float64: 8, isize: 8, usize: 8, uintptr: 8, pointer: 8, 'char *': 8, '*mut u8': 8 },
      ...{ int: 4, 'unsigned char': 1, long: 8, 'long double': 16, size_t: 8, uint64_t: 8, pthread_mutex_t: 40, sem_t: 32 },
    };
    for (const [type, size] of Object.entries(sizes)) {
      const [found] = read(one(`"offset": 0, "type": "${type}"`));
      assert.deepEqual([found?.size, found?.fields?.[0]?.type.name], [size, type]);
    }
  });

  it('text of a web page', () => {
    assert.equal(read('{\u00a0“name”: “T”, “fields”: [{“name”: “x”, “offset”: 0, “type”: “i32”}]}')[0]?.size, 4);
  });

  const refused: [string, RegExp][] = [
    ['{"name": 3', /^1:11: This is no JSON: close brace expected/],
    ['[{]', /^1:3: This is no JSON: property name expected/],
    ['', /^1:1: This is no JSON: value expected/],
    ['{"name": "T"}\n/*', /^2:1: This is no JSON: unexpected end of comment/],
    ['[]', /^1:1: This list holds no type/],
    ['[3]', /^1:2: A type is an object/],
    ['{"fields": []}', /^1:1: This type has no 'name'/],
    ['{"name": "T"}', /^1:1: This object has no 'fields'/],
    ['{"name": "T", "fields": {}}', /^1:25: 'fields' is a list/],
    ['{"name": "T",\n "feilds": []}', /^2:2: A type has no 'feilds': it has name, size/],
    [one('"type": "i32"'), /^1:\d+: This field has no 'offset'/],
    [one('"offset": -1, "type": "i32"'), /^1:\d+: 'offset' is a whole number/],
    [one('"offset": 0, "type": "f6"'), /^1:\d+: The type 'f6' is not known/],
    [one('"offset": 0, "type": "T"'), /^1:\d+: The type 'T' is not known: types that are used come earlier/],
    [one('"offset": 8, "type": "i32"', '"size": 8,'), /^1:\d+: 'x' ends at 12, past the size of 8 bytes/],
    [one('"offset": 0, "type": "i8", "count": [9007199254740991, 2]'), /^1:\d+: This type is larger than 2\^53/],
    [one('"offset": 0, "type": "f64", "bitWidth": 3'), /^1:\d+: A bit-field is an integer/],
    [one('"offset": 0, "type": "u8", "bitWidth": 9'), /^1:\d+: A bit-field of 'u8' has 1 to 8 bits/],
    [one('"offset": 0, "type": "u8", "byteOrder": "middle"'), /^1:\d+: 'byteOrder' is 'little' or 'big'/],
    ['[' + `${one('"offset": 0, "type": "i8"')},`.repeat(2) + ']', /^1:\d+: The type 'T' is there twice/],
    ['['.repeat(100_000), /^1:101: Brackets nest deeper than 100 levels/],
  ];
  for (const [source, message] of refused)
    it(`refuses ${source.slice(0, 80).replace('\n', ' ')}`, () => refuses(read, source, message));
});
