import '../../support/vscode.ts';
import assert from 'node:assert/strict';
import { truncateSync } from 'node:fs';
import { keepAnswers } from '../../../src/protocol/keeping.ts';
import { MAX_DIFFERENCES } from '../../../src/protocol/limits.ts';
import { folders, objectAt, openIn, saidAs, segmentAt, snapshotsIn } from '../keep/support.ts';
import { makeModel } from '../model/support.ts';
import { cleanup } from '../support.ts';

// Not before the hook above is there.
const { keepRequests } = await import('../../../src/panel/answers/keep.ts');

describe('what a page asks of snapshots', () => {
  const made = cleanup();
  const folder = folders();
  let model: ReturnType<typeof makeModel>;
  beforeEach(() => (model = makeModel()));
  afterEach(() => model.dispose());

  async function setUp(what: string, size: number, content = '') {
    const path = made.path(what);
    const live = objectAt(path, size, { 0: content });
    const root = folder();
    const snapshots = snapshotsIn(root);
    await model.store.refresh();
    const segment = model.store.last?.segments.find((one) => one.path === path) ?? segmentAt(path);
    const ask = async (name: keyof typeof keepRequests, what: unknown, running: object = {}): Promise<unknown> =>
      Reflect.apply(keepRequests[name], undefined, [{ segment, typing: {} }, { ...model, snapshots }, what, running]);
    const compare = async (left: string, right: string, from = 0, running: object = {}) => {
      const answer = await ask('compare', { left, right, from }, running);
      assert.ok(keepAnswers.compare(answer), 'as the protocol has it');
      return answer;
    };
    const take = async (name: string): Promise<string> => {
      const info = await ask('takeSnapshot', { name });
      assert.ok(keepAnswers.takeSnapshot(info));
      return info.id;
    };
    return { path, live, root, ask, compare, take };
  }

  /** Every 16th byte differs: what is less than a word apart would be one difference. */
  const stripes = (count: number): Uint8Array => Uint8Array.from({ length: 16 * count }, (_, at) => (at % 16 === 0 ? 1 : 0));

  it('differences come in pages that join without gap and without overlap', async () => {
    const count = MAX_DIFFERENCES + 3;
    const { live, compare, take } = await setUp('pages', 16 * count);
    const id = await take('zeros');
    await live.writeAsync(stripes(count), 0);
    const first = await compare(id, 'live');
    assert.deepEqual([first.differences.length, first.complete], [2 * MAX_DIFFERENCES, false]);
    assert.deepEqual([...first.differences.subarray(0, 4)], [0, 1, 16, 17]);
    const second = await compare(id, 'live', first.differences.at(-1));
    const at = 16 * MAX_DIFFERENCES;
    assert.deepEqual([...second.differences], [at, at + 1, at + 16, at + 17, at + 32, at + 33]);
    assert.equal(second.complete, true);
    assert.deepEqual(await compare(id, 'live', 16 * count), { differences: new Float64Array(), complete: true });
    live.close();
  });

  it('a page that is full to the last difference has no other after it', async () => {
    const { live, compare, take } = await setUp('full', 16 * MAX_DIFFERENCES);
    const id = await take('zeros');
    await live.writeAsync(stripes(MAX_DIFFERENCES), 0);
    const { differences, complete } = await compare(id, 'live');
    assert.deepEqual([differences.length, complete], [2 * MAX_DIFFERENCES, true]);
    live.close();
  });

  it('what only one of the two has differs, whichever it is', async () => {
    const { live, path, compare, take, ask } = await setUp('sizes', 100, 'x');
    const small = await take('small');
    truncateSync(path, 300);
    const large = await take('large');
    for (const [left, right] of [[small, large], [large, small], [small, 'live']] as const)
      assert.deepEqual([...(await compare(left, right)).differences], [100, 300]); // prettier-ignore
    truncateSync(path, 0);
    assert.deepEqual([...(await compare(small, 'live')).differences], [0, 100]);
    assert.deepEqual(await ask('read', { of: small, offset: 0, length: 1000 }), {
      bytes: Uint8Array.of(0x78, ...new Uint8Array(99)),
      size: 100,
    });
    assert.deepEqual(await ask('read', { of: 'live', offset: 5, length: 10 }), { bytes: new Uint8Array(), size: 0 });
    live.close();
  });

  it('a snapshot that was removed in between is an error that says so, and nothing stays open', async () => {
    const { live, root, ask, compare, take } = await setUp('removed', 4096, 'x');
    const [one, two] = [await take('one'), await take('two')];
    assert.equal((await compare(one, two)).differences.length, 0);
    await ask('removeSnapshot', { id: two });
    for (const [left, right] of [[one, two], [two, one], [two, 'live']] as const)
      await assert.rejects(compare(left, right), saidAs('ENOENT', /^The snapshot is gone/)); // prettier-ignore
    await assert.rejects(ask('read', { of: two, offset: 0, length: 1 }), saidAs('ENOENT', /gone/));
    await assert.rejects(ask('removeSnapshot', { id: two }), saidAs('ENOENT', /gone/));
    await assert.rejects(ask('renameSnapshot', { id: two, name: 'x' }), saidAs('ENOENT', /gone/));
    assert.deepEqual(openIn(root), []);
    live.close();
  });

  it('a comparison that has begun goes on over a snapshot that is removed, and ends where it is cancelled', async () => {
    const { live, ask, compare, take } = await setUp('meanwhile', 32 << 20);
    const id = await take('zeros');
    await live.writeAsync(new Uint8Array(8 << 20).fill(3), 16 << 20);
    // Asked for at once: the snapshot is open by then, or gone.
    const [outcome] = await Promise.all([compare(id, 'live').catch((error: unknown) => error), ask('removeSnapshot', { id })]);
    if (outcome instanceof Error) saidAs('ENOENT', /gone/)(outcome);
    else assert.deepEqual(outcome, { differences: Float64Array.of(16 << 20, 24 << 20), complete: true });
    const again = await take('again');
    await assert.rejects(compare(again, 'live', 0, { signal: AbortSignal.abort() }), saidAs('ECANCELED', /cancelled/));
    live.close();
  });
});
