import assert from 'node:assert/strict';
import type { TypeLayout } from '../../../api.d.ts';
import { TypedSegments } from '../../../src/locks/typed.ts';
import type { Suggestion } from '../../../src/types/debuginfo/finder.ts';
import { segment } from './made.ts';

const TYPE: TypeLayout = { name: 'struct shelf', kind: 'struct', size: 64, alignment: 8, fields: [], origin: 'debug info' };

const certain: Suggestion = {
  type: TYPE,
  offset: 0,
  why: '',
  certain: true,
  seen: { name: TYPE.name, ref: '1', kind: 'struct', size: 64, language: 'c', file: { path: '', name: '', root: '' }, pids: [] },
};

/** `took` ms for each answer of the mappers; `asked` says of which segments they were asked. */
function typed(found: () => readonly Suggestion[], took = 0) {
  const asked: string[] = [];
  const rounds: number[] = [];
  const segments = new TypedSegments({
    chosen: () => undefined,
    resolve: () => Promise.resolve(undefined),
    suggest: async ({ id }) => {
      asked.push(id);
      await new Promise((resolve) => setTimeout(resolve, took));
      return found();
    },
    learned: () => rounds.push(asked.length),
  });
  return { segments, asked, rounds };
}

describe('the types of segments with locks', () => {
  it('asks the same mappers once', async () => {
    const { segments, asked } = typed(() => [certain]);
    const one = segment('one', [1, 2]);
    await segments.learn([one], Infinity);
    await segments.learn([one], Infinity);
    await segments.learn([segment('one', [2, 1])], Infinity);
    assert.deepEqual(asked, ['id one']);
    assert.equal(segments.of(one)?.type, TYPE);
  });

  it('tells when all were asked about, so that the next round sees what is new', async () => {
    const { segments, rounds } = typed(() => [certain], 20);
    const all = [segment('one', [1]), segment('two', [1])];
    assert.equal(await segments.learn(all, 1), false);
    assert.deepEqual(rounds, []);
    assert.equal(await segments.learn(all, Infinity), true);
    assert.deepEqual(rounds, [2]);
  });

  it('asks others at once where nothing is known, and not as often where it is', async () => {
    let found: readonly Suggestion[] = [];
    const { segments, asked } = typed(() => found, 300);
    await segments.learn([segment('one', [1])], Infinity);
    found = [certain];
    await segments.learn([segment('one', [1, 2])], Infinity);
    await segments.learn([segment('one', [1, 2, 3])], Infinity);
    await segments.learn([segment('two', [1])], Infinity);
    assert.deepEqual(asked, ['id one', 'id one', 'id two']);
  });
});
