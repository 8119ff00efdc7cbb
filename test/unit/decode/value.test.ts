import assert from 'node:assert/strict';
import { decodeValue } from '../../../src/decode/value.ts';
import { array, CHAR, INT, struct, STUDENT, UINT8 } from './layouts.ts';

const LITTLE = { byteOrder: 'little' } as const;

describe('decodeValue', () => {
  it('gives paths, offsets, texts and a summary', () => {
    const bytes = new Uint8Array(72);
    bytes.set(new TextEncoder().encode('hello'), 36);
    bytes[68] = 20;
    const value = decodeValue({ offset: 1000, bytes, size: 2000 }, array(STUDENT, 2), 1000, LITTLE);
    assert.equal(value.text, '2 elements');
    assert.deepEqual(value.children?.[1], {
      path: '[1]',
      offset: 1036,
      type: 'struct student',
      text: '{name "hello", age 20}',
      children: [
        { path: '[1].name', offset: 1036, type: 'char[32]', value: 'hello', text: '"hello"' },
        { path: '[1].age', offset: 1068, type: 'int', value: 20, text: '20' },
      ],
    });
  });

  it('has no value past the end, and none for what was not read', () => {
    const bytes = new Uint8Array(40);
    const value = decodeValue({ offset: 0, bytes, size: 70 }, array(STUDENT, 3), 0, LITTLE);
    const texts = value.children?.map((child) => child.children?.map((leaf) => leaf.text));
    assert.deepEqual(texts, [
      ['""', '0'],
      ['""', 'past the end'],
      ['past the end', 'past the end'],
    ]);
    const part = decodeValue({ offset: 0, bytes, size: 400 }, array(INT, 12), 0, LITTLE);
    assert.deepEqual(
      part.children?.slice(9).map((leaf) => leaf.text),
      ['0', 'not read', 'not read'],
    );
  });

  it('an anonymous member has its parent’s path', () => {
    const inner = struct('struct {…}', 4, [{ name: 'x', offset: 0, type: INT }]);
    const outer = struct('struct o', 8, [
      { name: 'in', offset: 0, type: struct('struct i', 8, [{ name: '', offset: 4, type: inner }]) },
    ]);
    const value = decodeValue({ offset: 0, bytes: new Uint8Array(8), size: 8 }, outer, 0, LITTLE);
    const anonymous = value.children?.[0]?.children?.[0];
    assert.deepEqual([anonymous?.path, anonymous?.offset, anonymous?.children?.[0]?.path], ['in', 4, 'in.x']);
  });

  it('a flexible array member takes what remains', () => {
    const type = struct('struct f', 4, [
      { name: 'n', offset: 0, type: INT },
      { name: 'items', offset: 4, type: array(array(UINT8, 2), undefined) },
    ]);
    const value = decodeValue({ offset: 0, bytes: new Uint8Array(9), size: 9 }, type, 0, LITTLE);
    assert.deepEqual(
      value.children?.[1]?.children?.map((one) => one.path),
      ['items[0]', 'items[1]'],
    );
    assert.equal(value.children?.[1]?.children?.[1]?.children?.[1]?.path, 'items[1][1]');
  });

  it('refuses more than a million values, at once', () => {
    const window = { offset: 0, bytes: new Uint8Array(0), size: 0 };
    for (const type of [array(UINT8, 2 ** 50), array(array(UINT8, 2000), 2000)]) {
      assert.throws(() => decodeValue(window, type, 0, LITTLE), { code: 'EOVERFLOW', message: /more than 1,000,000 values/ });
    }
  });

  it('reads big endian', () => {
    const value = decodeValue({ offset: 0, bytes: Uint8Array.of(0, 0, 1, 2), size: 4 }, INT, 0, { byteOrder: 'big' });
    assert.equal(value.value, 258);
  });

  it('empty char array', () =>
    assert.equal(decodeValue({ offset: 0, bytes: new Uint8Array(0), size: 0 }, array(CHAR, 0), 0, LITTLE).text, '""'));
});
