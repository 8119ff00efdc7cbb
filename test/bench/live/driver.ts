/** Puts the bench's own extension (driver.host.ts) beside ShmScope, and asks it to run commands. */
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { forHost } from '../../../scripts/setup/bundles.mjs';

/** Keys that run its commands, so that what is measured begins where a user begins. */
export const KEYS = { empty: 'Control+Alt+F7', open: 'Control+Alt+F8' } as const;

const manifest = {
  name: 'driver',
  publisher: 'shmscopebench',
  version: '0.0.1',
  engines: { vscode: '^1.110.0' },
  main: './extension.cjs',
  extensionKind: ['workspace'],
  activationEvents: ['onStartupFinished'],
  contributes: {
    keybindings: [
      { command: 'shmscopeBench.empty', key: 'ctrl+alt+f7' },
      { command: 'shmscopeBench.open', key: 'ctrl+alt+f8' },
    ],
  },
};

/** Writes the extension into a server's folder of extensions. */
export async function installDriver(extensions: string): Promise<void> {
  const { build } = await import('esbuild');
  const folder = join(extensions, `${manifest.publisher}.${manifest.name}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  const outfile = join(folder, 'extension.cjs');
  await build({ ...forHost(false), entryPoints: ['test/bench/live/driver.host.ts'], outfile, write: true, sourcemap: false });
}

/** One ask at a time. */
export class Driver {
  readonly #socket: Socket;
  readonly #lines: AsyncIterator<string>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  }

  /** Waits up to `ms` for the extension host to listen. */
  static async connect(path: string, ms: number): Promise<Driver> {
    for (const last = Date.now() + ms; ;) {
      const socket = connect(path);
      try {
        await once(socket, 'connect');
        return new Driver(socket);
      } catch (error) {
        if (Date.now() > last) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  /** Runs a command in the extension host, and gives what it gave if that is a text or a number. */
  async run(command: string, ...args: readonly unknown[]): Promise<string | number | undefined> {
    this.#socket.write(`${JSON.stringify({ command, args })}\n`);
    const line = await this.#lines.next();
    if (line.done === true) throw new Error('the extension host is gone');
    const reply: unknown = JSON.parse(line.value);
    if (typeof reply !== 'object' || reply === null) throw new Error(`not an answer: ${line.value}`);
    if ('error' in reply) throw new Error(`${command}: ${String(reply.error)}`);
    const ok = 'ok' in reply ? reply.ok : undefined;
    return typeof ok === 'string' || typeof ok === 'number' ? ok : undefined;
  }

  close(): void {
    this.#socket.destroy();
  }
}
