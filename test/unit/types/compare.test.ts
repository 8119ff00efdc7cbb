import assert from 'node:assert/strict';
import type { FieldLayout, TypeLayout } from '../../../api.d.ts';
import { differences, sameLayout } from '../../../src/types/debuginfo/compare.ts';

const scalar = (name: string, kind: TypeLayout['kind'], size: number, signed?: boolean): TypeLayout => ({
  ...{ name, kind, size, alignment: size, origin: 'test' },
  ...(signed === undefined ? {} : { signed }),
});
const INT = scalar('int', 'integer', 4, true);
const SHORT = scalar('short', 'integer', 2, true);
const LONG = scalar('long', 'integer', 8, true);
const LONG32 = scalar('long', 'integer', 4, true);
const CHAR = scalar('char', 'char', 1, true);
const UCHAR = scalar('char', 'char', 1, false);

const field = (name: string, offset: number, type: TypeLayout, bits?: [number, number]): FieldLayout => ({
  ...{ name, offset, type },
  ...(bits ? { bitOffset: bits[0], bitWidth: bits[1] } : {}),
});
const record = (name: string, size: number, fields: FieldLayout[], kind: 'struct' | 'union' = 'struct'): TypeLayout => ({
  ...{ name, kind, size, alignment: 4, fields, origin: 'test' },
});
const array = (element: TypeLayout, count?: number): TypeLayout => ({
  ...{ name: `${element.name}[${count ?? ''}]`, kind: 'array', element, size: element.size * (count ?? 0) },
  ...{ alignment: element.alignment, origin: 'test' },
  ...(count === undefined ? {} : { count }),
});
const enumeration = (name: string, values: Record<string, bigint>): TypeLayout => ({
  ...{ name, kind: 'enum', size: 4, alignment: 4, signed: false, origin: 'test' },
  enumerators: Object.entries(values).map(([one, value]) => ({ name: one, value })),
});
const between = (a: TypeLayout, b: TypeLayout): string[] =>
  differences({ name: 'publisher', type: a }, { name: 'reader', type: b });

describe('types: comparing layouts', () => {
  const cases: readonly [string, TypeLayout, TypeLayout, readonly string[]][] = [
    [
      'a field that only one has',
      record('struct sample', 24, [field('id', 0, LONG), field('temperature_c', 16, LONG)]),
      record('struct sample', 16, [field('id', 0, LONG)]),
      ['temperature_c: at 16 in publisher, absent in reader', 'size: 24 bytes in publisher, 16 bytes in reader'],
    ],
    [
      'a field that moved and one that only the other has',
      record('struct s', 8, [field('a', 4, INT)]),
      record('struct s', 8, [field('n', 0, INT), field('a', 4, INT)]),
      ['n: absent in publisher, at 0 in reader'],
    ],
    [
      'types',
      record('struct s', 8, [field('mode', 0, INT), field('n', 4, LONG32), field('c', 7, CHAR)]),
      record('struct s', 8, [field('mode', 0, SHORT), field('n', 4, LONG), field('c', 7, UCHAR)]),
      [
        'mode: int in publisher, short in reader',
        'n: long of 4 bytes in publisher, long of 8 bytes in reader',
        'c: signed char in publisher, unsigned char in reader',
      ],
    ],
    [
      'places of bit-fields',
      record('struct s', 4, [field('a', 0, INT, [0, 3]), field('b', 0, INT, [3, 1]), field('c', 0, INT, [12, 8])]),
      record('struct s', 4, [field('a', 0, INT, [0, 4]), field('b', 0, INT, [4, 1]), field('c', 1, INT, [12, 8])]),
      ['a: bits 0 to 2 at 0 in publisher, bits 0 to 3 at 0 in reader', 'b: bit 3 at 0 in publisher, bit 4 at 0 in reader'],
    ],
    [
      'nested structs and arrays, once and by their paths',
      record('struct s', 36, [
        field('pos', 0, record('struct p', 8, [field('x', 0, INT), field('y', 4, INT)])),
        field('items', 8, array(record('struct i', 8, [field('price', 0, INT), field('count', 4, INT)]), 2)),
        field('name', 24, array(CHAR, 12)),
      ]),
      record('struct s', 36, [
        field('pos', 0, record('struct p', 8, [field('y', 0, INT), field('x', 4, INT)])),
        field('items', 8, array(record('struct i', 8, [field('price', 0, INT), field('count', 4, SHORT)]), 2)),
        field('name', 24, array(CHAR, 8)),
      ]),
      [
        'pos.x: at 0 in publisher, at 4 in reader',
        'pos.y: at 4 in publisher, at 0 in reader',
        'items[].count: int in publisher, short in reader',
        'name: char[12] in publisher, char[8] in reader',
      ],
    ],
    [
      'enumerators',
      record('struct s', 4, [field('side', 0, enumeration('enum side', { BUY: 0n, SELL: 1n, NONE: 2n }))]),
      record('struct s', 4, [field('side', 0, enumeration('enum side', { BUY: 0n, SELL: 2n, SHORT: 3n }))]),
      [
        'side.SELL: 1 in publisher, 2 in reader',
        'side.NONE: 2 in publisher, absent in reader',
        'side.SHORT: absent in publisher, 3 in reader',
      ],
    ],
    [
      'a struct where the other has a number',
      record('struct s', 4, [field('at', 0, record('struct tiny', 4, [field('n', 0, INT)]))]),
      record('struct s', 4, [field('at', 0, INT)]),
      ['at: struct tiny in publisher, int in reader'],
    ],
  ];
  for (const [what, a, b, lines] of cases)
    it(`tells ${what}`, () => {
      assert.deepEqual(between(a, b), lines);
      assert.equal(sameLayout(a, b), false);
    });

  it('takes the members of anonymous structs for those of the struct', () => {
    const inner = record('', 8, [field('x', 0, INT), field('flag', 4, INT, [32, 1])]);
    const nested = record('struct s', 12, [field('n', 0, INT), field('', 4, inner)]);
    const flat = record('struct s', 12, [field('n', 0, INT), field('x', 4, INT), field('flag', 8, INT, [64, 1])]);
    assert.deepEqual(between(nested, flat), []);
  });

  it('tells nothing of names of types and of alignment alone', () => {
    const c = record('struct s', 8, [field('n', 0, scalar('long unsigned int', 'integer', 8, false))]);
    const cpp = { ...record('ns::s', 8, [field('n', 0, scalar('unsigned long', 'integer', 8, false))]), alignment: 8 };
    assert.ok(sameLayout(c, cpp));
    assert.deepEqual(between(c, cpp), []);
    assert.deepEqual(between({ ...c, size: 16 }, cpp).at(-1), 'alignment: 4 bytes in publisher, 8 bytes in reader');
  });

  it('compares a layout that is a graph in the time of a graph', () => {
    const deep = (leaf: TypeLayout): TypeLayout => {
      let type = leaf;
      for (let i = 0; i < 40; i++) type = record(`struct d${i}`, 8, [field('a', 0, type), field('b', 4, type)]);
      return type;
    };
    assert.ok(sameLayout(deep(INT), deep({ ...INT })));
    const lines = between(deep(INT), deep(SHORT));
    assert.deepEqual([lines.length, lines.at(-1)], [201, 'and more']);
  });
});
