/** VS Code with ShmScope and the bench's own extension, in a page of Chromium that is looked at from inside. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Frame, Locator, Page } from 'playwright-core';
import { atEnd } from '../../../scripts/lib/children.mjs';
import { root } from '../../../scripts/lib/paths.mjs';
import { launchChromium } from '../../../scripts/vscode/browser.mjs';
import { startServer } from '../../../scripts/vscode/server.mjs';
import { Driver, installDriver, KEYS } from './driver.ts';
import type { SharedObject } from './objects.ts';
import { installProbe } from './probe.ts';
import { Wire } from './wire.ts';

/** A workbench that is still starting takes both cores of a small machine. */
const REST_MS = 4000;
const WAIT_MS = 20_000;
const FRAME_MS = 1000 / 60;
/** What follows a scan is over by then. */
const SCAN_MS = 200;
export const VIEWPORT = { width: 1440, height: 900 };

export const BYTES = '[role="grid"][aria-label="Bytes"]';
export const FIELDS = '[role="treegrid"][aria-label="Fields"]';
export const LINE = '#bench-line';
export const cellAt = (offset: number): string => `${BYTES} [data-offset="${offset}"]`;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class Bench implements AsyncDisposable {
  readonly page: Page;
  readonly wire: Wire;
  /** Of the extension host. */
  readonly hostPid: number;
  readonly #browser: Browser;
  readonly #driver: Driver;
  readonly #dispose: () => Promise<void>;

  private constructor(page: Page, wire: Wire, driver: Driver, hostPid: number, browser: Browser, dispose: () => Promise<void>) {
    this.page = page;
    this.wire = wire;
    this.hostPid = hostPid;
    this.#driver = driver;
    this.#browser = browser;
    this.#dispose = dispose;
  }

  static async start(): Promise<Bench> {
    const data = mkdtempSync(join(tmpdir(), 'shmscope-bench-'));
    const folder = join(data, 'workspace');
    const endings: (() => unknown)[] = [() => rmSync(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })];
    const dispose = async (): Promise<void> => {
      for (const ending of endings.splice(0).reverse()) await ending();
    };
    atEnd(dispose);
    try {
      mkdirSync(folder);
      await installDriver(join(data, 'extensions'));
      const socket = join(data, 'driver');
      const env = { XDG_RUNTIME_DIR: data, SHMSCOPE_BENCH_SOCKET: socket };
      const server = await startServer({ data, extension: root, folder, env });
      endings.push(() => server.stop());
      const browser = await launchChromium();
      endings.push(() => browser.close());
      const page = await browser.newPage({ viewport: VIEWPORT });
      const wire = new Wire(page);
      await page.addInitScript(installProbe);
      await page.goto(server.url);
      const driver = await Driver.connect(socket, WAIT_MS);
      endings.push(() => driver.close());
      const hostPid = Number(await driver.run('shmscopeBench.pid'));
      await pause(REST_MS);
      return new Bench(page, wire, driver, hostPid, browser, dispose);
    } catch (error) {
      await dispose();
      throw error;
    }
  }

  /** Runs a command in the extension host. */
  run(command: string, ...args: readonly unknown[]): Promise<string | number | undefined> {
    return this.#driver.run(command, ...args);
  }

  /** Every process of the browser that renders pages: the workbench's, and the panels' where they have their own. */
  async rendererPids(): Promise<number[]> {
    const session = await this.#browser.newBrowserCDPSession();
    try {
      const { processInfo } = await session.send('SystemInfo.getProcessInfo');
      return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
    } finally {
      await session.detach();
    }
  }

  /** Closes every editor, and gives the keys back to the workbench. */
  async closeAll(): Promise<void> {
    await this.run('workbench.action.closeAllEditors');
    await this.page.locator('iframe.webview').first().waitFor({ state: 'detached', timeout: WAIT_MS });
    await this.page
      .locator('.part.editor .editor-group-container.empty')
      .first()
      .click({ position: { x: 5, y: 60 } });
    this.wire.forget();
  }

  /** By which the extension's commands take the object. */
  async idOf(object: SharedObject): Promise<string> {
    return String(await this.run('shmscopeBench.choose', object.name));
  }

  /** Turns the wheel by `pixels` at each frame of a screen of 60 Hz, for `ms`; how many events that were. */
  async wheel(pixels: number, ms: number): Promise<number> {
    const began = performance.now();
    let events = 0;
    while (performance.now() - began < ms) {
      await this.page.mouse.wheel(0, pixels);
      events++;
      const next = began + events * FRAME_MS - performance.now();
      if (next > 0) await pause(next);
    }
    return events;
  }

  /** Opens a panel by its key, and gives its document once it shows something. */
  async open(object: SharedObject): Promise<Frame> {
    await this.idOf(object);
    await pause(SCAN_MS);
    await this.page.keyboard.press(KEYS.open);
    return await this.panel(cellAt(0));
  }

  async openEmpty(): Promise<Frame> {
    await this.page.keyboard.press(KEYS.empty);
    return await this.panel(LINE);
  }

  /** A panel of the bench's own that shows the object's bytes and nothing else. */
  async openBare(object: SharedObject): Promise<Frame> {
    await this.idOf(object);
    await this.run('shmscopeBench.bare');
    return await this.panel(LINE);
  }

  /** The document of the panel in front, which VS Code puts in a frame inside a frame, when it has text at `selector`. */
  async panel(selector: string): Promise<Frame> {
    for (const last = Date.now() + WAIT_MS; ; await pause(100)) {
      for (const frame of this.page.frames()) {
        if (frame.isDetached() || !frame.url().includes('/fake.html')) continue;
        const text = await frame
          .evaluate((at) => document.querySelector(at)?.ariaLabel ?? document.querySelector(at)?.textContent, selector)
          .catch(() => null);
        if (text) return frame;
      }
      if (Date.now() > last) throw new Error(`no panel shows anything at ${selector} after ${WAIT_MS} ms`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dispose();
  }
}

/** What the probe of a page tells. */
export const look = (target: Page | Frame, what: 'first' | 'pressed' | 'bytesInView'): Promise<number | undefined> =>
  target.evaluate((name) => window.shmscopeProbe?.[name](), what);

/** Intervals of the animation frames of a page in the next `ms`, while `work` goes on. */
export async function framesDuring(
  frame: Frame,
  ms: number,
  work: () => Promise<void> = () => Promise.resolve(),
): Promise<number[]> {
  const [intervals] = await Promise.all([frame.evaluate((time) => window.shmscopeProbe?.frames(time), ms), work()]);
  if (!intervals) throw new Error('the probe is not there');
  return intervals;
}

/** The time in ms from a key, pressed by `press`, until `selector` finds an element whose text begins with `text`. */
export async function fromKey(frame: Frame, selector: string, text: string, press: () => Promise<void>): Promise<number> {
  const handle = await frame.evaluateHandle(([at, begin]) => window.shmscopeProbe?.fromKey(at, begin), [selector, text] as const);
  await press();
  const took = await handle.evaluate((asked) => asked?.result);
  await handle.dispose();
  if (took === undefined) throw new Error('the probe is not there');
  return took;
}

/** The grid's place on the page, in its middle. */
export async function hover(page: Page, grid: Locator): Promise<void> {
  const box = await grid.boundingBox();
  if (!box) throw new Error('the grid is not on the screen');
  await page.mouse.move(box.x + box.width / 2, box.y + Math.min(box.height, VIEWPORT.height - box.y - 40) / 2);
}
