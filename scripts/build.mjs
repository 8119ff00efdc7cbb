import './lib/host.mjs';
import { main } from './lib/main.mjs';
import { setUp } from './setup/index.mjs';
import { watchBundles } from './setup/bundles.mjs';
import { bundleHostTests } from './test/host-bundle.mjs';

await main(async () => {
  await setUp(async () => {
    if (process.argv.includes('--tests')) await bundleHostTests();
  });
  if (process.argv.includes('--watch')) {
    await watchBundles();
    await new Promise(() => {});
  }
});
