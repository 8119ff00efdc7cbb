import './lib/host.mjs';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { Failure } from './lib/failure.mjs';
import { main } from './lib/main.mjs';
import { cache, node24, root } from './lib/paths.mjs';
import { writeWhole } from './lib/stamp.mjs';
import { run, step } from './lib/steps.mjs';
import { installChromium } from './setup/chromium.mjs';
import { setUp } from './setup/index.mjs';
import { installVsCode } from './setup/vscode.mjs';

const folder = join(root, 'test/bench');
const known = () =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.bench.ts'))
    .map((name) => name.slice(0, -'.bench.ts'.length));

/** @param {readonly number[]} values */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const figure = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

/** @param {string} name */
async function bench(name) {
  const output = join(cache, 'bench', `${name}.rows.json`);
  await step(`Measuring ${name}`, () =>
    run(
      `bench-${name}`,
      node24,
      ['--disable-warning=ExperimentalWarning', join(root, 'scripts/bench/run.mjs'), join(folder, `${name}.bench.ts`), output],
      {
        sentence: () => `The benchmark ${name} failed: it says why above.`,
      },
    ),
  );
  /** @type {import('../test/bench/bench.ts').Row[]} */
  const rows = JSON.parse(readFileSync(output, 'utf8'));
  const lines = rows.map(({ what, unit, ours, peer, peerName }) => {
    const [a, b] = [median(ours), median(peer)];
    console.log(`  ${what.padEnd(16)} ${figure(a)} ${unit}, ${peerName} ${figure(b)} ${unit}, ratio ${(a / b).toFixed(2)}`);
    return { what, unit, median: a, peer: peerName, peerMedian: b, ratio: a / b, ours, theirs: peer };
  });
  const machine = { node: process.version, cpu: cpus()[0]?.model, cpus: cpus().length };
  writeWhole(
    join(cache, 'bench', `${name}.json`),
    JSON.stringify({ name, time: new Date().toISOString(), machine, rows: lines }, null, 2),
  );
}

await main(async () => {
  const asked = process.argv.slice(2);
  const unknown = asked.find((name) => !known().includes(name));
  if (unknown) throw new Failure(`There is no benchmark '${unknown}': choose from ${known().join(', ')}.`);
  const names = asked.length ? asked : known();
  mkdirSync(join(cache, 'bench'), { recursive: true });
  await setUp(async () => {
    if (!names.includes('activation')) return;
    await installVsCode();
    await installChromium();
  });
  for (const name of names) await bench(name);
  console.log('Medians; the figures are in .cache/bench/.');
});
