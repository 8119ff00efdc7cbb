import assert from 'node:assert/strict';
import type { TypeLayout } from '../../../../api.d.ts';
import { readPython } from '../../../../src/types/foreign/fromPython.ts';
import { readStructFormat } from '../../../../src/types/foreign/pystruct.ts';
import { skipBecause } from '../../../support/skip.ts';
import { judgedDtypes, judgedFormats, noPython } from './python.ts';

/** SHMSCOPE_SEED makes another run by hand. */
const SEED = Number(process.env['SHMSCOPE_SEED'] ?? 20260101);
const FORMATS = 2000;
const DTYPES = 1000;

describe('formats and dtypes as Python lays them out', function () {
  this.timeout(60_000);
  before(function () {
    if (process.arch !== 'x64') skipBecause(this, `native sizes are those of x86-64, and this machine is ${process.arch}`);
  });

  it(`${FORMATS} random formats of struct (seed ${SEED})`, function () {
    const reason = noPython('struct');
    if (reason !== undefined) skipBecause(this, reason);
    const judged = judgedFormats(SEED, FORMATS);
    assert.equal(judged.length, FORMATS);
    for (const { text, size, items } of judged) {
      const type = readStructFormat(text, text, 'x86_64', 0);
      assert.equal(type.size, size, text);
      assert.deepEqual(
        type.fields?.map((field) => [field.offset, field.type.size]),
        items,
        text,
      );
    }
  });

  it(`${DTYPES} random dtypes of numpy, by repr, str and descr (seed ${SEED})`, function () {
    const reason = noPython('numpy');
    if (reason !== undefined) skipBecause(this, reason);
    const all = judgedDtypes(SEED, DTYPES);
    assert.ok(all.length > 3 * DTYPES, `${all.length} texts`);
    for (const { text, ...judged } of all) {
      const [type] = readPython(text, 'x86_64');
      assert.ok(type, text);
      assert.deepEqual({ size: type.size, alignment: type.alignment, places: placesIn(type) }, judged, text);
    }
  });
});

function placesIn(type: TypeLayout, path = '', base = 0): (readonly [string, number, number])[] {
  let inner = type;
  while (inner.kind === 'array' && inner.element) inner = inner.element;
  return (inner.fields ?? []).flatMap(({ name, offset, type: field }) => [
    [path + name, base + offset, field.size] as const,
    ...placesIn(field, `${path}${name}.`, base + offset),
  ]);
}
