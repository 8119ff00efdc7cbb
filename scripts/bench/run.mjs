// Runs one benchmark in Node 24 and writes its rows: run.mjs <file> <output> [part…]
import { writeFileSync } from 'node:fs';
import { endAll, endOnSignals } from '../lib/children.mjs';

const [file, output, ...only] = process.argv.slice(2);
endOnSignals();
try {
  const { run } = await import(file);
  writeFileSync(output, JSON.stringify(await run(only)));
} finally {
  await endAll();
}
process.exit();
