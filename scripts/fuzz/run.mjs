// Runs one fuzzer in Node 24: run.mjs <file> [option…]. It exits with 1 where something was found.
import { endAll, endOnSignals } from '../lib/children.mjs';

const [file, ...args] = process.argv.slice(2);
endOnSignals();
let code = 1;
try {
  const { run } = await import(file);
  code = await run(args);
} finally {
  await endAll();
}
process.exit(code);
