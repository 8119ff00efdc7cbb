import './lib/host.mjs';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { start } from './lib/children.mjs';
import { Failure } from './lib/failure.mjs';
import { main } from './lib/main.mjs';
import { node24, root, toolEnvironment } from './lib/paths.mjs';
import { setUp } from './setup/index.mjs';

const folder = join(root, 'test/fuzz');
/** Each is a file NAME.fuzz.ts that exports `run(args)`, which resolves to the exit code. */
const known = readdirSync(folder)
  .filter((name) => name.endsWith('.fuzz.ts'))
  .map((name) => name.slice(0, -'.fuzz.ts'.length));

await main(async () => {
  const [name, ...args] = process.argv.slice(2);
  if (name === undefined || !known.includes(name))
    throw new Failure(`npm run fuzz -- NAME [option…]: choose from ${known.join(', ')}.`);
  await setUp();
  const file = join(folder, `${name}.fuzz.ts`);
  const run = ['--disable-warning=ExperimentalWarning', join(root, 'scripts/fuzz/run.mjs'), file, ...args];
  const child = start(node24, run, { cwd: root, env: toolEnvironment(), stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
});
