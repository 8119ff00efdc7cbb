import './lib/host.mjs';
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isFinding, judge, line } from './bench/figures.mjs';
import { describeMachine, machineText } from './bench/machine.mjs';
import { withSection } from './bench/markdown.mjs';
import { Failure, report } from './lib/failure.mjs';
import { main } from './lib/main.mjs';
import { cache, node24, root } from './lib/paths.mjs';
import { writeWhole } from './lib/stamp.mjs';
import { run, step } from './lib/steps.mjs';
import { installChromium } from './setup/chromium.mjs';
import { setUp } from './setup/index.mjs';
import { installVsCode } from './setup/vscode.mjs';

/** These need VS Code and a browser. */
const inWorkbench = new Set(['activation', 'live', 'open', 'scan']);

const folder = join(root, 'test/bench');
const known = () =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.bench.ts'))
    .map((name) => name.slice(0, -'.bench.ts'.length));

/** @param {string} name @param {readonly string[]} only parts of it; all when empty */
async function bench(name, only) {
  const machine = await describeMachine();
  console.log(machineText(machine));
  const output = join(cache, 'bench', `${name}.rows.json`);
  await step(`Measuring ${name}`, () =>
    run(
      `bench-${name}`,
      node24,
      [
        '--disable-warning=ExperimentalWarning',
        join(root, 'scripts/bench/run.mjs'),
        join(folder, `${name}.bench.ts`),
        output,
        ...only,
      ],
      {
        sentence: () => `The benchmark ${name} failed: it says why above.`,
      },
    ),
  );
  /** @type {import('../test/bench/bench.ts').Result[]} */
  const results = JSON.parse(readFileSync(output, 'utf8'));
  const rows = results.map((result) => (isFinding(result) ? result : judge(result)));
  const width = Math.max(...rows.map(({ what }) => what.length));
  for (const row of rows) console.log(line(row, width));
  /** @type {import('./bench/markdown.mjs').Measured} */
  const measured = { name, time: new Date().toISOString(), machine, rows };
  writeWhole(join(cache, 'bench', `${name}.json`), JSON.stringify(measured, null, 2));
  return measured;
}

/** Puts what was measured into docs/benchmarks.md. @param {readonly import('./bench/markdown.mjs').Measured[]} all */
async function write(all) {
  const { format, resolveConfig } = await import('prettier');
  const file = join(root, 'docs/benchmarks.md');
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '# Benchmarks\n\nWritten by `npm run bench -- NAME --write`.\n';
  const text = all.reduce(withSection, before);
  writeWhole(file, await format(text, { ...(await resolveConfig(file)), parser: 'markdown' }));
}

function parse() {
  try {
    return parseArgs({
      options: { write: { type: 'boolean', default: false }, only: { type: 'string', multiple: true, default: [] } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new Failure(
      `${(error instanceof Error ? error.message : String(error)).split('.')[0]}: npm run bench -- [NAME…] [--write] [--only PART].`,
    );
  }
}

/** VS Code and a browser. Most of `scan` needs neither: where they cannot be had, it says so in the rows that do. @param {readonly string[]} names */
async function installWorkbench(names) {
  try {
    await installVsCode();
    await installChromium();
  } catch (error) {
    if (names.some((name) => inWorkbench.has(name) && name !== 'scan') || !(error instanceof Failure)) throw error;
    report(error);
  }
}

await main(async () => {
  const { positionals: asked, values } = parse();
  if (values.only.length && (asked.length !== 1 || values.write))
    throw new Failure('--only measures parts of one benchmark, which docs/benchmarks.md is not written from.');
  const unknown = asked.find((name) => !known().includes(name));
  if (unknown) throw new Failure(`There is no benchmark '${unknown}': choose from ${known().join(', ')}.`);
  const names = asked.length ? asked : known();
  mkdirSync(join(cache, 'bench'), { recursive: true });
  await setUp(async () => {
    if (names.some((name) => inWorkbench.has(name))) await installWorkbench(names);
  });
  const measured = [];
  for (const name of names) measured.push(await bench(name, values.only));
  if (values.write) await write(measured);
  console.log(
    `Medians; the figures are in .cache/bench/${values.write ? ' and in docs/benchmarks.md' : ', --write puts them into docs/benchmarks.md'}.`,
  );
});
