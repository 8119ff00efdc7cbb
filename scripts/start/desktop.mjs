import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { start } from '../lib/children.mjs';
import { Failure } from '../lib/failure.mjs';
import { cache, root, toolEnvironment } from '../lib/paths.mjs';
import { step } from '../lib/steps.mjs';

/** The desktop `code` on PATH, or undefined. */
function codeOnPath() {
  try {
    execFileSync('code', ['--version'], { stdio: 'ignore', timeout: 30_000 });
    return 'code';
  } catch {
    return undefined;
  }
}

/** Downloads desktop VS Code into .cache, or says in a sentence why not. */
export async function downloadDesktop() {
  const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
  return await step('Downloading desktop VS Code', () =>
    downloadAndUnzipVSCode({
      version: 'stable',
      cachePath: join(cache, 'vscode-desktop'),
      reporter: { report() {}, error() {} },
    }),
  ).catch((error) => {
    throw new Failure(
      `Desktop VS Code could not be downloaded (${error.message ?? error}): install it from https://code.visualstudio.com so that npm start finds 'code' on PATH, or do without it: npm start and npm test use VS Code's own server.`,
    );
  });
}

/** Starts desktop VS Code with the checkout as extension. Resolves when its window is closed. @param {string} folder to open */
export async function runDesktop(folder) {
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    throw new Failure(
      "The desktop VS Code needs a display (DISPLAY or WAYLAND_DISPLAY is not set): leave --desktop out to use VS Code's own server in a browser.",
    );
  }
  const program = codeOnPath() ?? (await downloadDesktop());
  const data = join(cache, 'desktop');
  mkdirSync(data, { recursive: true });
  const args = [
    `--extensionDevelopmentPath=${root}`,
    `--user-data-dir=${data}`,
    '--new-window',
    '--wait',
    '--disable-workspace-trust',
    folder,
  ];
  if (process.getuid?.() === 0) args.unshift('--no-sandbox');
  console.log('ShmScope is running in desktop VS Code. Ctrl-C ends it.');
  const child = start(program, args, { env: toolEnvironment(), stdio: 'ignore' });
  await new Promise((resolve, reject) => {
    child.once('close', resolve);
    child.once('error', (error) => reject(new Failure(`Desktop VS Code did not start: ${error.message}.`)));
  });
}
