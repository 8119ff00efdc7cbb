import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { node24, nodeHome, root, toolEnvironment } from '../lib/paths.mjs';
import { fingerprint, isFinished, markFinished, markUnfinished } from '../lib/stamp.mjs';
import { run, step } from '../lib/steps.mjs';
import { checkCompiler } from './compiler.mjs';

export const addonFile = join(root, 'build', 'Release', 'shmscope.node');

/** Builds the addon with Node 24's headers (Node-API: it loads in every later Node and in Electron) when its sources changed. */
export async function buildAddon() {
  const stamp = join(root, 'build', 'addon.stamp');
  const inputs = ['native', 'binding.gyp', 'node_modules/node-addon-api/package.json', 'node_modules/node-gyp/package.json'];
  const wanted = fingerprint(
    inputs.map((path) => join(root, path)),
    [process.arch, process.env.CXX ?? '', process.env.CXXFLAGS ?? ''],
  );
  if (isFinished(stamp, wanted) && existsSync(addonFile)) return;
  checkCompiler();
  // configure removes nothing, so make compiles what changed; a build that was cut off is finished by the next one.
  markUnfinished(stamp);
  await step('Building the addon', () =>
    run(
      'addon',
      node24,
      [join(root, 'node_modules/node-gyp/bin/node-gyp.js'), 'configure', 'build', `--nodedir=${nodeHome}`, '--jobs=max'],
      {
        env: { ...toolEnvironment(), PATH: `${join(nodeHome, 'bin')}:${process.env.PATH}` },
        sentence: () => 'The addon did not compile: the compiler says why above.',
      },
    ),
  );
  markFinished(stamp, wanted);
}
