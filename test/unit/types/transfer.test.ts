import assert from 'node:assert/strict';
import { parseDeclarations } from '../../../src/types/source/parse.ts';
import { pack, Unpacking } from '../../../src/types/transfer.ts';

const TARGET = { abi: 'x86_64', dialect: 'gcc' } as const;

describe('layouts on their way from the worker', () => {
  const typesOf = (source: string) => parseDeclarations(source, { target: TARGET }).types;

  it('arrive as they were, and share what they shared', () => {
    const before = typesOf(
      'enum e { A = -1 }; struct a { enum e e; int n : 3; }; struct b { struct a one, two[2]; struct b *next; };',
    );
    const { parcels, roots } = pack(before);
    const unpacking = new Unpacking();
    for (const parcel of parcels) unpacking.add(parcel);
    const types = unpacking.take(roots);
    assert.deepEqual(types, before);
    const [, a, b] = types;
    assert.equal(b?.fields?.[0]?.type, a);
    assert.equal(b?.fields?.[1]?.type.element, a);
  });

  it('come in parcels of bounded size, one struct of many members too', () => {
    const before = typesOf(`struct big { ${Array.from({ length: 5000 }, (_, i) => `int m${i};`).join(' ')} };`);
    const { parcels, roots } = pack(before);
    assert.ok(parcels.length >= 3, `${parcels.length} parcels`);
    for (const parcel of parcels) {
      const weight = parcel.map((one) => {
        if ('more' in one) return one.more.length;
        return typeof one.fields === 'object' ? 1 + one.fields.length : 1;
      });
      assert.ok(weight.reduce((sum, one) => sum + one, 0) <= 3001, weight.join(' + '));
    }
    const unpacking = new Unpacking();
    for (const parcel of parcels) unpacking.add(parcel);
    assert.deepEqual(unpacking.take(roots), before);
  });

  it('may be a chain of 20,000 structs', () => {
    const before = typesOf(
      'struct s0 { char c; };\n' + Array.from({ length: 20_000 }, (_, i) => `struct s${i + 1} { struct s${i} s; };`).join('\n'),
    );
    const { parcels, roots } = pack(before);
    const unpacking = new Unpacking();
    for (const parcel of parcels) unpacking.add(parcel);
    assert.equal(unpacking.take(roots).at(-1)?.size, 1);
  });
});
