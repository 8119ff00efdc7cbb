/**
 * A real workbench for the ui suite: VS Code's own server with ShmScope in it, in a page of Chromium. The helpers do what a user
 * does, by palette, mouse and keyboard, and wait for what a user would see.
 *
 *   const vs = await openWorkbench({ theme: 'dark' });   // in `before`; one per suite, it takes some 6 s
 *   await vs.runCommand('Shared Memory: Create…');
 *   await vs.dispose();                                   // in `after`
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Frame, Locator, Page } from 'playwright-core';
import { endOnSignals } from '../../scripts/lib/children.mjs';
import { cache, root } from '../../scripts/lib/paths.mjs';
import { launchChromium } from '../../scripts/vscode/browser.mjs';
import { startServer } from '../../scripts/vscode/server.mjs';

export type Theme = 'light' | 'dark' | 'hc' | 'hc-light';

const themes: Record<Theme, string> = {
  light: 'Default Light Modern',
  dark: 'Default Dark Modern',
  hc: 'Default High Contrast',
  'hc-light': 'Default High Contrast Light',
};

export interface WorkbenchOptions {
  /** The folder to open; a copy of it is opened, which dispose() removes. Default: an empty one. */
  readonly folder?: string;
  /** Default: dark. */
  readonly theme?: Theme;
  /** User settings on top of the quiet ones of scripts/vscode/server.mjs, e.g. `{'security.workspace.trust.enabled': true}`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** An unpacked extension or a .vsix. Default: the checkout. */
  readonly extension?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Runs in every frame of the page, webviews included, before their own scripts. */
  readonly prepare?: () => void;
}

// Mocha may be ended in the middle of a test: servers and browsers go with it.
endOnSignals();

const open = new Set<Workbench>();

// At the top of a file this is a root hook: a failed test leaves a picture of every open workbench.
afterEach(async function () {
  const test = this.currentTest;
  if (test?.state !== 'failed') return;
  const name = `failed-${test.fullTitle().replace(/[^\w]+/g, '-')}`;
  for (const workbench of open) console.log(`      ${await workbench.screenshot(name).catch(String)}`);
});

type Server = Awaited<ReturnType<typeof startServer>>;

export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const data = mkdtempSync(join(tmpdir(), 'shmscope-ui-'));
  const folder = join(data, 'workspace');
  mkdirSync(folder);
  if (options.folder !== undefined) cpSync(options.folder, folder, { recursive: true });
  const settings = {
    'workbench.colorTheme': themes[options.theme ?? 'dark'],
    // A panel that takes the focus when it has loaded would close the palette under the test's hands.
    'workbench.quickOpen.closeOnFocusLost': false,
    ...options.settings,
  };
  // Its sockets go with the folder.
  const env = { XDG_RUNTIME_DIR: data };
  const server = await startServer({ data, extension: options.extension ?? root, folder, settings, env });
  const browser = await launchChromium();
  const page = await browser.newPage({ viewport: options.viewport ?? { width: 1440, height: 900 } });
  if (options.prepare) await page.addInitScript(options.prepare);
  const workbench = new Workbench(page, browser, server, data, folder);
  open.add(workbench);
  try {
    await workbench.load();
  } catch (error) {
    await workbench.dispose();
    throw error;
  }
  return workbench;
}

/** To run a command from the palette. */
const ATTEMPTS = 3;

/** Of one turn, which goes less than a screen far. */
const WHEEL_EVENTS = 10;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

export class Workbench {
  readonly page: Page;
  /** The folder that is open in it, for files that a test wants to be there. */
  readonly folder: string;
  readonly #browser: Browser;
  readonly #server: Server;
  readonly #data: string;

  constructor(page: Page, browser: Browser, server: Server, data: string, folder: string) {
    this.page = page;
    this.#browser = browser;
    this.#server = server;
    this.#data = data;
    this.folder = folder;
  }

  /** Loads the page, and waits for the workbench with its extensions. */
  async load(): Promise<void> {
    await this.page.goto(this.#server.url);
    await this.#up();
  }

  /** What a user does by "Reload Window", which keeps what the window remembers. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    await this.runCommand('Developer: Reload Window');
    await loaded;
    await this.#up();
  }

  async #up(): Promise<void> {
    await this.page.locator('.monaco-workbench .activitybar').waitFor();
    // The remote indicator turns up when the extension host answers.
    await this.page.locator('#status\\.host').waitFor();
  }

  /** Runs a command by its title in the palette, e.g. 'Shared Memory: Refresh'. Fails when the palette has no such entry. */
  async runCommand(title: string): Promise<void> {
    for (let left = ATTEMPTS; ; left--) {
      try {
        await this.#runFromPalette(title);
        return;
      } catch (error) {
        // A box that is just closing takes the key that opens the palette.
        if (left === 1) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  async #runFromPalette(title: string): Promise<void> {
    const timeout = 8000;
    await this.page.keyboard.press('F1');
    const input = this.#quick('input[aria-label*="name of a command"]').first();
    await input.waitFor({ timeout });
    await input.fill(`>${title}`, { timeout });
    // With the key, not with the mouse: on a busy machine the list moves for a while.
    await this.#quick('.monaco-list-row.focused')
      .filter({ has: this.#label(title) })
      .waitFor({ timeout });
    await input.press('Enter', { timeout });
  }

  /** Types into the open input box or quick pick and presses Enter. `accept: false` leaves it open, e.g. to read a validation message. */
  async quickInput(text: string, { accept = true, prompt }: { accept?: boolean; prompt?: string } = {}): Promise<void> {
    const input = this.#quick('input').first();
    await input.waitFor();
    // One box follows another in the same place: the prompt tells them apart.
    if (prompt !== undefined) await this.#quick('.quick-input-message').filter({ hasText: prompt }).waitFor();
    await input.fill(text);
    if (accept) await input.press('Enter');
  }

  /** Picks the entry of the open quick pick whose label is, or begins with, `label`. One pick follows another: `asked` tells them apart. */
  async pickItem(label: string, asked?: string): Promise<void> {
    if (asked !== undefined) await this.#quick(`input[placeholder="${asked}"]`).waitFor();
    await this.#entry(label).click();
  }

  /** The validation message under the open input box. */
  async quickInputMessage(): Promise<string> {
    return await this.#quick('.quick-input-message').innerText();
  }

  /** Opens a view container by its name in the activity bar. */
  async showView(name: string): Promise<void> {
    const tab = this.activityIcon(name);
    const title = this.page.locator('.sidebar .composite.title').getByText(name, { exact: false }).first();
    for (let left = ATTEMPTS; ; left--) {
      if ((await tab.getAttribute('aria-selected')) !== 'true' && (await tab.getAttribute('aria-expanded')) !== 'true')
        await tab.click();
      try {
        await title.waitFor({ timeout: 3000 });
        return;
      } catch (error) {
        // A window that restores its view between the look and the click has it closed by the click.
        if (left <= 1) throw error;
      }
    }
  }

  activityIcon(name: string): Locator {
    const label = this.page.locator('.action-label').and(this.page.getByLabel(new RegExp(`^${escaped(name)}( \\(| - |$)`)));
    return this.page.locator('.activitybar [role="tab"]').filter({ has: label });
  }

  /** The row of a tree view in the side bar whose label is `name`; the slash of '/name' may be there or not. */
  treeItem(name: string): Locator {
    const label = this.page.locator('.label-name', { hasText: new RegExp(`^/?${escaped(name.replace(/^\//, ''))}$`) });
    return this.page.locator('.sidebar [role="treeitem"]').filter({ has: label });
  }

  /**
   * Turns the wheel over the tree, down to its end and up again, until the row is there: a tree has only the rows in its document that
   * can be seen. Long lists are shown in pages; a row that shows the next one is clicked on the way.
   */
  async revealTreeItem(item: Locator, timeout = 20_000): Promise<void> {
    const rows = this.page.locator('.sidebar [role="treeitem"]');
    const more = rows.filter({ hasText: /^Show more \(/ }).first();
    await rows.first().waitFor();
    const box = await this.page.locator('.sidebar [role="tree"]').first().boundingBox();
    const last = Date.now() + timeout;
    let down = 1;
    let seen = '';
    for (let turn = 0; box && (await item.count()) === 0 && Date.now() < last; turn = (turn + 1) % 10) {
      if ((await more.count()) > 0) await more.click();
      // A row of another place is under the pointer each time, so that no tooltip comes in the way of the wheel.
      await this.page.mouse.move(box.x + 20, box.y + 60 + turn * 22);
      // VS Code makes some 50 pixels of one event, however far the wheel was turned.
      for (let i = 0; i < WHEEL_EVENTS; i++) await this.page.mouse.wheel(0, 1500 * down);
      await this.page.waitForTimeout(50);
      const now = (await rows.allInnerTexts()).join();
      if (now === seen) down = -down;
      seen = now;
    }
    await item.first().waitFor();
    await this.#atRest(item.first());
  }

  /** A list that is still rolling has another row in this place when the click comes. */
  async #atRest(item: Locator): Promise<void> {
    const place = async (): Promise<string> => JSON.stringify(await item.boundingBox());
    for (let before = '', now = await place(); now !== before; now = await place()) {
      before = now;
      await this.page.waitForTimeout(100);
    }
  }

  /** Right-clicks a tree row and picks an entry of its context menu. */
  async contextMenu(item: Locator, entry: string): Promise<void> {
    await this.revealTreeItem(item);
    await item.click({ button: 'right' });
    const menu = this.page.locator('.context-view .monaco-menu:visible');
    const row = menu.locator('.action-item', { has: this.page.getByText(entry, { exact: true }) }).first();
    await row.waitFor();
    // A menu takes no click in the moment in which it opens.
    for (let tries = 0; tries < 5 && (await menu.count()) > 0; tries++) {
      await row.click();
      await menu.waitFor({ state: 'detached', timeout: 500 }).catch(() => undefined);
    }
  }

  /**
   * The document of the visible webview panel: VS Code puts it in a frame inside a frame.
   * @param holding a selector that the wanted document has; needed where several webviews are open
   */
  async panelFrame(holding = 'body', timeout = 30_000): Promise<Frame> {
    const last = Date.now() + timeout;
    for (;;) {
      for (const frame of this.page.frames()) {
        if (frame.parentFrame()?.url().includes('/webview/') !== true || frame.isDetached()) continue;
        const element = await frame
          .parentFrame()
          ?.frameElement()
          .catch(() => null);
        if (!(await element?.isVisible().catch(() => false))) continue;
        if (
          (await frame
            .locator(holding)
            .count()
            .catch(() => 0)) > 0
        )
          return frame;
      }
      if (Date.now() > last) throw new Error(`no visible webview has '${holding}' after ${timeout} ms`);
      await this.page.waitForTimeout(50);
    }
  }

  /** Clicks a button of the open modal dialog, and waits until the dialog is gone. */
  async confirmDialog(buttonLabel: string): Promise<void> {
    const dialog = this.dialog();
    await dialog.getByRole('button', { name: buttonLabel, exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** The notification toast that holds `text`. */
  notification(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-toast').filter({ hasText: text });
  }

  /** Opens a file of the workspace by its path in it. */
  async openFile(path: string): Promise<void> {
    await this.page.keyboard.press('Control+P');
    await this.quickInput(path, { accept: false });
    await this.#quick('[role="option"]').first().click();
  }

  /** What the output channel of this name has been told. */
  log(channel: string): string {
    const logs = join(this.#data, 'data/logs');
    const files = readdirSync(logs, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith(`${channel}.log`));
    return files.map((file) => readFileSync(join(logs, file), 'utf8')).join('');
  }

  /** The process that runs the extensions of this workbench: it has the environment that the server was given. */
  extensionHost(): number {
    const text = (pid: string, file: string): string => {
      try {
        return readFileSync(`/proc/${pid}/${file}`, 'latin1');
      } catch {
        return '';
      }
    };
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const found = pids.find(
      (pid) =>
        text(pid, 'cmdline').includes('--type=extensionHost') && text(pid, 'environ').includes(`XDG_RUNTIME_DIR=${this.#data}\0`),
    );
    if (found === undefined) throw new Error('the workbench has no extension host');
    return Number(found);
  }

  /** Saves what is on the screen to .cache/screenshots/<name>.png and returns that path. */
  async screenshot(name: string): Promise<string> {
    const folder = join(cache, 'screenshots');
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  async dispose(): Promise<void> {
    open.delete(this);
    await this.#browser.close();
    await this.#server.stop();
    rmSync(this.#data, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  #quick(selector: string): Locator {
    return this.page.locator(`.quick-input-widget:visible ${selector}`);
  }

  /** The entry of the quick pick whose label begins with these words. */
  #entry(label: string): Locator {
    return this.#quick('[role="option"]')
      .filter({ has: this.#label(label) })
      .first();
  }

  #label(label: string): Locator {
    return this.page.locator('.label-name', { hasText: new RegExp(`^\\s*${escaped(label)}(?!\\w)`) });
  }
}
