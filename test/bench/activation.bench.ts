/** Activation in VS Code's real extension host, a new one each time, against an extension that VS Code brings along. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';
import { forHost, writeBundle } from '../../scripts/setup/bundles.mjs';
import { openTests } from '../../scripts/test/host.mjs';
import { launchChromium } from '../../scripts/vscode/browser.mjs';
import { startServer } from '../../scripts/vscode/server.mjs';
import type { Row } from './bench.ts';

const times = 7;

function parse(line: string): { ours: number; peer: number } {
  const record: unknown = JSON.parse(line);
  if (typeof record === 'object' && record !== null && 'ours' in record && 'peer' in record) {
    const { ours, peer } = record;
    if (typeof ours === 'number' && typeof peer === 'number') return { ours, peer };
  }
  throw new Error(`not a measurement: ${line}`);
}

export async function run(): Promise<Row[]> {
  const { build } = await import('esbuild');
  const bundle = join(root, 'dist/test/activation.cjs');
  writeBundle(await build({ ...forHost(false), entryPoints: ['test/bench/activation.host.ts'], outfile: bundle }));
  const data = mkdtempSync(join(tmpdir(), 'shmscope-bench-'));
  const results = join(data, 'results.jsonl');
  const env = { SHMSCOPE_RESULTS: results };
  const server = await startServer({ data, extension: root, folder: data, smokeTestDriver: true, env });
  const browser = await launchChromium();
  try {
    for (let time = 0; time < times; time++) {
      const code = await openTests(browser, server.url, root, bundle, { say: () => {} });
      if (code !== 0) throw new Error(`the extension host gave ${code}`);
    }
    const records = readFileSync(results, 'utf8').trim().split('\n').map(parse);
    const column = (name: 'ours' | 'peer'): number[] => records.map((record) => record[name]);
    return [{ what: 'activation', unit: 'ms', ours: column('ours'), peer: column('peer'), peerName: 'vscode.references-view' }];
  } finally {
    await browser.close();
    await server.stop();
    rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  }
}
