/**
 * The page's document: its first rows with what draws and checks them, and a strict content security policy. The page itself is fetched
 * beside it (webview/first.ts): VS Code shows a document when it is loaded, and sends it through four processes before.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FirstRows } from './firstRows.ts';

/** What of dist/ is in every page; read once, with the first panel. */
export class PageFiles {
  readonly script: string;
  readonly style: string;

  constructor(dist: string) {
    this.script = readFileSync(join(dist, 'webview-first.js'), 'utf8');
    this.style = readFileSync(join(dist, 'webview-first.css'), 'utf8');
  }
}

/** Where the page's files are fetched from. */
export interface PageSource {
  /** As a content security policy has it. */
  readonly csp: string;
  /** The address of a file of dist/. */
  readonly uri: (name: string) => string;
}

export function pageHtml(
  { csp, uri }: PageSource,
  files: PageFiles,
  data: Readonly<Record<string, string>>,
  rows: FirstRows,
): string {
  const nonce = randomBytes(16).toString('base64url');
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${csp} 'nonce-${nonce}'`,
    `font-src ${csp}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const attributes = Object.entries({ ...data, page: uri('webview.js'), style: uri('webview.css') }).map(
    ([key, text]) => `data-${key}="${encodeURIComponent(text)}"`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" id="vscode-codicon-stylesheet" nonce="${nonce}" data-href="${uri('codicon.css')}">
<style nonce="${nonce}">${files.style}:root{--first-total:${rows.total}}</style>
<title>ShmScope</title>
</head>
<body ${attributes.join(' ')}>
<main id="page" aria-busy="true">
<header class="header"></header>
<div class="columns first mono">
<div class="left"></div><div class="splitter"></div>
<div class="right"><pre id="first-rows" class="mono" aria-hidden="true">${rows.html}</pre><div class="strip"></div></div>
</div>
<footer class="footer"></footer>
</main>
<script nonce="${nonce}">${files.script}</script>
</body>
</html>`;
}
