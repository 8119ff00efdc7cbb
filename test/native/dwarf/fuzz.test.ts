/** A short run of `npm run fuzz -- dwarf`. */
import assert from 'node:assert/strict';
import { fuzzDwarf } from '../../fuzz/dwarf.ts';
import { needsProgram } from '../../support/skip.ts';
import { readerFor } from './support.ts';

describe('debug info that is nearly right', () => {
  it('costs the helper no crash, no time and no memory', function () {
    readerFor(this);
    needsProgram(this, 'gcc');
    needsProgram(this, 'g++');
    this.timeout(120_000);
    const seed = Date.now() % 2 ** 31;
    console.log(`      seed ${seed}`);
    const { files, read, findings } = fuzzDwarf({ seed, from: 0, count: 100_000, milliseconds: 20_000 });
    assert.deepEqual(
      findings.map(({ index, what }) => `npm run fuzz -- dwarf --seed ${seed} --from ${index} --count 1: ${what}`),
      [],
    );
    assert.ok(read > files / 10, `${read} of ${files} files had types left`);
  });
});
