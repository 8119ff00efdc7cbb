/**
 * The page's document: its style and its first script within it, a strict content security policy, and nothing that comes from a segment.
 * Within it, since each file of its own goes through VS Code's resource loader first, which takes as long as all that the page does until it
 * shows bytes; and no more than that script, since the document goes through four processes.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';

/** What of dist/ is in every page; read once, with the first panel. */
export class PageFiles {
  readonly script: string;
  readonly style: string;

  constructor(dist: vscode.Uri) {
    this.script = readFileSync(join(dist.fsPath, 'webview.js'), 'utf8');
    this.style = readFileSync(join(dist.fsPath, 'webview.css'), 'utf8');
  }
}

export function pageHtml(
  webview: vscode.Webview,
  dist: vscode.Uri,
  files: PageFiles,
  data: Readonly<Record<string, string>>,
): string {
  const nonce = randomBytes(16).toString('base64url');
  const codicons = webview.asWebviewUri(vscode.Uri.joinPath(dist, 'codicon.css')).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const rest = webview.asWebviewUri(vscode.Uri.joinPath(dist, 'webview-rest.js')).toString();
  const attributes = Object.entries({ ...data, rest }).map(([key, text]) => `data-${key}="${encodeURIComponent(text)}"`);
  // The page applies the icons when it has drawn its first bytes: a style sheet is waited for.
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" id="vscode-codicon-stylesheet" nonce="${nonce}" data-href="${codicons}">
<style nonce="${nonce}">${files.style}</style>
<title>ShmScope</title>
</head>
<body ${attributes.join(' ')}>
<main id="page"></main>
<script nonce="${nonce}">${files.script}</script>
</body>
</html>`;
}
