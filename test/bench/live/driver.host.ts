/**
 * The bench's own extension, in the extension host beside ShmScope: opens an empty panel, the peer of every panel that is measured, and
 * runs commands for the bench, which asks by a socket, a line of JSON each time.
 */
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import * as vscode from 'vscode';
import type { Segment, ShmScopeApi } from '../../../api.d.ts';

const EMPTY = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Empty</title></head>
<body><p id="bench-line">One line</p></body>
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
  register('open', () => vscode.commands.executeCommand('shmscope.open', { id: chosen?.id }));
  register('pid', () => process.pid);
  const server = createServer(serve).listen(process.env['SHMSCOPE_BENCH_SOCKET']);
  context.subscriptions.push({ dispose: () => void server.close() });
}
