import assert from 'node:assert/strict';
import { closeSync, openSync, statSync, truncateSync, unlinkSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cells } from '../../../src/live/chunks.ts';
import { Heat } from '../../../src/live/heat.ts';
import type { ByteSource } from '../../../src/native/addon.ts';
import { addon, cleanup } from '../support.ts';

const MIB = 2 ** 20;
const PATIENCE = 20_000;

describe('Heat over real objects', () => {
  const made = cleanup();
  const open: (() => void)[] = [];
  afterEach(() => open.splice(0).forEach((close) => close()));

  function store(path: string, offset: number, text: string): void {
    const fd = openSync(path, 'r+');
    writeSync(fd, text, offset);
    closeSync(fd);
  }

  /** A rotation over an object of `size` bytes that holds nothing yet, and what it tells. */
  function watch(size: number, cells: number) {
    const path = made.path('heat');
    addon.createPath(path, size, 0o600, true, false);
    let source: ByteSource | undefined;
    const told: Cells[] = [];
    const reopen = (): void => {
      source?.close();
      source = undefined;
    };
    const heat = new Heat({
      openHeat: (chunks) => addon.openHeat(chunks),
      open: () => (source ??= addon.openPath(path, false)),
      reopen,
      budget: () => 0.5,
      onCells: (next) => void told.push(next),
    });
    open.push(() => heat.dispose(), reopen);
    const until = async (what: string, check: (last: Cells) => boolean): Promise<Cells> => {
      for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(20)) {
        const found = told.find(check);
        if (found) return found;
      }
      return assert.fail(`${what}: ${JSON.stringify(told.at(-1))}`);
    };
    return { path, told, heat, until, cells };
  }

  it('tells where memory is held, and each store once, in the cell that it is in; and allocates nothing', async () => {
    const { path, told, heat, until } = watch(64 * MIB, 64);
    store(path, 3 * MIB + 5, 'x');
    store(path, 40 * MIB, 'x');
    heat.setCells(64);
    const first = await until('a first round', ({ roundMs }) => roundMs !== undefined);
    assert.deepEqual([...first.held.entries()].filter(([, held]) => held > 0).map(([cell]) => cell), [3, 40]); // prettier-ignore
    assert.equal(first.changed.includes(1), false, 'what is seen for the first time has not changed');
    const { blocks } = statSync(path);
    const before = told.length;
    await sleep(1000);
    assert.equal(told.length, before, 'nothing is told while nothing differs');
    store(path, 40 * MIB + 100, 'y');
    const next = await until('a store', ({ changed }) => changed.includes(1));
    assert.deepEqual([...next.changed.entries()].filter(([, changed]) => changed > 0).map(([cell]) => cell), [40]); // prettier-ignore
    await sleep(1000);
    assert.equal(told.length, before + 1, 'a store is told once');
    assert.equal(statSync(path).blocks, blocks);
  });

  it('sees memory come, also where there was none', async () => {
    const { path, heat, until } = watch(1024 * MIB, 128);
    heat.setCells(128);
    const empty = await until('a first round', ({ roundMs }) => roundMs !== undefined);
    assert.ok(empty.held.every((held) => held === 0));
    store(path, 1024 * MIB - 8, 'x');
    await until('the last page', ({ held }) => held[127] === 1);
  });

  it('follows growing and shrinking, to nothing and back', async () => {
    const { path, told, heat, until } = watch(MIB, 16);
    store(path, 0, 'x'.repeat(MIB));
    heat.setCells(16);
    await until('all of it', ({ held }) => held.every((cell) => cell === 255));
    truncateSync(path, 64 * MIB);
    await until('its growth', ({ size, held }) => size === 64 * MIB && (held[0] ?? 0) > 0 && held[15] === 0);
    truncateSync(path, 0);
    await until('its emptiness', ({ size }) => size === 0);
    const count = told.length;
    truncateSync(path, MIB);
    store(path, MIB - 4096, 'x'.repeat(4096));
    await until(
      'its return',
      (cells) => told.indexOf(cells) >= count && cells.size === MIB && cells.held[15] !== 0 && cells.held[0] === 0,
    );
  });

  it('survives a storm of truncations, and the removal of the name', async () => {
    const { path, told, heat, until } = watch(16 * MIB, 64);
    heat.setCells(64);
    for (let i = 0; i < 400; i++) {
      truncateSync(path, (i % 17) * MIB + (i % 5) * 1000);
      if (i % 17 > 0) store(path, (i % 17) * MIB - 8192, `round ${i}`);
      if (i % 20 === 0) await sleep(5);
    }
    truncateSync(path, 8 * MIB);
    await until('the end of the storm', (cells) => cells.size === 8 * MIB && told.at(-1) === cells);
    unlinkSync(path);
    await sleep(500);
    heat.setPaused(true);
  });

  it('takes a segment of a few bytes', async () => {
    const { path, heat, until } = watch(36, 700);
    store(path, 0, 'hello');
    heat.setCells(700);
    const { size } = await until('it', ({ held }) => held.every((cell) => cell > 0));
    assert.equal(size, 36);
    store(path, 32, '1');
    await until('a store', ({ changed }) => changed.includes(1));
  });
});
