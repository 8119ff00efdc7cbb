import { randomBytes } from 'node:crypto';
import {
  createWriteStream,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { end, start } from '../lib/children.mjs';
import { Failure } from '../lib/failure.mjs';
import { node24, nodeHome, toolEnvironment } from '../lib/paths.mjs';
import { run } from '../lib/steps.mjs';
import { serverMain } from '../setup/vscode.mjs';

/** A workbench that starts quickly and shows nothing but what the user opens. */
export const quietSettings = {
  'chat.disableAIFeatures': true,
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  // A server looks through all processes for open ports again and again; a VS Code on a desktop does not.
  'remote.autoForwardPorts': false,
  'remote.autoForwardPortsSource': 'output',
  'telemetry.telemetryLevel': 'off',
  'extensions.ignoreRecommendations': true,
  'extensions.autoUpdate': false,
  'update.mode': 'none',
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.enabled': false,
};

const serverEnvironment = () => ({ ...toolEnvironment(), PATH: `${join(nodeHome, 'bin')}:${process.env.PATH}` });

const LINK = 'shmscope.shmscope-checkout';

/**
 * Whether the folder holds nothing but a link to `extension`, and VS Code's list has it in the version that it is.
 * @param {string} folder @param {string} extension
 */
export function isLinked(folder, extension) {
  try {
    /** @type {{ version: string, relativeLocation: string }[]} */
    const [listed, ...others] = JSON.parse(readFileSync(join(folder, 'extensions.json'), 'utf8'));
    const { version } = JSON.parse(readFileSync(join(extension, 'package.json'), 'utf8'));
    if (others.length > 0 || listed?.relativeLocation !== LINK || listed.version !== version) return false;
    return readlinkSync(join(folder, LINK)) === extension;
  } catch {
    return false;
  }
}

/**
 * Makes `extension` the one ShmScope in the folder: a link to an unpacked one, or what is in a .vsix.
 * @param {string} folder @param {string} data @param {string} extension
 */
async function install(folder, data, extension) {
  mkdirSync(folder, { recursive: true });
  // Another server may run on the folder: to it, an extension that is taken out and put back is gone for its next page.
  if (isLinked(folder, extension)) return;
  for (const name of readdirSync(folder)) {
    if (name.startsWith('shmscope.') && lstatSync(join(folder, name)).isSymbolicLink()) rmSync(join(folder, name));
  }
  if (!extension.endsWith('.vsix')) {
    // Without its list VS Code looks at the folder itself and takes in the link.
    rmSync(join(folder, 'extensions.json'), { force: true });
    symlinkSync(extension, join(folder, LINK));
    return;
  }
  const args = ['--install-extension', extension, '--force', '--extensions-dir', folder, '--server-data-dir', data];
  await run('install-vsix', node24, [serverMain, ...args, '--accept-server-license-terms'], {
    env: serverEnvironment(),
    sentence: () => `VS Code did not install ${extension}: it says why above.`,
  });
}

/**
 * The secret without which the server answers nobody: it gives whoever reaches its port a terminal, and on the loopback that is every
 * user of the machine and every page in a browser. In a file, since all can read a command line. The same for each start, so that two
 * servers of one folder do not take each other's cookie away.
 * @param {string} data
 */
function connectionToken(data) {
  const file = join(data, 'token');
  if (!existsSync(file)) writeFileSync(file, randomBytes(16).toString('hex'), { mode: 0o600 });
  return { file, token: readFileSync(file, 'utf8') };
}

/**
 * Starts VS Code's server, which serves the workbench to a browser, and waits until it is up.
 * @param {object} options
 * @param {string} options.data its data folder: settings, logs, state
 * @param {string} options.extension the extension that it loads: an unpacked one, e.g. the checkout, or a .vsix
 * @param {string} [options.folder] the folder it opens when the address names none
 * @param {number} [options.port] default: a free one
 * @param {Record<string, unknown>} [options.settings] the user's settings; those that are there stay when absent
 * @param {boolean} [options.smokeTestDriver] lets the page run extension tests
 * @param {NodeJS.ProcessEnv} [options.env]
 * @returns {Promise<{ url: string, port: number, log: string, ended: Promise<string>, stop: () => Promise<void> }>} `url` carries the secret: more follows after '&'
 */
export async function startServer({ data, extension, folder, port = 0, settings, smokeTestDriver = false, env = {} }) {
  const extensions = join(data, 'extensions');
  await install(extensions, data, extension);
  const user = join(data, 'data/User/settings.json');
  if (settings || !existsSync(user)) {
    mkdirSync(dirname(user), { recursive: true });
    writeFileSync(user, JSON.stringify({ ...quietSettings, ...settings }, null, 2));
  }
  const log = join(data, 'server.log');
  const { file: tokenFile, token } = connectionToken(data);
  const args = ['--host', '127.0.0.1', '--port', String(port), '--connection-token-file', tokenFile];
  args.push('--accept-server-license-terms');
  args.push('--server-data-dir', data, '--extensions-dir', extensions, '--telemetry-level', 'off');
  // Both ends are on this machine, where to compress what passes takes longer than to send it.
  args.push('--disable-websocket-compression');
  if (folder) args.push('--default-folder', folder);
  if (smokeTestDriver) args.push('--enable-smoke-test-driver');
  const child = start(node24, [serverMain, ...args], {
    cwd: data,
    env: { ...serverEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`)));
  const file = createWriteStream(log);
  const bound = await new Promise((resolve, reject) => {
    let output = '';
    const refuse = (why) => {
      const busy = /EADDRINUSE/.test(output);
      const sentence = busy
        ? `Port ${port} is taken: choose another with --port, or leave it out.`
        : `VS Code's server did not start: ${why}.`;
      reject(new Failure(sentence, { log, tail: busy ? '' : output.trim().split('\n').slice(-15).join('\n') }));
    };
    const timer = setTimeout(() => refuse('it said nothing for 60 s'), 60_000);
    const listen = (text) => {
      output = (output + text).slice(-20_000);
      const match = /Extension host agent listening on (\d+)/.exec(output);
      if (match) {
        clearTimeout(timer);
        resolve(Number(match[1]));
      } else if (/EADDRINUSE/.test(output)) refuse('');
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        file.write(text);
        listen(text);
      });
    }
    child.once('exit', (code) => {
      clearTimeout(timer);
      refuse(`exit code ${code}`);
    });
    child.once('error', (error) => refuse(error.message));
  }).catch(async (error) => {
    await end(child);
    throw error;
  });
  return { url: `http://127.0.0.1:${bound}/?tkn=${token}`, port: bound, log, ended, stop: () => end(child) };
}
