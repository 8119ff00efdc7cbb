import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { makeService } from './support.ts';

const TEXT = readFileSync(new URL('../../../docs/types.md', import.meta.url), 'utf8');

describe('docs/types.md', () => {
  const service = makeService();
  after(() => service.dispose());

  const examples = Array.from(TEXT.matchAll(/```(c|cpp|python|json)\n(?:\/\/|#) (\d+) bytes\n([\s\S]*?)```/g));
  it('has examples', () => assert.ok(examples.length >= 5));
  for (const [, language = '', size, source = ''] of examples) {
    it(`says the size of its example in ${language}: ${source.trim().split('\n').at(-1)}`, async () => {
      const types = await service.parse({ source, abi: 'x86_64' });
      assert.equal(types.at(-1)?.size, Number(size));
    });
  }
});
