import { execFileSync } from 'node:child_process';
import { atEnd, end, start } from '../lib/children.mjs';
import { Failure } from '../lib/failure.mjs';
import { demoProgram } from '../setup/demo.mjs';

/** Starts one program and waits until it says that it is ready. @param {string} name @returns {Promise<{ code?: number, said: string }>} code when it ended instead */
function startProgram(name) {
  const child = start(demoProgram(name), [], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  return new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        said += text;
        if (/^ready$/m.test(said)) resolve({ said });
      });
    }
    child.once('error', (error) => resolve({ code: -1, said: error.message }));
    child.once('close', (code) => resolve({ code: code ?? -1, said }));
    atEnd(() => end(child));
  });
}

/** Starts the two programs that share memory; their segments go when this command ends. */
export async function startDemo() {
  const feed = await startProgram('feedhandler');
  if (feed.code === 3) {
    console.log('  (the demo of another npm start is shown)');
    return;
  }
  if (feed.code !== undefined) throw new Failure(`The demo did not start: ${feed.said.trim()}.`);
  // A killed feed handler could not remove them itself.
  atEnd(() => execFileSync(demoProgram('feedhandler'), ['--clean']));
  const strategy = await startProgram('strategy');
  if (strategy.code !== undefined) throw new Failure(`The demo did not start: ${strategy.said.trim()}.`);
}
