import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** Everything that is downloaded or made beside node_modules, dist and build; safe to delete. */
export const cache = join(root, '.cache');
export const logs = join(cache, 'logs');

/** npm's package of Node 24 for this machine: the binary and, beside it, its headers. */
export const nodeHome = join(root, 'node_modules', `node-linux-${process.arch}`);
/** The Node that runs tests (it strips types) and VS Code's server. */
export const node24 = join(nodeHome, 'bin', 'node');

/** A home that can be written: the user's, or one in the cache where theirs is missing or read-only. */
function writableHome() {
  try {
    accessSync(homedir(), constants.W_OK);
    return homedir();
  } catch {
    const home = join(cache, 'home');
    mkdirSync(home, { recursive: true });
    return home;
  }
}

/** The environment for tools: a home that can be written, nothing that makes npm or Electron behave as somebody's child. */
export function toolEnvironment() {
  const environment = { ...process.env, HOME: writableHome() };
  for (const name of Object.keys(environment)) {
    if (/^npm_(lifecycle|package|config_local_prefix|command)/.test(name) || name === 'ELECTRON_RUN_AS_NODE')
      delete environment[name];
    if (name.startsWith('VSCODE_')) delete environment[name];
  }
  return environment;
}
