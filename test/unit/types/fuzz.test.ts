import assert from 'node:assert/strict';
import { fuzzDeclarations } from '../../fuzz/declarations.ts';

/** SHMSCOPE_SEED makes a run again; `npm run fuzz -- declarations` makes long ones. */
const SEED = Number(process.env['SHMSCOPE_SEED'] ?? Date.now() % 2 ** 31);
const SECONDS = 20;

describe('mutated texts of types', function () {
  this.timeout(120_000);

  it(`${SECONDS} s of them hurt nothing (seed ${SEED})`, async () => {
    const { findings, texts } = await fuzzDeclarations({ seed: SEED, milliseconds: SECONDS * 1000 });
    const shown = findings.map(({ index, what, text }) => `text ${index}: ${what}\n${text.slice(0, 2000)}`);
    assert.equal(findings.length, 0, `npm run fuzz -- declarations --seed ${SEED}\n${shown.join('\n\n')}`);
    assert.ok(texts > 0);
  });
});
