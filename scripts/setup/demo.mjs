import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cache, root } from '../lib/paths.mjs';
import { fingerprint, isFinished, markFinished } from '../lib/stamp.mjs';
import { run, step } from '../lib/steps.mjs';

const folder = join(cache, 'demo');
export const demoProgram = (name) => join(folder, name);

/** Compiles the two programs of demo/. */
export async function buildDemo() {
  const stamp = join(folder, 'stamp');
  const wanted = fingerprint([join(root, 'demo')]);
  const programs = ['feedhandler', 'strategy'];
  if (isFinished(stamp, wanted) && programs.every((name) => existsSync(demoProgram(name)))) return;
  mkdirSync(folder, { recursive: true });
  const [cc, ...flags] = (process.env.CC ?? 'cc').split(' ');
  await step('Compiling the demo', async () => {
    for (const name of programs) {
      const args = [
        ...flags,
        '-std=gnu11',
        '-O1',
        '-g',
        '-Wall',
        '-Wextra',
        '-o',
        demoProgram(name),
        `demo/${name}.c`,
        '-lm',
        '-lrt',
      ];
      await run(`demo-${name}`, cc, args, { sentence: () => `demo/${name}.c did not compile: the compiler says why above.` });
    }
  });
  markFinished(stamp, wanted);
}
