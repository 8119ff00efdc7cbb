import './lib/host.mjs';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './lib/failure.mjs';
import { main } from './lib/main.mjs';
import { cache, root } from './lib/paths.mjs';
import { step } from './lib/steps.mjs';
import { buildDemo } from './setup/demo.mjs';
import { setUp } from './setup/index.mjs';
import { installVsCode } from './setup/vscode.mjs';
import { startDemo } from './start/demo.mjs';
import { runDesktop } from './start/desktop.mjs';
import { startServer } from './vscode/server.mjs';

/** @returns {{ desktop: boolean, port: number }} */
function options() {
  const given = process.argv.slice(2);
  const chosen = { desktop: false, port: 0 };
  while (given.length) {
    const option = given.shift();
    if (option === '--desktop') chosen.desktop = true;
    else if (option === '--port') {
      chosen.port = Number(given.shift());
      if (!Number.isInteger(chosen.port) || chosen.port < 1 || chosen.port > 65535)
        throw new Failure('--port takes a number from 1 to 65535.');
    } else throw new Failure(`npm start knows --desktop and --port N, not '${option}'.`);
  }
  return chosen;
}

/** Opens the address where there is a browser to open it in. @param {string} address */
function openBrowser(address) {
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return;
  spawn('xdg-open', [address], { stdio: 'ignore', detached: true })
    .once('error', () => {}) // the address stands on the screen
    .unref();
}

await main(async () => {
  const { desktop, port } = options();
  await setUp(async () => {
    await buildDemo();
    if (!desktop) await installVsCode();
  });
  await step('Starting the demo: two programs that share memory', startDemo);
  const folder = join(root, 'demo');
  if (desktop) return await runDesktop(folder);
  const data = join(cache, 'start');
  mkdirSync(data, { recursive: true });
  // The first look is the demo's README, which says where to click; what the user sets later stays.
  const isFirst = !existsSync(join(data, 'data/User/settings.json'));
  const settings = isFirst ? { 'workbench.startupEditor': 'readme' } : undefined;
  const server = await step("Starting VS Code's server", () => startServer({ data, extension: root, folder, port, settings }));
  const address = `${server.url}&folder=${encodeURI(folder)}`;
  console.log(`\nShmScope is running: ${address}`);
  console.log("Open 'Shared Memory' in the activity bar. Ctrl-C ends VS Code and the demo.\n");
  openBrowser(address);
  const why = await server.ended;
  throw new Failure(`VS Code's server ended by itself (${why}): ${server.log} tells why.`);
});
