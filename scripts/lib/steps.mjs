import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { start } from './children.mjs';
import { Failure } from './failure.mjs';
import { cache, logs, root, toolEnvironment } from './paths.mjs';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const seconds = (since) => ((Date.now() - since) / 1000).toFixed(since > Date.now() - 10_000 ? 1 : 0);

/**
 * Runs one long step and shows that it goes on: a spinner on a terminal, a line every ten seconds elsewhere.
 * @template T
 * @param {string} title what happens, for a person
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const began = Date.now();
  const tty = process.stdout.isTTY;
  let frame = 0;
  const timer = tty
    ? setInterval(() => process.stdout.write(`\r\x1b[K${frames[frame++ % frames.length]} ${title} (${seconds(began)} s)`), 100)
    : setInterval(() => console.log(`  … ${title} (${seconds(began)} s)`), 10_000);
  if (!tty) console.log(`• ${title}`);
  try {
    const result = await work();
    console.log(`${tty ? '\r\x1b[K' : ''}✓ ${title} (${seconds(began)} s)`);
    return result;
  } catch (error) {
    console.log(`${tty ? '\r\x1b[K' : ''}✗ ${title}`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/**
 * Runs a command to its end with its output in .cache/logs/<name>.log.
 * @param {string} name of the log
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, sentence: (output: string) => string }} options `sentence` says what a failure means
 * @returns {Promise<string>} its output
 */
export async function run(name, command, args, { cwd = root, env = toolEnvironment(), sentence }) {
  mkdirSync(logs, { recursive: true });
  const log = join(logs, `${name}.log`);
  const file = createWriteStream(log);
  file.write(`$ ${command} ${args.join(' ')}\n`);
  let output = '';
  const child = start(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] }, 1000);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-200_000);
      file.write(text);
    });
  }
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      output += error.message;
      resolve(-1);
    });
    child.once('close', (status, signal) => {
      if (signal) output += `\n${command} was ended by ${signal}`;
      resolve(status);
    });
  });
  await new Promise((resolve) => file.end(resolve));
  if (code !== 0)
    throw new Failure(sentence(output), {
      log: log.replace(`${root}/`, ''),
      tail: output.trim().split('\n').slice(-15).join('\n'),
    });
  return output;
}

/**
 * Runs npm, the one that runs this command if one does.
 * @param {string} name of the log
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[3]} options
 */
export function npm(name, args, options) {
  const common = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error', ...args];
  const env = toolEnvironment();
  if (env.HOME !== process.env.HOME) env.npm_config_cache = join(cache, 'npm');
  // `npm run` puts node_modules/.bin first, and the Node in there is one of the things that npm ci removes.
  env.PATH = (env.PATH ?? '')
    .split(':')
    .filter((folder) => !folder.startsWith(root))
    .join(':');
  const { npm_node_execpath: node, npm_execpath: cli } = process.env;
  const direct = node && cli && !node.startsWith(root) && /npm-cli\.[cm]?js$/.test(cli);
  return direct ? run(name, node, [cli, ...common], { env, ...options }) : run(name, 'npm', common, { env, ...options });
}

/** What to say of a failed download. @param {string} what @param {string} output */
export function downloadSentence(what, output) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|network|E40[13]|E404|self.signed|certificate/i.test(output)) {
    return `${what} could not be downloaded from the npm registry: check the network, the proxy (npm config get proxy) and the registry (npm config get registry), then run the command again.`;
  }
  if (/ENOSPC/.test(output))
    return `${what} could not be installed because the disk is full: free about 1.5 GB, then run the command again.`;
  if (/spawn npm ENOENT/.test(output))
    return `${what} needs npm, which is not on PATH: install Node.js 20 or newer together with npm, then run the command again.`;
  return `${what} could not be installed: the end of npm's output stands above.`;
}
