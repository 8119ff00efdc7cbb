/** The page's document: links to the bundle, a strict content security policy, and nothing that comes from a segment. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

export function pageHtml(webview: vscode.Webview, dist: vscode.Uri, reference: string): string {
  const nonce = randomBytes(16).toString('base64url');
  const uri = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(dist, file)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" id="vscode-codicon-stylesheet" nonce="${nonce}" href="${uri('codicon.css')}">
<link rel="stylesheet" nonce="${nonce}" href="${uri('webview.css')}">
<title>ShmScope</title>
</head>
<body data-reference="${encodeURIComponent(reference)}">
<main id="page"></main>
<script nonce="${nonce}" src="${uri('webview.js')}"></script>
</body>
</html>`;
}
