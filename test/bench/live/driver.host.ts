/**
 * The bench's own extension, in the extension host beside ShmScope: opens the peers of what is measured, an empty panel and one that shows
 * bytes and nothing else, and runs commands for the bench, which asks by a socket, a line of JSON each time.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import * as vscode from 'vscode';
import type { Segment, ShmScopeApi } from '../../../api.d.ts';

const EMPTY = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Empty</title></head>
<body><p id="bench-line">One line</p></body>
</html>`;

const BARE_BYTES = 4096;
const BARE_MS = 16;
const MOST = 2;

/** The least that shows 640 bytes sixty times a second: a canvas, a text for each of 40 rows, and at most two messages that are not answered. */
const BARE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Bare</title></head>
<body style="margin:0"><canvas id="rows" width="640" height="800"></canvas><p id="bench-line">One line</p>
<script>
const api = acquireVsCodeApi();
const context = document.getElementById('rows').getContext('2d', { alpha: false });
let bytes, waiting = 0;
addEventListener('message', ({ data }) => {
  bytes = data;
  if (waiting++ === 0) requestAnimationFrame(draw);
});
function draw() {
  context.font = '13px monospace';
  context.fillStyle = '#fff';
  context.fillRect(0, 0, 640, 800);
  context.fillStyle = '#000';
  for (let row = 0; row < 40; row++) {
    let [hex, text] = ['', ''];
    for (const byte of bytes.subarray(row * 16, row * 16 + 16)) {
      hex += byte.toString(16).padStart(2, '0') + ' ';
      text += byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.';
    }
    context.fillText(hex + ' ' + text, 0, row * 20 + 15);
  }
  api.postMessage(waiting);
  waiting = 0;
}
api.postMessage(${MOST});
</script></body>
</html>`;

let chosen: Segment | undefined;

async function choose(name: string): Promise<string> {
  const shm = await vscode.extensions.getExtension<ShmScopeApi>('shmscope.shmscope')?.activate();
  chosen = (await shm?.listSegments())?.find((segment) => segment.name === name);
  if (!chosen) throw new Error(`there is no segment ${name}`);
  return chosen.id;
}

function openEmpty(): void {
  // Without scripts it could not tell when it was painted.
  const options = { enableScripts: true };
  vscode.window.createWebviewPanel('shmscopeBench.empty', 'Empty', vscode.ViewColumn.Active, options).webview.html = EMPTY;
}

/** Shows the chosen object. */
function openBare(): void {
  const fd = openSync(chosen?.path ?? '', 'r');
  const panel = vscode.window.createWebviewPanel('shmscopeBench.bare', 'Bare', vscode.ViewColumn.Active, { enableScripts: true });
  // All is answered from when the page says that it is there on.
  let unanswered = MOST;
  panel.webview.onDidReceiveMessage((count: unknown) => (unanswered -= Number(count)));
  panel.webview.html = BARE;
  const timer = setInterval(() => {
    if (unanswered >= MOST) return;
    const bytes = new Uint8Array(BARE_BYTES);
    readSync(fd, bytes, 0, bytes.length, 0);
    unanswered += 1;
    void panel.webview.postMessage(bytes);
  }, BARE_MS);
  panel.onDidDispose(() => {
    clearInterval(timer);
    closeSync(fd);
  });
}

interface Ask {
  readonly command: string;
  readonly args: readonly unknown[];
}

function isAsk(value: unknown): value is Ask {
  if (typeof value !== 'object' || value === null || !('command' in value) || !('args' in value)) return false;
  return typeof value.command === 'string' && Array.isArray(value.args);
}

async function answer(line: string): Promise<{ readonly ok?: unknown; readonly error?: string }> {
  try {
    const ask: unknown = JSON.parse(line);
    if (!isAsk(ask)) throw new Error(`not understood: ${line}`);
    const ok: unknown = await vscode.commands.executeCommand(ask.command, ...ask.args);
    return { ok: ['string', 'number'].includes(typeof ok) ? ok : null };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function serve(socket: Socket): void {
  socket.on('error', () => socket.destroy());
  createInterface({ input: socket }).on('line', (line) => {
    void answer(line).then((reply) => socket.write(`${JSON.stringify(reply)}\n`));
  });
}

export function activate(context: vscode.ExtensionContext): void {
  const register = (name: string, work: (argument: string) => unknown): void =>
    void context.subscriptions.push(vscode.commands.registerCommand(`shmscopeBench.${name}`, work));
  register('choose', choose);
  register('empty', openEmpty);
  register('bare', openBare);
  register('open', () => vscode.commands.executeCommand('shmscope.open', { id: chosen?.id }));
  register('pid', () => process.pid);
  const server = createServer(serve).listen(process.env['SHMSCOPE_BENCH_SOCKET']);
  context.subscriptions.push({ dispose: () => void server.close() });
}
