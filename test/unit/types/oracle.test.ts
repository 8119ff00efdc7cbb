import assert from 'node:assert/strict';
import { skipBecause } from '../../support/skip.ts';
import { Generator, PRELUDE, type GeneratedStruct } from './generator.ts';
import { judge, noCompiler } from './oracle.ts';
import { makeService, placesOf } from './support.ts';

/** SHMSCOPE_STRUCTS and SHMSCOPE_SEED make a longer run by hand. */
const COUNT = Number(process.env['SHMSCOPE_STRUCTS'] ?? 2000);
const SEED = Number(process.env['SHMSCOPE_SEED'] ?? 20260101);
const BATCH = 500;

describe('layouts of random structs', function () {
  this.timeout(120_000 + COUNT * 20);
  const service = makeService({ timeLimit: 60_000 });
  after(() => service.dispose());

  const reason = noCompiler();
  before(function () {
    if (reason !== undefined) skipBecause(this, reason);
  });

  for (let start = 0; start < COUNT; start += BATCH) {
    const seed = SEED + start;
    it(`are gcc's for ${Math.min(BATCH, COUNT - start)} structs (seed ${seed})`, async () => {
      const generator = new Generator(seed);
      const structs = Array.from({ length: Math.min(BATCH, COUNT - start) }, () => generator.next());
      const judged = judge(PRELUDE, structs);
      const types = await service.parse({ source: PRELUDE + structs.map((one) => one.source).join(''), abi: 'x86_64' });
      const byName = new Map(types.map((type) => [type.name, type]));
      const wrong: string[] = [];
      for (const [i, struct] of structs.entries()) {
        const type = byName.get(struct.name);
        assert.ok(type, `${struct.name} is among the results`);
        const ours = { size: type.size, alignment: type.alignment, members: placesOf(type) };
        if (!same(ours, judged[i])) wrong.push(explain(struct, ours, judged[i]));
      }
      assert.equal(
        wrong.length,
        0,
        `${wrong.length} of ${structs.length} differ, seed ${seed}:\n${wrong.slice(0, 3).join('\n')}`,
      );
    });
  }
});

function same(ours: unknown, gccs: unknown): boolean {
  try {
    assert.deepEqual(ours, gccs);
    return true;
  } catch {
    return false;
  }
}

function explain(struct: GeneratedStruct, ours: unknown, gccs: unknown): string {
  const plain = (_key: string, one: unknown): unknown => (one instanceof Map ? Object.fromEntries<unknown>(one) : one);
  const text = (value: unknown): string => JSON.stringify(value, plain);
  return `${struct.source}ours ${text(ours)}\ngcc  ${text(gccs)}`;
}
