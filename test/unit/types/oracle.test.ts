import assert from 'node:assert/strict';
import { skipBecause } from '../../support/skip.ts';
import { batchesOf, compareBatch } from './batch.ts';
import { compilerOf, lackOf, TARGETS } from './compilers.ts';
import { makeService } from './support.ts';

/** SHMSCOPE_SEED says a run again. */
const COUNT = 2000;
const SEED = Number(process.env['SHMSCOPE_SEED'] ?? Date.now() % 2 ** 31);

describe('layouts of random structs', function () {
  this.timeout(120_000);
  const service = makeService({ timeLimit: 60_000 });
  after(() => service.dispose());

  for (const target of TARGETS) {
    const { abi, dialect, language } = target;
    it(`${COUNT} of ${language === 'c' ? 'C' : 'C++'} are ${dialect}'s for ${abi} (seed ${SEED})`, async function () {
      if (compilerOf(target) === undefined) skipBecause(this, lackOf(target));
      for (const batch of batchesOf(SEED, COUNT)) {
        const wrong = await compareBatch(service, target, batch);
        const shown = wrong.slice(0, 3).map(({ text }) => text);
        assert.equal(wrong.length, 0, `${wrong.length} of ${batch.count} differ, seed ${batch.seed}:\n${shown.join('\n')}`);
      }
    });
  }
});
