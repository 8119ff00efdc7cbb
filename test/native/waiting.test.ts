import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { ByteSource } from '../../src/native/addon.ts';
import type { RawTold } from '../../src/native/told.ts';
import { takeSnapshot } from '../../src/live/snapshot.ts';
import { newControl, sparse, storm, throughProcess } from './made.ts';
import { ADDON, addon, cleanup, shmErrorOf } from './support.ts';

const PAGE = 4096;
const GIB = 1 << 30;
const LONG = 600_000;
const LIMIT = 128;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const threads = () => readdirSync('/proc/self/task').length;
/** A thread that was joined is in /proc for a moment more. */
async function untilThreads(count: number): Promise<void> {
  while (threads() > count) await pause(1);
}

/** Waits until something differs from what is read now, and does `act` in between. */
async function changes(source: ByteSource, ranges: { offset: number; length: number }[], act: () => unknown): Promise<boolean> {
  const waiting = source.wait(await takeSnapshot(source, ranges), LIMIT, 1, LONG);
  // Some looks that find nothing.
  await pause(10);
  await act();
  return waiting;
}

describe('native: waiting for a change', () => {
  const made = cleanup();

  it('is told of each byte, size, unlinking and memory that differs', async () => {
    const { path, source } = sparse(made, 'differs', 16 * PAGE);
    source.write(new Uint8Array(3 * PAGE).fill(1), 0);
    const ranges = [
      { offset: 3, length: 5 },
      { offset: 100, length: 9000 },
      { offset: 4 * PAGE, length: 100_000 },
    ];
    for (const offset of [3, 7, 100, 9099, 4 * PAGE, 16 * PAGE - 1])
      assert.equal(await changes(source, ranges, () => source.write(Uint8Array.of(9), offset)), true, String(offset));
    // Zeros that are held now, and that are not any more.
    assert.equal(await changes(source, ranges, () => source.write(Uint8Array.of(0), 6 * PAGE)), true);
    const punch = ['-p', '-o', String(6 * PAGE), '-l', String(PAGE), path];
    assert.equal(await changes(source, ranges, () => execFileSync('fallocate', punch)), true);
    for (const size of [16 * PAGE - 1, 17 * PAGE, 5, 0, 1])
      assert.equal(await changes(source, ranges, () => truncateSync(path, size)), true);
    assert.equal(await changes(source, [], () => truncateSync(path, PAGE)), true);
    assert.equal(await changes(source, ranges, () => rmSync(path)), true);
    source.close();
  });

  it('is told of a change of before it began', async () => {
    const { source } = sparse(made, 'before', PAGE);
    const told = await takeSnapshot(source, [{ offset: 0, length: 64 }]);
    source.write(Uint8Array.of(1), 63);
    assert.equal(await source.wait(told, LIMIT, 1, LONG), true);
    source.close();
  });

  it('tells nothing of what was not asked for, takes no memory, and ends in time', async () => {
    const { path, source } = sparse(made, 'silent', 64 * GIB);
    source.write(Uint8Array.of(1), 0);
    const ranges = [
      { offset: 0, length: PAGE },
      { offset: 64 * GIB - PAGE, length: PAGE },
    ];
    const before = statSync(path).blocks;
    const waiting = source.wait(await takeSnapshot(source, ranges), LIMIT, 1, 200);
    source.write(Uint8Array.of(1), 0);
    assert.equal(await waiting, false);
    assert.equal(statSync(path).blocks, before);
    const other = source.wait(await takeSnapshot(source, ranges), LIMIT, 1, 200);
    source.write(Uint8Array.of(1), GIB);
    assert.equal(await other, false);
    source.close();
  });

  it('ends when it is cancelled and when the source is closed, and leaves no thread', async () => {
    const { source } = sparse(made, 'ends', PAGE);
    const told = await takeSnapshot(source, [{ offset: 0, length: PAGE }]);
    // The pool's threads are there from now on.
    await Promise.all([1, 2, 3, 4, 5].map(() => source.readAsync(new Uint8Array(8), 0)));
    const before = threads();
    const control = newControl();
    const cancelled = source.wait(told, LIMIT, 5, LONG, control);
    assert.equal(threads(), before + 1);
    Atomics.store(control, 0, 1);
    assert.equal(await cancelled, false);
    await untilThreads(before);
    // Its own period would be an hour.
    const many = Array.from({ length: 8 }, () => source.wait(told, LIMIT, 3_600_000, 3_600_000));
    assert.equal(threads(), before + 8);
    // None of them is one of libuv's.
    assert.equal(await source.readAsync(new Uint8Array(8), 0), 8);
    source.close();
    assert.deepEqual(new Set(await Promise.all(many)), new Set([true]));
    await untilThreads(before);
    await assert.rejects(source.wait(told, LIMIT, 1, LONG), shmErrorOf('EBADF'));
  });

  it('looks through a process and at an attached segment, and is told that the process has ended', async () => {
    const { running, source: through } = await throughProcess(made);
    const ranges = [{ offset: GIB / 2 - PAGE, length: 3 * PAGE }];
    assert.equal(await changes(through, ranges, () => through.write(Uint8Array.of(9), GIB / 2 + 100)), true);
    assert.equal(await through.wait(await takeSnapshot(through, ranges), LIMIT, 1, 50), false);
    assert.equal(await changes(through, ranges, () => running.dispose()), true);
    through.close();
    const attached = addon.openSysv(made.sysv(0, 10 * PAGE), true);
    const all = [{ offset: 0, length: 10 * PAGE }];
    assert.equal(await changes(attached, all, () => attached.write(Uint8Array.of(1), 5 * PAGE)), true);
    assert.equal(await attached.wait(await takeSnapshot(attached, all), LIMIT, 1, 50), false);
    attached.close();
  });

  it('survives a storm of truncation', async () => {
    const { source } = await storm(made);
    let told = 0;
    for (const until = Date.now() + 1000; Date.now() < until; told++) {
      const snapshot = await takeSnapshot(source, [{ offset: 900_000, length: 65_536 }]);
      assert.equal(await source.wait(snapshot, LIMIT, 1, LONG), true);
    }
    assert.ok(told > 0);
    source.close();
  });

  it('ends with the thread of its environment', async () => {
    const { path, source } = sparse(made, 'environment', PAGE);
    const code = `
const { parentPort, workerData } = require('node:worker_threads');
const module_ = { exports: {} };
process.dlopen(module_, workerData.addon);
const source = module_.exports.openPath(workerData.path, false);
const told = { size: workerData.size, unlinked: false, ranges: [], unheld: [] };
for (let i = 0; i < 10; i++) source.wait(told, 1, 1 + i * 1000, 3_600_000).then(() => parentPort.postMessage('told'));
parentPort.on('message', () => parentPort.postMessage('alive'));
parentPort.postMessage('waits');
`;
    await source.readAsync(new Uint8Array(1), 0);
    for (let i = 0; i < 10; i++) {
      const worker = new Worker(code, { eval: true, workerData: { addon: ADDON, path, size: PAGE } });
      const ended = once(worker, 'exit');
      assert.deepEqual(await Promise.race([once(worker, 'message'), ended]), ['waits']);
      worker.postMessage('?');
      assert.deepEqual(await Promise.race([once(worker, 'message'), ended]), ['alive']);
      await worker.terminate();
      await ended;
    }
    source.close();
  });

  it('keeps no program running', () => {
    const { path } = sparse(made, 'program', PAGE);
    const code = `
const module_ = { exports: {} };
process.dlopen(module_, ${JSON.stringify(ADDON)});
const source = module_.exports.openPath(${JSON.stringify(path)}, false);
source.wait({ size: ${PAGE}, unlinked: false, ranges: [], unheld: [] }, 1, 1000, 3_600_000);
`;
    execFileSync(process.execPath, ['-e', code], { timeout: 30_000 });
  });

  it('refuses wrong arguments', async () => {
    const { source } = sparse(made, 'wrong', PAGE);
    const told: RawTold = { size: PAGE, unlinked: false, ranges: [], unheld: [] };
    const wait: unknown = Reflect.get(source, 'wait');
    assert.ok(typeof wait === 'function');
    const bytes = new Uint8Array(1);
    const wrong: [unknown[], string][] = [
      [[], 'EINVAL'],
      [[undefined, LIMIT, 1, 1], 'EINVAL'],
      [[{ ...told, size: -1 }, LIMIT, 1, 1], 'EINVAL'],
      [[{ ...told, ranges: [{ offset: 2 ** 53, bytes }] }, LIMIT, 1, 1], 'EOVERFLOW'],
      [[{ ...told, ranges: [{ offset: 0, bytes: 'text' }] }, LIMIT, 1, 1], 'EINVAL'],
      [[{ ...told, ranges: [{ offset: 0, bytes: new Uint8Array(4 * 2 ** 20 + 1) }] }, LIMIT, 1, 1], 'ERANGE'],
      [[{ ...told, ranges: Array.from({ length: 200_000 }) }, LIMIT, 1, 1], 'ERANGE'],
      [[{ ...told, unheld: [1] }, LIMIT, 1, 1], 'EINVAL'],
      [[told, 0, 1, 1], 'ERANGE'],
      [[told, LIMIT, 0, 1], 'EINVAL'],
      [[told, LIMIT, NaN, 1], 'EINVAL'],
      [[told, LIMIT, 1, 1e9], 'EINVAL'],
      [[told, LIMIT, 1, 1, new Int32Array(3)], 'EINVAL'],
    ];
    for (const [args, code] of wrong)
      await assert.rejects(Promise.resolve(Reflect.apply(wait, undefined, args)), shmErrorOf(code));
    source.close();
  });
});
