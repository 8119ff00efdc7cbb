// Runs one benchmark in Node 24 and writes its rows: run.mjs <file> <output>
import { writeFileSync } from 'node:fs';
import { endAll, endOnSignals } from '../lib/children.mjs';

const [file, output] = process.argv.slice(2);
endOnSignals();
try {
  const { run } = await import(file);
  writeFileSync(output, JSON.stringify(await run()));
} finally {
  await endAll();
}
process.exit();
