import assert from 'node:assert/strict';
import { judge, summarize } from '../../../scripts/test/results.mjs';

describe('test summary', () => {
  const end = { suite: 's', event: 'end' } as const;
  const pass = { suite: 's', event: 'pass', title: 'works' } as const;

  it('closes with the counts over all suites', () => {
    const skip = { suite: 's', event: 'skip', title: 'other', reason: 'no second user' } as const;
    const fail = { suite: 's', event: 'fail', title: 'breaks', error: 'boom' } as const;
    const { lines, failed } = summarize([judge('s', [pass, skip, end], 0), judge('t', [pass, fail, end], 1)]);
    assert.equal(lines.at(-1), '2 passed, 1 failed, 1 skipped');
    assert.equal(failed, 1);
    assert.ok(lines.includes('  1 × no second user'), lines.join('\n'));
  });

  it('counts a suite that died on its way, ran nothing or lied about its exit code as failed', () => {
    for (const result of [judge('s', [pass], null), judge('s', [end], 0), judge('s', [], 0), judge('s', [pass, end], 7)]) {
      assert.equal(summarize([result]).failed, 1);
    }
    assert.equal(summarize([judge('s', [pass, end], 0)]).failed, 0);
  });
});
