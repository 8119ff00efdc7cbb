/** What programs, pages and hosts do to an open panel. */
import assert from 'node:assert/strict';
import { statSync, truncateSync } from 'node:fs';
import type { Frame } from 'playwright-core';
import { cleanup } from './objects.ts';
import { openPanel, Panel } from './panel.ts';
import { openWorkbench, type Workbench } from './vscode.ts';

const GRID = '[role="grid"][aria-label="Bytes"]';
const MIB = 2 ** 20;
const GIB = 2 ** 30;

declare global {
  interface Window {
    /** Set by the script below: what the page itself talks to VS Code by. */
    pageApi?: { postMessage: (message: unknown) => void };
    received?: number;
  }
}

/** Keeps the page's own way to the host for the test, and counts what comes from there. Runs in every frame. */
function spy(): void {
  let acquire: (() => NonNullable<Window['pageApi']>) | undefined;
  Object.defineProperty(window, 'acquireVsCodeApi', {
    configurable: true,
    get: () =>
      acquire &&
      (
        (of: typeof acquire) => () =>
          (window.pageApi ??= of())
      )(acquire),
    set: (value: () => NonNullable<Window['pageApi']>) => {
      acquire = value;
    },
  });
  window.received = 0;
  window.addEventListener('message', ({ data }: { data: unknown }) => {
    if (typeof data === 'object' && data !== null && 'sequence' in data) window.received = (window.received ?? 0) + 1;
  });
}

describe('an open panel', () => {
  let vs: Workbench;
  const { object, run } = cleanup();
  const host = async (): Promise<boolean> => {
    await vs.runCommand('Shared Memory: Refresh');
    return true;
  };

  before(async function () {
    this.timeout(90_000);
    vs = await openWorkbench({ folder: 'test/programs', prepare: spy });
    await vs.showView('Shared Memory');
  });
  afterEach(async () => {
    await vs.runCommand('View: Close All Editors');
  });
  after(() => vs?.dispose());

  it('refuses wrong messages of its page, and goes on', async () => {
    const { name } = object('wrong', Buffer.from('before'));
    const panel = await openPanel(vs, vs.treeItem(name));
    await panel.byte(0, '62').waitFor();
    await panel.frame.evaluate(() => {
      const huge = Number.MAX_SAFE_INTEGER;
      const request = (ask: string, what: unknown) => ({ type: 'request', id: 900, name: ask, ask: what });
      const wrong: unknown[] = [
        null, 1, 'ready', {}, { type: 'format' }, { type: 'view' }, { type: 'view', view: { ranges: [{ offset: huge, length: huge }], guards: [], cells: 0 } },
        { type: 'view', view: { ranges: [{ offset: 0, length: -5 }], guards: [], cells: 0 } }, { type: 'ack', sequences: [-1] }, { type: 'ack', sequences: [10_000] },
        request('constructor', null), request('write', { offset: -1, bytes: new Uint8Array(1) }), request('write', { offset: 0, bytes: new Uint8Array(6) }),
        request('write', { offset: huge - 10, bytes: new Uint8Array(6) }), request('setWriting', { on: 'yes' }), request('fill', { offset: 0, length: 6, pattern: new Uint8Array(1) }),
      ]; // prettier-ignore
      for (const message of wrong) window.pageApi?.postMessage(message);
    });
    await host();
    assert.deepEqual(
      await panel.bytes(0, 6),
      [...Buffer.from('before')].map((byte) => byte.toString(16)),
    );
    assert.equal(statSync(`/dev/shm/${name}`).size, 6);
    await panel.until(
      async () => vs.log('Shared Memory'),
      (log) => (log.match(/was refused/g) ?? []).length >= 10,
      'each wrong message is logged',
    );
  });

  it('has no more than two messages under way while its page does not answer, and shows the newest state then', async () => {
    const { name, running } = await run('posix_writer', 'slow');
    const panel = await openPanel(vs, vs.treeItem(name));
    await panel.byte(0).waitFor();
    const before = await panel.frame.evaluate(() => window.received ?? 0);
    const during = await panel.frame.evaluate(() => {
      // Nothing is answered while this thread is blocked: what has come is counted right after it.
      const end = Date.now() + 3000;
      while (Date.now() < end) continue;
      return new Promise<number>((resolve) => setTimeout(() => resolve(window.received ?? 0), 0));
    });
    assert.ok(during - before <= 2, `${during - before} messages came while the page answered none`);
    const counter = async (): Promise<string> => (await panel.bytes(0, 8)).join('');
    const after = await counter();
    await panel.until(counter, (bytes) => bytes !== after, 'it is live again');
    assert.equal(running.child.exitCode, null);
  });

  it('stays quiet and right over a segment that grows by a GiB a second', async function () {
    this.timeout(60_000);
    const { name, path } = object('grows', Buffer.alloc(4096, 0x41));
    const panel = await openPanel(vs, vs.treeItem(name));
    await panel.byte(0).waitFor();
    for (let step = 1; step <= 160; step++) {
      truncateSync(path, step * 32 * MIB);
      await vs.page.waitForTimeout(25);
    }
    await panel.byte(0).click();
    await panel.frame.locator(GRID).press('Control+End');
    await panel.byte(160 * 32 * MIB - 1).waitFor();
    assert.ok(statSync(path).blocks * 512 <= 8192, 'nothing was allocated');
  });

  it('follows a writer at full speed over 256 MiB', async function () {
    this.timeout(60_000);
    const { name } = await run('scribbler', 'scribbled', '256');
    const panel = await openPanel(vs, vs.treeItem(name));
    await panel.byte(0).waitFor();
    const word = async (): Promise<string> => (await panel.bytes(0, 8)).join('');
    const first = await word();
    await panel.until(word, (bytes) => bytes !== first, 'it changes');
    await panel.byte(0).click();
    await panel.frame.locator(GRID).press('Control+End');
    await panel.byte(256 * MIB - 1).waitFor();
    assert.ok(await host());
  });

  it('is there again after the extension host was ended under it', async function () {
    this.timeout(60_000);
    const { name } = await run('posix_writer', 'restarted');
    const opened = await openPanel(vs, vs.treeItem(name));
    await opened.until(
      () => opened.bytes(0, 1),
      ([byte]) => byte !== '',
      'it is live',
    );
    const before = vs.extensionHost();
    process.kill(before, 'SIGKILL');
    const live = async (): Promise<string> => {
      const frame: Frame | undefined = await vs.panelFrame(GRID, 1000).catch(() => undefined);
      return frame ? (await new Panel(vs, frame).bytes(0, 8).catch(() => [])).join('') : '';
    };
    const last = Date.now() + 30_000;
    let seen = await live();
    while (Date.now() < last && (seen === '' || (await live()) === seen)) {
      await vs.page.waitForTimeout(200);
      seen = await live();
    }
    assert.notEqual(await live(), seen, 'the counter goes on');
    assert.notEqual(vs.extensionHost(), before);
  });

  it('shows a sparse segment of 64 GiB from end to end without making it hold memory', async function () {
    this.timeout(60_000);
    const { name, path } = object('huge', Buffer.alloc(4096, 0x5a));
    truncateSync(path, 64 * GIB);
    const panel = await openPanel(vs, vs.treeItem(name));
    await panel.byte(0).click();
    await panel.frame.locator(GRID).press('Control+End');
    await panel.byte(64 * GIB - 1).waitFor();
    await panel.goTo(32 * GIB + 5);
    await panel.frame.locator(GRID).press('Control+Home');
    await panel.byte(0, '5a').waitFor();
    assert.ok(statSync(path).blocks * 512 <= 8192);
  });
});
