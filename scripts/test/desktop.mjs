import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd, start } from '../lib/children.mjs';
import { Failure } from '../lib/failure.mjs';
import { root, toolEnvironment } from '../lib/paths.mjs';
import { downloadDesktop } from '../start/desktop.mjs';
import { hostBundle } from './host-bundle.mjs';
import { hostEnvironment } from './host.mjs';
import { recordsFile } from './mocha.mjs';
import { judge, readRecords } from './results.mjs';

/** Runs the host suite in the desktop VS Code that @vscode/test-electron downloads: the same bundle as in VS Code's server. */
export async function runInDesktop() {
  const display = process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  const xvfb = !display && spawnSync('xvfb-run', ['--help']).status === 0;
  if (!display && !xvfb) {
    throw new Failure(
      "The desktop suite needs a display: run it in a graphical session or install xvfb (Debian: apt-get install xvfb); 'npm test -- host' runs the same suite without one.",
    );
  }
  const program = await downloadDesktop();
  const results = recordsFile('desktop');
  const data = mkdtempSync(join(tmpdir(), 'shmscope-desktop-'));
  const folder = join(data, 'workspace');
  mkdirSync(folder);
  atEnd(() => rmSync(data, { recursive: true, force: true, maxRetries: 5 }));
  const args = [
    folder,
    `--extensionDevelopmentPath=${root}`,
    `--extensionTestsPath=${hostBundle}`,
    '--disable-workspace-trust',
    '--skip-welcome',
  ];
  args.push(
    '--skip-release-notes',
    '--disable-updates',
    '--disable-gpu',
    `--user-data-dir=${join(data, 'data')}`,
    `--extensions-dir=${join(data, 'extensions')}`,
  );
  if (process.getuid?.() === 0) args.unshift('--no-sandbox');
  const command = xvfb ? ['xvfb-run', '-a', program, ...args] : [program, ...args];
  // Its own words are many; the reporter's come with a mark, as under the server.
  const environment = hostEnvironment('desktop', results);
  const child = start(command[0] ?? program, command.slice(1), {
    env: { ...toolEnvironment(), ...environment },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const at = line.indexOf(environment.SHMSCOPE_SPOKEN);
      if (at >= 0) console.log(line.slice(at + environment.SHMSCOPE_SPOKEN.length));
    }
  });
  const code = await new Promise((resolve) => {
    child.once('error', () => resolve(-1));
    child.once('close', resolve);
  });
  const records = readRecords(results);
  rmSync(results, { force: true });
  return judge('desktop', records, code);
}
