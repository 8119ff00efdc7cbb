import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { mock } from 'node:test';
import { Heat, type HeatOptions } from '../../../src/live/heat.ts';
import type { Cells } from '../../../src/live/chunks.ts';
import type { ByteSource, RawHeat, RawHeatLook } from '../../../src/native/addon.ts';
import { shmError } from '../../../src/native/errors.ts';

const CHUNK = 4096;
const neverUsed = (): never => assert.fail('only the addon reads from the source');
const source: ByteSource = {
  how: 'pread', stat: neverUsed, shown: neverUsed, read: neverUsed, readAsync: neverUsed, write: neverUsed, writeAsync: neverUsed,
  compareAndSwap: neverUsed, fill: neverUsed, copyTo: neverUsed, difference: neverUsed, extents: neverUsed, find: neverUsed, search: neverUsed, narrow: neverUsed,
  wait: neverUsed, close: neverUsed,
}; // prettier-ignore

/** An object of eight chunks, of which the second holds memory; each look tells what `next` holds, or that all is as it was. */
class FakeNative implements RawHeat {
  looks = 0;
  closed = 0;
  budgets: number[] = [];
  /** Before each look but the first, ms. */
  waits: number[] = [];
  #last: number | undefined;
  next: (Partial<RawHeatLook> | Error)[] = [];
  hold: Promise<void> | undefined;

  async look(_source: ByteSource, budgetMs: number): Promise<RawHeatLook> {
    assert.equal(this.closed, 0, 'a closed one is not used');
    this.looks += 1;
    this.budgets.push(budgetMs);
    if (this.#last !== undefined) this.waits.push(passed - this.#last);
    this.#last = passed;
    const next = this.next.shift() ?? {};
    await this.hold;
    if (next instanceof Error) throw next;
    const same = { size: 8 * CHUNK, chunk: CHUNK, looked: Float64Array.of(1, 2), changed: new Float64Array(), round: true };
    return { ...same, held: Float64Array.of(CHUNK), ...next };
  }

  close(): void {
    this.closed += 1;
  }
}

function make(options: Partial<HeatOptions> = {}) {
  const raw = new FakeNative();
  const told: Cells[] = [];
  const counts = { opened: 0, reopened: 0 };
  const openHeat = (): RawHeat => {
    counts.opened += 1;
    raw.closed = 0;
    return raw;
  };
  const reopen = (): void => void (counts.reopened += 1);
  const onCells = (cells: Cells): void => void told.push(cells);
  const heat = new Heat({ openHeat, open: () => source, reopen, budget: () => 0.05, onCells, ...options });
  return { heat, raw, told, counts };
}

/** Of the mocked time, ms. */
let passed = 0;

async function pass(ms: number): Promise<void> {
  for (let i = 0; i < ms; i += 50) {
    passed += 50;
    mock.timers.tick(50);
    await turn();
  }
}

describe('Heat', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
  afterEach(() => mock.timers.reset());

  it('tells at first where memory is held, and then nothing while nothing differs', async () => {
    const { heat, raw, told } = make();
    heat.setCells(4);
    await pass(5000);
    assert.equal(told.length, 1);
    assert.deepEqual([...(told[0]?.held ?? [])], [128, 0, 0, 0]);
    assert.deepEqual([...(told[0]?.changed ?? [])], [0, 0, 0, 0]);
    assert.equal(told[0]?.roundMs, 200);
    assert.deepEqual(
      raw.waits.slice(0, 6),
      [200, 400, 800, 1000, 1000, 1000],
      'rarer and rarer, but a change is seen within a second',
    );
  });

  it('tells each change once, also where it differs in size or memory', async () => {
    const { heat, raw, told } = make();
    heat.setCells(8);
    await pass(400);
    raw.next = [
      { changed: Float64Array.of(1, 2) },
      {},
      { held: Float64Array.of(0) },
      {},
      { size: 16 * CHUNK, held: Float64Array.of(0) },
    ];
    await pass(2000);
    assert.deepEqual(told.map(({ size, held, changed }) => [size / CHUNK, held[1], changed[1]]), [
      [8, 255, 0], [8, 255, 1], [8, 0, 0], [8, 255, 0], [16, 0, 0], [8, 255, 0],
    ]); // prettier-ignore
  });

  it('spends less with each round of many looks that shows nothing new, and all again with the first change', async () => {
    const { heat, raw } = make();
    heat.setCells(8);
    const rounds = async (count: number, change: number): Promise<number[]> => {
      const before = raw.looks;
      // A round of three looks; the change is in one of them.
      raw.next = Array.from({ length: 3 * count }, (_, i) => ({
        round: i % 3 === 2,
        looked: Float64Array.of(i % 3, (i % 3) + 1),
        changed: i === change ? Float64Array.of(i % 3, (i % 3) + 1) : new Float64Array(),
      }));
      for (let i = 0; i < 2000 && raw.next.length > 0; i++) await pass(50);
      assert.equal(raw.looks - before, 3 * count);
      return raw.waits.slice(-3 * count);
    };
    const thrice = (...waits: number[]): number[] => waits.flatMap((wait) => [wait, wait, wait]);
    assert.deepEqual(await rounds(7, -1), thrice(200, 200, 400, 800, 1600, 2000, 2000).slice(1), 'the first round is news');
    assert.deepEqual(await rounds(4, 4), [...thrice(2000), 2000, 2000, 200, ...thrice(200, 400)]);
    heat.setPaused(true);
    heat.setPaused(false);
    assert.deepEqual((await rounds(1, -1)).slice(1), [200, 200], 'a new rotation knows nothing yet');
  });

  it('gathers changes while nothing can be taken in, and tells them when there is room', async () => {
    let full = false;
    const { heat, raw, told } = make({ isFull: () => full });
    heat.setCells(8);
    await pass(400);
    full = true;
    raw.next = [1, 3, 5].map((i) => ({ changed: Float64Array.of(i, i + 1) }));
    await pass(1000);
    assert.equal(told.length, 1);
    heat.hasRoom();
    assert.equal(told.length, 1, 'there is none');
    full = false;
    heat.hasRoom();
    heat.hasRoom();
    assert.deepEqual(told.slice(1).map(({ changed }) => [...changed]), [[0, 1, 0, 1, 0, 1, 0, 0]]); // prettier-ignore
  });

  it('does nothing while nothing is shown, paused, or without a budget', async () => {
    let budget = 0;
    const { heat, raw, told } = make({ budget: () => budget });
    heat.setCells(8);
    await pass(1000);
    budget = 0.05;
    heat.setPaused(true);
    heat.budgetChanged();
    await pass(1000);
    heat.setPaused(false);
    heat.setCells(0);
    await pass(1000);
    assert.equal(raw.looks, 0);
    heat.setCells(8);
    await pass(400);
    assert.equal(told.length, 1);
    heat.setPaused(true);
    const { looks } = raw;
    await pass(1000);
    assert.deepEqual([raw.looks, raw.closed], [looks, 1]);
    heat.dispose();
    await pass(1000);
    assert.deepEqual([raw.looks, raw.closed], [looks, 1]);
  });

  it('lets a look that is under way end before it closes', async () => {
    const { heat, raw, told } = make();
    let release = (): void => undefined;
    raw.hold = new Promise((resolve) => (release = resolve));
    heat.setCells(8);
    await pass(300);
    heat.dispose();
    assert.deepEqual([raw.looks, raw.closed], [1, 0]);
    release();
    await pass(300);
    assert.deepEqual([raw.looks, raw.closed, told.length], [1, 1, 0]);
  });

  it('takes another source where one is lost, and is slow where reading fails', async () => {
    const { heat, raw, told, counts } = make();
    raw.next = [shmError('ESTALE', 'gone'), {}];
    heat.setCells(8);
    await pass(300);
    assert.deepEqual([counts.reopened, told.length], [1, 1]);
    raw.next = Array.from({ length: 100 }, () => shmError('EIO', 'broken'));
    const { looks } = raw;
    await pass(5000);
    assert.ok(raw.looks - looks <= 6, `${raw.looks - looks} looks in 5 s`);
    assert.deepEqual([counts.reopened, told.length], [1, 1]);
  });

  it('tells all again to a new page, and nothing of another object', async () => {
    const { heat, told } = make();
    heat.setCells(8);
    await pass(400);
    heat.again();
    await pass(400);
    assert.equal(told.length, 2);
    assert.deepEqual(told[1], told[0]);
    heat.setCells(3);
    await pass(400);
    assert.equal(told[2]?.held.length, 3);
    heat.setPaused(true);
    heat.reset();
    await pass(400);
    assert.equal(told.length, 3);
  });

  it("lives without the addon's call", async () => {
    const { heat, told } = make({ openHeat: () => { throw shmError('ENOTSUP', 'not in this build'); } }); // prettier-ignore
    heat.setCells(8);
    await pass(400);
    assert.equal(told.length, 0);
  });
});
