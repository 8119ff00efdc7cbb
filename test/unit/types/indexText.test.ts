import assert from 'node:assert/strict';
import { parseIndex } from '../../../src/types/debuginfo/file/indexText.ts';

const index = (variables: readonly string[], locals: readonly string[]): Buffer[] => {
  const counts = `"entries":1,"variables":${variables.length},"locals":${locals.length}`;
  const header = `{"buildId":"ab","machine":62,"bits":64,${counts},"lack":""}`;
  return [Buffer.from([header, 'sc\t24\tm77-1\tstruct s', ...variables, ...locals, 'end 1', ''].join('\n'))];
};
const line = (place: string): string => `sc\t24\tm77-1\t${place}\ta.c:8\tmain::p\tstruct s`;

describe('the index of a file', () => {
  it('has variables at addresses, and others in the frames of functions', async () => {
    const parts = await parseIndex(index([line('4010')], [line('b-32:1180-120d'), line('c8:1-2')]));
    assert.ok(parts);
    const { variables, locals, entries } = parts;
    const [entry] = entries;
    assert.deepEqual(entry, { name: 'struct s', kind: 'struct', size: 24, ref: 'm77-1', language: 'c' });
    const said = { name: 'main::p', target: entry, declared: 'a.c:8' };
    assert.deepEqual(variables, [{ ...said, address: 0x4010n }]);
    assert.deepEqual(locals, [
      { ...said, address: -32n, base: 'b', low: 0x1180n, high: 0x120dn },
      { ...said, address: 8n, base: 'c', low: 1n, high: 2n },
    ]);
  });

  for (const place of ['', '4010', 'x8:1-2', 'b:1-2', 'b8:1', 'b8:1-', 'b--8:1-2', 'b8:1-2 ', 'b1234567890123456:1-2'])
    it(`is refused with a local variable at '${place}'`, () =>
      assert.rejects(parseIndex(index([], [line(place)])), { code: 'EIO' }));

  it('is refused with a local variable in the place of one with an address', () =>
    assert.rejects(parseIndex(index([line('b-32:1180-120d')], [])), { code: 'EIO' }));
});
