import assert from 'node:assert/strict';
import type { TypeLayout } from '../../../api.d.ts';
import { isWireLayout, packLayout, unpackLayout } from '../../../src/protocol/layout.ts';
import type { WireType } from '../../../src/protocol/messages.ts';

const base = { alignment: 4, origin: 'source' } as const;
const int: TypeLayout = { ...base, name: 'int', kind: 'integer', size: 4, signed: true };
const arrayOf = (element: TypeLayout, count: number): TypeLayout => ({
  ...base,
  name: `${element.name}[${count}]`,
  kind: 'array',
  size: element.size * count,
  element,
  count,
});
const structOf = (name: string, types: readonly TypeLayout[]): TypeLayout => ({
  ...base, name, kind: 'struct', size: 4, fields: types.map((type, index) => ({ name: `f${index}`, offset: 0, type })),
}); // prettier-ignore
const wire = (type: Partial<WireType>): WireType => ({ name: 't', kind: 'struct', size: 0, alignment: 1, origin: 's', ...type });

describe('packLayout and unpackLayout', () => {
  it('give the same type back, through a copy as postMessage makes it', () => {
    const big = { ...base, name: 'enum e', kind: 'enum', size: 8, signed: true, enumerators: [{ name: 'A', value: -(2n ** 63n) }, { name: 'B', value: 2n ** 64n - 1n }] } as const; // prettier-ignore
    const bits: TypeLayout = {
      ...base,
      name: 'struct b',
      kind: 'struct',
      size: 4,
      fields: [{ name: 'x', offset: 0, type: int, bitOffset: 3, bitWidth: 5 }],
    };
    const type = structOf('struct s', [
      int,
      arrayOf({ ...int, byteOrder: 'big' }, 3),
      { ...int, name: 'latch', kind: 'sync', lock: 'pthread_spinlock_t' },
      big,
      bits,
      { ...base, name: 'x', kind: 'opaque', size: 3 },
    ]);
    const packed: unknown = structuredClone(packLayout(type));
    assert.ok(isWireLayout(packed));
    assert.deepEqual(unpackLayout(packed), type);
  });

  it('send a type once however often it is used, and share it again', () => {
    let type: TypeLayout = int;
    for (let level = 0; level < 60; level++) type = structOf(`struct s${level}`, [type, type]);
    const packed = packLayout(type);
    assert.equal(packed.types.length, 61);
    const back = unpackLayout(packed);
    assert.equal(back.fields?.[0]?.type, back.fields?.[1]?.type);
  });

  it('take nesting 20,000 deep', () => {
    let type: TypeLayout = int;
    for (let level = 0; level < 20_000; level++) type = arrayOf({ ...type, name: 'x' }, 1);
    assert.equal(packLayout(type).types.length, 20_001);
    assert.equal(unpackLayout(packLayout(type)).kind, 'array');
  });

  it('refuse an index outside the table', () => {
    assert.throws(() => unpackLayout({ root: 1, types: [wire({})] }), RangeError);
    assert.throws(() => unpackLayout({ root: 0, types: [wire({ fields: [{ name: 'a', offset: 0, type: 7 }] })] }), RangeError);
    assert.throws(() => unpackLayout({ root: 0, types: [] }), RangeError);
  });

  it('refuse types that contain themselves', () => {
    assert.throws(() => unpackLayout({ root: 0, types: [wire({ element: 0 })] }), /contains itself/);
    const ring = [wire({ element: 1 }), wire({ fields: [{ name: 'a', offset: 0, type: 2 }] }), wire({ element: 0 })];
    assert.throws(() => unpackLayout({ root: 0, types: ring }), /contains itself/);
  });

  it('see that a table is none', () => {
    assert.equal(isWireLayout({ root: 0, types: [wire({ kind: 'magic' })] }), false);
    assert.equal(isWireLayout({ root: 0, types: [wire({ enumerators: [{ name: 'a', value: '1x' }] })] }), false);
    assert.equal(isWireLayout({ root: -1, types: [] }), false);
  });
});
