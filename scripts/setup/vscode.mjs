import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cache, node24, nodeHome, root, toolEnvironment } from '../lib/paths.mjs';
import { fingerprint, isFinished, markFinished } from '../lib/stamp.mjs';
import { downloadSentence, npm, run, step } from '../lib/steps.mjs';

const home = join(cache, 'vscode');
/** The folder of VS Code inside code-server. */
export const vscode = join(home, 'node_modules/code-server/lib/vscode');
export const serverMain = join(vscode, 'out/server-main.js');

/** What its server cannot start without; the other native modules it has come prebuilt or are not used. */
const natives = ['@vscode/spdlog', '@vscode/native-watchdog'];

/**
 * Installs VS Code's own server and workbench from npm's package code-server into .cache/vscode. Its postinstall script is
 * left out: it builds much that nothing here uses and needs Kerberos headers.
 */
export async function installVsCode() {
  const pins = ['package.json', 'package-lock.json'].map((name) => join(root, 'scripts/vscode', name));
  const stamp = join(home, 'stamp');
  const wanted = fingerprint(pins, [process.arch]);
  if (isFinished(stamp, wanted) && existsSync(serverMain)) return;
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(root, 'scripts/vscode', name), join(home, name));
  const sentence = (output) => downloadSentence("VS Code's server", output);
  await step("Downloading VS Code's server (once, about 600 MB on disk)", async () => {
    await npm('vscode-download', ['ci', '--ignore-scripts', '--prefix', home], { cwd: home, sentence });
    // It carries a shrinkwrap, which npm ci does not take.
    await npm('vscode-modules', ['install', '--omit=dev', '--ignore-scripts', '--prefix', vscode], { cwd: vscode, sentence });
  });
  await step("Building the native modules of VS Code's server", async () => {
    for (const name of natives) {
      await run(
        `vscode-${name.replace('/', '-')}`,
        node24,
        [join(root, 'node_modules/node-gyp/bin/node-gyp.js'), 'rebuild', `--nodedir=${nodeHome}`],
        {
          cwd: join(vscode, 'node_modules', name),
          env: { ...toolEnvironment(), PATH: `${join(nodeHome, 'bin')}:${process.env.PATH}` },
          sentence: () => `${name}, which VS Code's server needs, did not compile: the compiler says why above.`,
        },
      );
    }
  });
  markFinished(stamp, wanted);
}
