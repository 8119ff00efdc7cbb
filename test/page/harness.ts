/** The page in a real browser without VS Code: the bundle, a host played by the test, theme variables as VS Code sets them. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium } from '../../scripts/vscode/browser.mjs';
import { PageFiles } from '../../src/panel/html.ts';
import { documentOf } from './document.ts';
import { THEMES, type ThemeName } from './themes.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What a user's screen and system are like. */
export interface Screen extends Pick<BrowserContextOptions, 'reducedMotion'> {
  /** Its own pixels for each of CSS; of the browser itself, since what is emulated is told to a page only in part. */
  readonly scale?: number;
}

export class Harness {
  readonly #folder: string;
  readonly #server: Server;
  readonly #browser: Browser;
  readonly #origin: string;

  private constructor(folder: string, server: Server, browser: Browser, origin: string) {
    this.#folder = folder;
    this.#server = server;
    this.#browser = browser;
    this.#origin = origin;
  }

  /** Builds the page and its host into a folder of its own, and starts a server and a browser; stop() takes all of it away. */
  static async start(scale?: number): Promise<Harness> {
    const folder = await mkdtemp(join(tmpdir(), 'shmscope-page-'));
    const bundle = { bundle: true, outdir: folder, target: 'es2022', logLevel: 'error' } as const;
    const of = (ending: string) => ({
      webview: join(ROOT, `webview/main.${ending}`),
      'webview-first': join(ROOT, `webview/first.${ending}`),
    });
    await build({ ...bundle, entryPoints: of('ts'), format: 'iife' });
    await build({ ...bundle, entryPoints: of('css') });
    await build({ ...bundle, entryPoints: { host: join(ROOT, 'test/page/fakeHost.ts') }, format: 'iife' });
    const server = createServer((request, response) => {
      void answer(folder, request.url ?? '/').then(({ type, body }) => response.setHeader('content-type', type).end(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const browser = await launchChromium(
      scale === undefined ? [] : [`--force-device-scale-factor=${scale}`, '--window-size=1140,760'],
    );
    return new Harness(folder, server, browser, `http://127.0.0.1:${port}`);
  }

  /** Opens the page; `scenario` is one that fakeHost.ts knows. Errors of the page are collected in `errors`. */
  async open(
    scenario: string,
    theme: ThemeName = 'dark',
    width = 1140,
    height = 760,
    { scale, ...screen }: Screen = {},
  ): Promise<{ page: Page; errors: string[] }> {
    const context = await this.#browser.newContext({ viewport: scale === undefined ? { width, height } : null, ...screen });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.goto(`${this.#origin}/?scenario=${scenario}&theme=${theme}`);
    return { page, errors };
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#folder, { recursive: true, force: true });
  }
}

const CODICONS = join(ROOT, 'node_modules/@vscode/codicons/dist');

async function answer(folder: string, url: string): Promise<{ type: string; body: string | Buffer }> {
  const { pathname, searchParams } = new URL(url, 'http://page');
  if (pathname === '/webview.js' || pathname === '/host.js')
    return { type: 'text/javascript', body: await readFile(folder + pathname) };
  if (pathname === '/webview.css') return { type: 'text/css', body: await readFile(folder + pathname) };
  if (pathname === '/codicon.css') return { type: 'text/css', body: await readFile(CODICONS + pathname) };
  if (pathname === '/codicon.ttf') return { type: 'font/ttf', body: await readFile(CODICONS + pathname) };
  if (pathname === '/theme.css') return { type: 'text/css', body: themeCss(searchParams.get('theme')) };
  const body = html(folder, searchParams.get('scenario') ?? '', searchParams.get('theme') ?? 'dark');
  return { type: 'text/html', body };
}

function themeCss(name: string | null): string {
  const theme = name === 'light' || name === 'contrast' || name === 'contrast-light' ? THEMES[name] : THEMES.dark;
  return `:root{${Object.entries(theme)
    .map(([key, value]) => `--vscode-${key}:${value}`)
    .join(';')}}`;
}

/** As when the user chooses another theme of VS Code. */
export async function setTheme(page: Page, theme: ThemeName): Promise<void> {
  const change = async ({ sheet, name }: { sheet: string; name: string }): Promise<void> => {
    const link = document.querySelector<HTMLLinkElement>('link[href^="/theme.css"]');
    if (!link) throw new Error('there is no theme');
    if (link.getAttribute('href') === sheet) return;
    await new Promise((resolve) => {
      link.addEventListener('load', resolve, { once: true });
      link.href = sheet;
    });
    const { classList } = document.body;
    for (const one of [...classList]) if (one.startsWith('vscode-')) classList.remove(one);
    classList.add(...name.trim().split(' '));
  };
  await page.evaluate(change, { sheet: `/theme.css?theme=${theme}`, name: themeClass(theme) });
}

const themeClass = (theme: string): string =>
  theme.startsWith('contrast')
    ? `vscode-high-contrast ${theme === 'contrast-light' ? 'vscode-high-contrast-light' : ''}`
    : `vscode-${theme}`;

function html(folder: string, scenario: string, theme: string): string {
  const sheet = `/theme.css?theme=${encodeURIComponent(theme)}`;
  return documentOf(scenario, themeClass(theme), sheet, new PageFiles(folder));
}
