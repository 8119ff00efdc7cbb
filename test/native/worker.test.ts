import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createContext, runInContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { lookOnce } from './rows.ts';
import { ADDON, addon, cleanup } from './support.ts';

const CODE = `
const { parentPort, workerData } = require('node:worker_threads');
const module_ = { exports: {} };
process.dlopen(module_, workerData.addon);
const addon = module_.exports;
const source = addon.openPath(workerData.path, true);
const scanner = addon.openScanner(false);
parentPort.on('message', async (what) => {
  if (what === 'work') {
    const target = new Uint8Array(8);
    const had = await source.readAsync(target, 0);
    const { maps: scan } = await addon.openScanner(false).scan(true, true, false);
    const hits = await source.find(Uint8Array.of(7), 0, 100, 10);
    parentPort.postMessage({ had, first: target[0], how: scan.how, hits: [...hits] });
  } else {
    for (let i = 0; i < 8; i++) {
      scanner.scan(true, true, false);
      source.readAsync(new Uint8Array(4 << 20), 0);
      source.find(Uint8Array.of(9), 0, 1 << 26, 10);
      source.find(Uint8Array.of(9), 0, 1, 1).catch(() => {});
    }
    parentPort.postMessage('busy');
  }
});
`;

describe('native: threads and contexts', () => {
  const made = cleanup();

  it('works in several workers at once, beside the main thread', async () => {
    const path = made.path('worker');
    addon.createPath(path, 100, 0o600, true, false);
    const source = addon.openPath(path, true);
    source.write(Uint8Array.of(7), 0);
    const workers = [1, 2, 3].map(() => new Worker(CODE, { eval: true, workerData: { addon: ADDON, path } }));
    try {
      const answers = workers.map((worker) => once(worker, 'message'));
      for (const worker of workers) worker.postMessage('work');
      const { maps: own } = await lookOnce(addon);
      for (const [answer] of await Promise.all(answers)) assert.deepEqual(answer, { had: 8, first: 7, how: own.how, hits: [0] });
    } finally {
      await Promise.all(workers.map((worker) => worker.terminate()));
      source.close();
    }
  });

  it('survives that a worker is terminated in the middle of its work', async () => {
    const path = made.path('terminated');
    addon.createPath(path, 1 << 26, 0o600, true, false);
    for (let i = 0; i < 10; i++) {
      const worker = new Worker(CODE, { eval: true, workerData: { addon: ADDON, path } });
      const ended = once(worker, 'exit');
      worker.postMessage('be busy');
      const said: unknown = await Promise.race([once(worker, 'message'), ended]);
      assert.deepEqual(said, ['busy']);
      await worker.terminate();
    }
    assert.equal(addon.statPath(path, false).size, 1 << 26);
  });

  it('is called from another context', () => {
    const context = createContext({ addon, path: made.path('context') });
    const size: unknown = runInContext('addon.createPath(path, 10, 0o600, true, false).size', context);
    assert.equal(size, 10);
    const read: unknown = runInContext('addon.openPath(path, false).read(new Uint8Array(4), 8)', context);
    assert.equal(read, 2);
  });
});
