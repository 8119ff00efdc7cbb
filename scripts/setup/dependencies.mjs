import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../lib/failure.mjs';
import { node24, root } from '../lib/paths.mjs';
import { fingerprint, isFinished, markFinished } from '../lib/stamp.mjs';
import { downloadSentence, npm, step } from '../lib/steps.mjs';

/** Installs node_modules as package-lock.json says, where that has not been done. No package's own script is run. */
export async function installDependencies() {
  // npm ci begins by removing node_modules, the stamp in it included: an interrupted one is done again.
  const stamp = join(root, 'node_modules', '.shmscope-stamp');
  const wanted = fingerprint([join(root, 'package-lock.json')], [process.arch]);
  if (!isFinished(stamp, wanted) || !existsSync(node24)) {
    await step('Installing the npm packages', () =>
      npm('npm-ci', ['ci', '--ignore-scripts', '--include=dev', '--include=optional'], {
        sentence: (output) => downloadSentence('The npm packages', output),
      }),
    );
    if (!existsSync(node24)) {
      throw new Failure(
        `npm left out node-linux-${process.arch}, the Node 24 that runs tests and VS Code: allow optional packages (npm config delete omit), then run the command again.`,
      );
    }
    markFinished(stamp, wanted);
  }
}
