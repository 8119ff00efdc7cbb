import assert from 'node:assert/strict';
import { Pace } from '../../src/segments/pace.ts';
import type { FieldLayout, TypeLayout } from '../../api.d.ts';
import type { WatchedField } from '../../src/writers/face.ts';
import { placesOf, type Site } from '../../src/writers/sites.ts';
import { Rates } from '../../src/writers/rates.ts';
import { typedField, valueText } from '../../src/writers/typed.ts';
import { marketRing } from '../page/layouts.ts';

const SIZE = 65536;
const origin = 'source';
const leaf = (kind: TypeLayout['kind'], size: number, change: Partial<TypeLayout> = {}): TypeLayout => ({
  name: kind,
  kind,
  size,
  alignment: size,
  origin,
  ...change,
});
const int32 = leaf('integer', 4, { signed: true });
const shownAt = (type: TypeLayout) => ({ type, offset: 0 });
const typeOf = (field: WatchedField, type = marketRing) => typedField(field, shownAt(type), SIZE).type?.name;
/** The bytes as a CPU that stores the first one first reads them. */
const word = (...bytes: readonly number[]) => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
const doubleWord = (value: number, little = true) => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value, little);
  return view.getBigUint64(0, true);
};

describe('the type of a watched field', () => {
  it('is that of the leaf that the path names', () => {
    assert.equal(typeOf({ offset: 0x38, length: 4, path: 'head' }), 'uint32_t');
    assert.equal(typeOf({ offset: 0x48, length: 8, path: 'best_bid' }), 'double');
    assert.equal(typeOf({ offset: 0x60 + 3 * 48 + 8, length: 4, path: 'orders[3].side' }), 'enum Side');
    assert.equal(typeOf({ offset: 0x40, length: 8, path: 'symbol' }), 'char[8]');
  });

  it('is else that of the leaf that is exactly these bytes', () => {
    assert.equal(typeOf({ offset: 0x48, length: 8 }), 'double');
    assert.equal(typeOf({ offset: 0x60 + 3 * 48 + 16, length: 8 }), 'double');
    assert.equal(typeOf({ offset: 0x48, length: 8, path: 'of_another_type' }), 'double');
    assert.equal(typeOf({ offset: 0x48, length: 4 }), undefined, 'half of a double');
    assert.equal(typeOf({ offset: 0x38, length: 8 }), undefined, 'two leaves');
    assert.equal(typeOf({ offset: 0x40, length: 1 }), undefined, 'a part of a text');
    assert.equal(typeOf({ offset: 0xfff8, length: 8 }), undefined, 'past the type');
    assert.equal(typedField({ offset: 8, length: 4 }, { type: int32, offset: 8 }, SIZE).type, int32, 'no struct at all');
    assert.equal(typedField({ offset: 0, length: 4 }, { type: int32, offset: 8 }, SIZE).type, undefined);
  });

  it('is none for bit-fields and structs, however they are asked for', () => {
    assert.equal(typeOf({ offset: 8, length: 1, path: 'flags.ready' }), undefined);
    assert.equal(typeOf({ offset: 8, length: 4, path: 'flags.mode' }), undefined);
    assert.equal(typeOf({ offset: 8, length: 4, path: 'flags' }), undefined);
    assert.equal(typeOf({ offset: 8, length: 1 }), undefined);
    const inner: readonly FieldLayout[] = [{ name: 'x', offset: 0, type: int32 }];
    const fields = [{ name: 'box', offset: 0, type: leaf('struct', 4, { fields: inner }) }];
    const outer = leaf('struct', 4, { fields });
    assert.equal(typeOf({ offset: 0, length: 4, path: 'box' }, outer), undefined);
    assert.equal(typeOf({ offset: 0, length: 4, path: 'box.x' }, outer), int32.name);
  });

  it('leaves the field as it is where there is none, and has an order only where it is not little', () => {
    const head: WatchedField = { offset: 0x38, length: 4, path: 'head' };
    assert.equal(typedField(head, undefined, SIZE, 'big'), head);
    assert.ok(!('byteOrder' in typedField(head, shownAt(marketRing), SIZE, 'little')));
    assert.equal(typedField(head, shownAt(marketRing), SIZE, 'big').byteOrder, 'big');
  });
});

describe('values of watched fields', () => {
  it('are unsigned where nothing is known', () => {
    assert.equal(valueText(0xffff_ffffn, { length: 4 }), '4294967295');
    assert.equal(valueText(0xffff_ffff_ffff_ffffn, { length: 8 }), '18446744073709551615');
    assert.equal(valueText(0x1ffn, { length: 1 }), '255');
  });

  it('are what the fields show: doubles, negative numbers, enums, bools, pointers and characters', () => {
    assert.equal(valueText(doubleWord(101.375), { length: 8, type: leaf('float', 8) }), '101.375');
    assert.equal(valueText(0xffff_fffbn, { length: 4, type: int32 }), '-5');
    assert.equal(valueText(0xffff_ffff_ffff_fffen, { length: 8, type: leaf('integer', 8, { signed: true }) }), '-2');
    const side = leaf('enum', 4, { enumerators: [{ name: 'BUY', value: 1n }] });
    assert.equal(valueText(1n, { length: 4, type: side }), 'BUY (1)');
    assert.equal(valueText(7n, { length: 4, type: side }), '7');
    assert.equal(valueText(1n, { length: 1, type: leaf('bool', 1) }), 'true');
    assert.equal(valueText(0x7fff_0010n, { length: 8, type: leaf('pointer', 8) }), '0x7fff0010');
    assert.equal(valueText(0x41n, { length: 1, type: leaf('char', 1, { signed: true }) }), "'A' (65)");
    const text = leaf('array', 4, { element: leaf('char', 1, { signed: true }), count: 4 });
    assert.equal(valueText(word(0x61, 0x62, 0, 0x63), { length: 4, type: text }), '"ab"');
  });

  it('are in the byte order of the page, but where the type has its own', () => {
    const bytes = word(0xff, 0xff, 0xff, 0xfb);
    assert.equal(valueText(bytes, { length: 4, type: int32, byteOrder: 'big' }), '-5');
    assert.equal(valueText(doubleWord(-2.5, false), { length: 8, type: leaf('float', 8), byteOrder: 'big' }), '-2.5');
    assert.equal(valueText(bytes, { length: 4, type: { ...int32, byteOrder: 'big' } }), '-5');
    assert.equal(valueText(0xffff_fffbn, { length: 4, type: { ...int32, byteOrder: 'little' }, byteOrder: 'big' }), '-5');
  });

  it('are so in the places of a report, each by its field', async () => {
    const site = (field: number, before: bigint, after: bigint): Site => ({
      index: field, field, image: 0, pid: 1, parent: 0, process: 'feed', tid: 1, ip: 16n, caller: 0n, count: 1, first: 0, last: 1, before, after,
    }); // prettier-ignore
    const fields: readonly WatchedField[] = [
      { offset: 0, length: 8, type: leaf('float', 8) },
      { offset: 8, length: 4 },
    ];
    const sites = [site(0, doubleWord(1.5), doubleWord(101.375)), site(1, 0xffff_ffffn, 0n)];
    const places = await placesOf(sites, fields, () => undefined, new Rates(), new Pace());
    assert.deepEqual(
      places.map(({ field, before, after }) => [field, before, after]),
      [
        [0, '1.5', '101.375'],
        [1, '4294967295', '0'],
      ],
    );
  });
});
